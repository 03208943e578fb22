/** The buttons of a request that two persons decide. Whoever presses is told alone; the card says who decided. */
import type { Approval } from '../../approval/approvals.ts'
import { APPROVE_BUTTON, DENY_BUTTON } from '../../feed/buttons.ts'
import { COLOURS, embed, plain } from '../../feed/embed.ts'
import { type ButtonHandler, partsOf } from '../handlers.ts'
import { type Reply, refusalReply } from '../reply.ts'

function decidedReply({ decided, applied, entry }: Approval): Reply {
  const isApproved = decided?.decision === 'approved'
  const outcome = applied === null ? 'It is being done; the post says what came of it.' : plain(applied.message)
  return {
    embeds: [
      embed({
        colour: isApproved && applied?.ok !== false ? COLOURS.gain : COLOURS.neutral,
        title: isApproved ? '✅ Approved' : '⛔ Denied',
        description: isApproved ? outcome : 'Nothing is done.',
        footer: entry.feedNo === null ? 'Request' : `Request #${entry.feedNo}`,
      }),
    ],
  }
}

function decisionButton(
  name: string,
  authority: ButtonHandler['authority'],
  decision: 'approved' | 'denied',
): ButtonHandler {
  return {
    name,
    authority,
    answer: 'ephemeral',
    async run(interaction, desk, request) {
      const [key = ''] = partsOf(interaction.customId)
      const answer = await desk.authority.decide(key, decision, request.actor)
      return 'code' in answer ? refusalReply(answer) : decidedReply(answer)
    },
  }
}

export const approveButton = decisionButton(APPROVE_BUTTON, 'approve', 'approved')
/** A no raises no risk: whoever asked may take it back, too. */
export const denyButton = decisionButton(DENY_BUTTON, 'attend', 'denied')
