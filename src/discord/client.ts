/** The connection to Discord. Entry points: `createClient`, `connect`. */
import { Client, Events, GatewayIntentBits, Options, Partials } from 'discord.js'
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import { codeOf, reasonOf } from '../config/reason.ts'
import { makeRequest } from './going-out.ts'

const REST_TIMEOUT_MS = 10_000
/** Of requests that timed out or met a 5xx; what matters is retried by its owner, who looks first. */
const REST_RETRIES = 1
const READY_TIMEOUT_MS = 30_000

/** Slash commands need no intent but `Guilds`; nothing is cached that is not used. */
export function createClient(apiUrl: string, log: Logger): Client {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    // An archived thread is in no greeting: what an interaction says of its own channel tells whose thread it is.
    partials: [Partials.Channel],
    allowedMentions: { parse: [] },
    rest: { api: apiUrl, timeout: REST_TIMEOUT_MS, retries: REST_RETRIES, makeRequest },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      ReactionManager: 0,
      PresenceManager: 0,
      VoiceStateManager: 0,
      GuildEmojiManager: 0,
      GuildStickerManager: 0,
      AutoModerationRuleManager: 0,
      GuildMemberManager: { maxSize: 0, keepOverLimit: (member) => member.id === member.client.user.id },
      UserManager: { maxSize: 0, keepOverLimit: (user) => user.id === user.client.user.id },
    }),
  })
  client.on(Events.Error, (error) => log.error({ err: error }, 'Discord client error'))
  client.on(Events.Warn, (message) => log.warn({ message }, 'Discord client warning'))
  client.on(Events.ShardDisconnect, (event) => log.warn({ code: event.code }, 'Discord connection closed for good'))
  client.on(Events.ShardReconnecting, () => log.warn('Discord connection lost; reconnecting'))
  client.on(Events.ShardResume, () => log.info('Discord connection resumed'))
  return client
}

/** What only a person can repair: the token, or what the application is allowed to. */
export class DiscordLoginRefused extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'DiscordLoginRefused'
  }
}

/** Resolves when the client is ready. Throws `DiscordLoginRefused`, or any other error when a later try may succeed. */
export async function connect(client: Client, token: string, wall: WallClock): Promise<void> {
  const ready = new Promise<true>((resolve) => client.once(Events.ClientReady, () => resolve(true)))
  try {
    await client.login(token)
  } catch (error) {
    throw refusedLogin(error) ?? error
  }
  const timer = new AbortController()
  const isReady = await Promise.race([ready, wall.sleep(READY_TIMEOUT_MS, timer.signal).then(() => false)])
  timer.abort()
  if (!isReady) throw new Error(`expected Discord to be ready within ${READY_TIMEOUT_MS} ms`)
}

function refusedLogin(error: unknown): DiscordLoginRefused | null {
  const code = codeOf(error) ?? ''
  const message = reasonOf(error)
  if (code === 'TokenInvalid' || /invalid token/i.test(message)) {
    return new DiscordLoginRefused(
      'Discord refused DISCORD_TOKEN. Copy the token again from the Bot page of your application (discord.com/developers).',
      error,
    )
  }
  if (/disallowed intents/i.test(message)) {
    return new DiscordLoginRefused('Discord refused the intents of this bot; it only asks for Guilds.', error)
  }
  return null
}
