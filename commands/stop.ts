/** `/stop [account]`: closes what is open, ends the session and the campaign. */
import type { Command } from '../src/discord/handlers.ts'
import { refusalReply } from '../src/discord/reply.ts'
import { pendingReply, stoppedReply } from '../src/discord/views/campaign-reply.ts'
import { accountOf, accountOption } from './options.ts'
import { ANSWER_WAIT_MS } from './wait.ts'

export const stop: Command = {
  definition: {
    name: 'stop',
    description: 'Stop: close what is open at once, no further sessions',
    options: [accountOption('Which account; all of them if left out', false)],
  },
  authority: 'operate',
  visibility: 'public',
  async run(interaction, desk, request) {
    const result = await desk.commands.submit(
      {
        kind: 'stop',
        id: request.id,
        actor: request.actor,
        requestedAt_ms: desk.wall.now_ms(),
        profile: accountOf(interaction),
      },
      ANSWER_WAIT_MS,
    )
    if (result === 'pending') return pendingReply('stop')
    return result.ok ? stoppedReply(result, request.actor) : refusalReply(result.refusal)
  },
}
