/** The feed's channel on Discord. Entry point: `createFeedChannel`. */
import {
  type Client,
  DiscordAPIError,
  type GuildTextBasedChannel,
  HTTPError,
  type Message,
  type MessageCreateOptions,
  MessageFlags,
} from 'discord.js'
import { type FeedChannel, type PostRef, PostRefused } from '../feed/port.ts'
import type { Post, PostTier } from '../feed/post.ts'
import { CHART_FILE, type ChartFile } from '../report/chart.ts'
import { buttonRow } from './button-row.ts'
import { askedAsItLeaves } from './going-out.ts'

export interface FeedChannelOptions {
  readonly guildId: string
  readonly channelId: string
  /** Roles that a post of tier `ping` mentions. */
  readonly pingRoleIds: readonly string[]
  /** Roles that a post of tier `ask` mentions. */
  readonly askRoleIds?: readonly string[]
}

const PAGE = 100
/** How far back a post is looked for: this many pages of messages after the one before it. */
const PAGES_MAX = 20
const PING_ROLES_MAX = 20

type MentionedRoles = Readonly<Partial<Record<PostTier, readonly string[]>>>

/** Throws where the configured channel is not one of the configured server that can be written to. */
export async function guildChannel(
  client: Client,
  { channelId, guildId }: Pick<FeedChannelOptions, 'channelId' | 'guildId'>,
): Promise<GuildTextBasedChannel> {
  const found = client.channels.cache.get(channelId) ?? (await client.channels.fetch(channelId))
  if (found === null || found.isDMBased() || !found.isTextBased() || found.guildId !== guildId) {
    throw new Error(`expected DISCORD_CHANNEL_ID ${channelId} to be a text channel of server ${guildId}`)
  }
  return found
}

export function createFeedChannel(client: Client, options: FeedChannelOptions): FeedChannel {
  const pinged: MentionedRoles = {
    ping: options.pingRoleIds.slice(0, PING_ROLES_MAX),
    ask: (options.askRoleIds ?? []).slice(0, PING_ROLES_MAX),
  }

  const channel = (): Promise<GuildTextBasedChannel> => guildChannel(client, options)

  return {
    id: options.channelId,
    async send(post, nonce, chart, mayGoOut = () => true): Promise<PostRef> {
      const target = await channel()
      try {
        const message = await askedAsItLeaves(mayGoOut, () => target.send(messageOf(post, nonce, chart, pinged)))
        return { channelId: message.channelId, messageId: message.id }
      } catch (error) {
        throw isRefusal(error) ? new PostRefused(error) : error
      }
    },
    async find({ nonce, footer, after }) {
      const target = await channel()
      const isWanted = (message: Message): boolean => {
        if (message.author.id !== client.user?.id) return false
        if (message.nonce !== null && message.nonce !== undefined) return String(message.nonce) === nonce
        return message.embeds.some((part) => part.footer?.text === footer)
      }
      let from = after ?? '0'
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const messages = [...(await target.messages.fetch({ after: from, limit: PAGE, cache: false })).values()]
        const found = messages.find(isWanted)
        if (found !== undefined) return { channelId: found.channelId, messageId: found.id }
        if (messages.length < PAGE) return null
        from = messages.reduce((newest, { id }) => (BigInt(id) > BigInt(newest) ? id : newest), from)
      }
      return null
    },
    async newestMessageId() {
      const messages = await (await channel()).messages.fetch({ limit: 1, cache: false })
      return messages.first()?.id ?? null
    },
  }
}

/** A 400 is about what was sent, and 413 about its size; everything else may pass on another try. */
export function isRefusal(error: unknown): boolean {
  return (
    (error instanceof DiscordAPIError || error instanceof HTTPError) && (error.status === 400 || error.status === 413)
  )
}

function messageOf(
  post: Post,
  nonce: string,
  chart: ChartFile | null,
  pingRoleIds: MentionedRoles,
): MessageCreateOptions {
  const roleIds = pingRoleIds[post.tier] ?? []
  const ping = roleIds.length > 0
  return {
    embeds: [post.embed],
    ...(post.buttons === undefined ? {} : { components: [buttonRow(post.buttons)] }),
    nonce,
    enforceNonce: true,
    allowedMentions: ping ? { roles: roleIds } : { parse: [] },
    ...(ping ? { content: roleIds.map((id) => `<@&${id}>`).join(' ') } : {}),
    ...(post.tier === 'silent' ? { flags: MessageFlags.SuppressNotifications } : {}),
    files: [
      ...(chart === null ? [] : [{ name: CHART_FILE, attachment: Buffer.from(chart.png), description: chart.alt }]),
      ...(post.file === undefined ? [] : [{ name: post.file.name, attachment: Buffer.from(post.file.data) }]),
    ],
  }
}
