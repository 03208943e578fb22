/** What the bot makes sure of once it is logged in: its commands are known, and it may work in its channel. */
import type { Client } from 'discord.js'
import type { Logger } from 'pino'
import type { DiscordConfig } from '../../config/config.ts'
import type { Handlers } from '../handlers.ts'
import { missingPermissions } from '../permissions.ts'
import { isSame, registerCommands } from '../registration.ts'

/** Registers the commands where they differ. A failure is logged: a bot without new commands still posts. */
export async function ensureRegistered(
  client: Client,
  guildId: string,
  handlers: Handlers,
  log: Logger,
): Promise<void> {
  const applicationId = client.application?.id
  if (applicationId === undefined) return
  try {
    const definitions = handlers.commands.map((command) => command.definition)
    const found = await registerCommands(client.rest, applicationId, guildId, definitions)
    if (isSame(found)) log.debug('slash commands are up to date')
    else log.info({ added: found.added, changed: found.changed, removed: found.removed }, 'slash commands registered')
  } catch (error) {
    log.error({ err: error }, 'the slash commands could not be registered; try `npm run -s phase4d -- register`')
  }
}

/** Says what is wrong with the channel, if anything, and what to do about it. */
export async function checkChannel(
  client: Client,
  {
    guildId,
    channelId,
    guildIds,
    channelIds,
  }: Pick<DiscordConfig, 'guildId' | 'channelId' | 'guildIds' | 'channelIds'>,
  log: Logger,
): Promise<void> {
  for (const other of channelIds.slice(1)) {
    const found = await client.channels.fetch(other).catch(() => null)
    if (found !== null && !found.isDMBased() && guildIds.includes(found.guildId)) continue
    log.error(`The bot does not see channel ${other} of DISCORD_CHANNEL_ID in a server of DISCORD_GUILD_ID.`)
  }
  const advice = 'Invite it with the link that `npm run -s phase4d -- register` prints.'
  const channel = await client.channels.fetch(channelId).catch(() => null)
  if (channel === null || channel.isDMBased() || channel.guildId !== guildId) {
    log.error(
      `The bot does not see channel ${channelId} of server ${guildId}: check DISCORD_GUILD_ID and DISCORD_CHANNEL_ID. ${advice}`,
    )
    return
  }
  const me = channel.guild.members.me ?? (await channel.guild.members.fetchMe().catch(() => null))
  if (me === null) return
  const missing = missingPermissions(channel.permissionsFor(me).bitfield)
  if (missing.length === 0) return
  const list = missing.map(({ name, because }) => `${name} (${because})`).join(', ')
  log.error(`The bot lacks permissions in its channel: ${list}. ${advice}`)
}
