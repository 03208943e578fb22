/** What becomes of a start that nobody confirmed. */
import { COLOURS, embed } from '../../feed/embed.ts'
import type { Actor } from '../../session/events.ts'
import type { Reply } from '../reply.ts'

export function notStartedReply(title: string, description: string, { name }: Pick<Actor, 'name'>): Reply {
  return { embeds: [embed({ colour: COLOURS.neutral, title, description, footer: `Asked for by ${name}` })] }
}

export const notConfirmedReply = (actor: Pick<Actor, 'name'>): Reply =>
  notStartedReply('⌛ Not started', 'Nobody confirmed within 2 minutes. Type `/start` again.', actor)
