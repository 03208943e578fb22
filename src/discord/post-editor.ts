/** Makes a post of the feed again, in place. Entry point: `createPostEditor`. */
import { type Client, DiscordAPIError } from 'discord.js'
import type { PostRef } from '../feed/port.ts'
import type { Post } from '../feed/post.ts'
import { buttonRow } from './button-row.ts'

export interface PostEditor {
  /** `never`: it is gone, or Discord takes no edit of it. Throws where another try may help. */
  edit(at: PostRef, post: Post): Promise<'edited' | 'never'>
}

export function createPostEditor(client: Client): PostEditor {
  return {
    async edit({ channelId, messageId }, { embed, buttons = [] }) {
      try {
        const channel = client.channels.cache.get(channelId) ?? (await client.channels.fetch(channelId))
        if (channel === null || !channel.isTextBased()) return 'never'
        await channel.messages.edit(messageId, {
          embeds: [embed],
          components: buttons.length === 0 ? [] : [buttonRow(buttons)],
          allowedMentions: { parse: [] },
        })
        return 'edited'
      } catch (error) {
        // What Discord has looked at and refused, it refuses again; its outages and its rates pass.
        const isFinal = error instanceof DiscordAPIError && [400, 403, 404].includes(error.status)
        if (isFinal) return 'never'
        throw error
      }
    },
  }
}
