/** The channel as a card sees it. Entry point: `createCardChannel`. */
import { type APIEmbed, type Client, DiscordAPIError, MessageFlags, RESTJSONErrorCodes } from 'discord.js'
import type { FeedChannel } from '../../feed/port.ts'
import { type EditResult, editOnce } from '../edit-result.ts'
import { type FeedChannelOptions, guildChannel } from '../feed-channel.ts'

/** `refused`: the permission is missing, or the channel has no more room for pins. */
type PinResult = 'done' | 'gone' | 'refused'

/** Methods throw where another try may help. */
export interface CardChannel extends Pick<FeedChannel, 'id' | 'find' | 'newestMessageId'> {
  /** Silently; the message's id. */
  send(embed: APIEmbed, nonce: string): Promise<string>
  edit(messageId: string, embed: APIEmbed): Promise<EditResult>
  pin(messageId: string): Promise<PinResult>
  unpin(messageId: string): Promise<PinResult>
}

const MENTIONS = { allowedMentions: { parse: [] } } as const

export function createCardChannel(client: Client, options: FeedChannelOptions, feed: FeedChannel): CardChannel {
  const channel = () => guildChannel(client, options)

  async function pinning(set: () => Promise<unknown>): Promise<PinResult> {
    try {
      await set()
      return 'done'
    } catch (error) {
      if (!(error instanceof DiscordAPIError)) throw error
      if (error.code === RESTJSONErrorCodes.UnknownMessage) return 'gone'
      if (error.status >= 400 && error.status < 500) return 'refused'
      throw error
    }
  }

  return {
    id: options.channelId,
    find: feed.find,
    newestMessageId: feed.newestMessageId,
    async send(embed, nonce) {
      const flags = MessageFlags.SuppressNotifications
      const message = await (await channel()).send({ embeds: [embed], nonce, enforceNonce: true, flags, ...MENTIONS })
      return message.id
    },
    async edit(messageId, embed) {
      return editOnce(async () => (await channel()).messages.edit(messageId, { embeds: [embed], ...MENTIONS }))
    },
    pin: async (messageId) => pinning(async () => (await channel()).messages.pin(messageId)),
    unpin: async (messageId) => pinning(async () => (await channel()).messages.unpin(messageId)),
  }
}
