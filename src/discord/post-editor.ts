/** Makes the bot's own messages again, in place. Entry point: `createPostEditor`. */
import { type APIEmbed, type Client, DiscordAPIError } from 'discord.js'
import type { PostRef } from '../feed/port.ts'
import type { Post } from '../feed/post.ts'
import { buttonRow } from './button-row.ts'
import type { Reply } from './reply.ts'

/** `never`: it is gone, or Discord takes no edit of it. */
type Remade = 'edited' | 'never'

/** Methods throw where another try may help. */
export interface PostEditor {
  edit(at: PostRef, post: Post): Promise<Remade>
  /** The same with these buttons; absent: none. */
  remake(at: PostRef, embeds: readonly APIEmbed[], buttons?: Reply['buttons']): Promise<Remade>
}

export function createPostEditor(client: Client): PostEditor {
  async function remade(
    { channelId, messageId }: PostRef,
    embeds: readonly APIEmbed[],
    buttons: Reply['buttons'],
  ): Promise<Remade> {
    try {
      const channel = client.channels.cache.get(channelId) ?? (await client.channels.fetch(channelId))
      if (channel === null || !channel.isTextBased()) return 'never'
      await channel.messages.edit(messageId, {
        embeds: [...embeds],
        components: buttons === undefined ? [] : [buttons],
        allowedMentions: { parse: [] },
      })
      return 'edited'
    } catch (error) {
      // What Discord has looked at and refused, it refuses again; its outages and its rates pass.
      if (error instanceof DiscordAPIError && [400, 403, 404].includes(Number(error.status))) return 'never'
      throw error
    }
  }
  return {
    edit: (at, { embed, buttons = [] }) => remade(at, [embed], buttons.length === 0 ? undefined : buttonRow(buttons)),
    remake: (at, embeds, buttons) => remade(at, embeds, buttons),
  }
}
