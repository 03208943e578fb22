/** The channel as a study sees it. Entry point: `createStudyChannel`. */
import { type APIEmbed, type Client, DiscordAPIError, HTTPError } from 'discord.js'
import type { FeedChannel, PostRef } from '../../feed/port.ts'
import { type FeedChannelOptions, guildChannel, isRefusal } from '../feed-channel.ts'
import { payload } from '../payload.ts'
import type { Reply, ReplyFile } from '../reply.ts'

/** Methods throw where another try may help. */
export interface StudyChannel extends Pick<FeedChannel, 'find' | 'newestMessageId'> {
  /** `gone`: nobody can edit it any more. */
  edit(ref: PostRef, reply: Reply): Promise<'edited' | 'gone'>
  /** The message's id; `refused`: Discord does not take this content or size. */
  send(embeds: readonly APIEmbed[], files: readonly ReplyFile[], nonce: string): Promise<string | 'refused'>
  urlOf(messageId: string): string
}

/** The message was deleted, or its channel. Access that was taken (401, 403) may be given back. */
const isGone = (error: unknown): boolean =>
  isRefusal(error) || ((error instanceof DiscordAPIError || error instanceof HTTPError) && error.status === 404)

export function createStudyChannel(client: Client, options: FeedChannelOptions, feed: FeedChannel): StudyChannel {
  const { guildId, channelId } = options
  return {
    find: feed.find,
    newestMessageId: feed.newestMessageId,
    urlOf: (messageId) => `https://discord.com/channels/${guildId}/${channelId}/${messageId}`,
    async edit(ref, reply) {
      try {
        const place = await guildChannel(client, { guildId, channelId: ref.channelId })
        await place.messages.edit(ref.messageId, payload(reply))
        return 'edited'
      } catch (error) {
        if (isGone(error)) return 'gone'
        throw error
      }
    },
    async send(embeds, files, nonce) {
      const attached = [...(payload({ embeds: [], files }).files ?? [])]
      const message = {
        embeds: [...embeds],
        files: attached,
        nonce,
        enforceNonce: true,
        allowedMentions: { parse: [] },
      }
      try {
        return (await (await guildChannel(client, options)).send(message)).id
      } catch (error) {
        if (isRefusal(error)) return 'refused'
        throw error
      }
    },
  }
}
