/** A reply as discord.js takes it. */
import { type InteractionEditReplyOptions, MessageFlags } from 'discord.js'
import type { Visibility } from './handlers.ts'
import type { Reply } from './reply.ts'

type Payload = Pick<InteractionEditReplyOptions, 'embeds' | 'files' | 'components' | 'allowedMentions'>

export function payload(reply: Reply): Payload {
  return {
    embeds: [...reply.embeds],
    files: (reply.files ?? []).map(({ name, data, description }) => ({
      name,
      attachment: Buffer.from(data),
      ...(description === undefined ? {} : { description }),
    })),
    components: reply.buttons === undefined ? [] : [reply.buttons, ...(reply.moreButtons ?? [])],
    allowedMentions: { parse: [] },
  }
}

export const deferral = (visibility: Visibility): { flags?: MessageFlags.Ephemeral } =>
  visibility === 'ephemeral' ? { flags: MessageFlags.Ephemeral } : {}
