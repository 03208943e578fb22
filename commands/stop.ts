/** `/stop [account] [mode]`: ends session and campaign, at once or once what is open has run to its own exit. */
import { ApplicationCommandOptionType } from 'discord.js'
import type { Command } from '../src/discord/handlers.ts'
import { refusalReply } from '../src/discord/reply.ts'
import { pendingReply, stoppedReply } from '../src/discord/views/campaign-reply.ts'
import { closingCosts } from '../src/discord/views/closing-cost.ts'
import { accountOf, accountOption } from './options.ts'
import { ANSWER_WAIT_MS } from './wait.ts'

export const stop: Command = {
  definition: {
    name: 'stop',
    description: 'Stop: close what is open at once, or let it run to its own exit; no further sessions',
    options: [
      accountOption('Which account; all of them if left out', false),
      {
        type: ApplicationCommandOptionType.String,
        name: 'mode',
        description: 'flatten: close now; drain: no new entries, what is open runs to its own exit',
        choices: [
          { name: 'flatten · close what is open now', value: 'flatten' },
          { name: 'drain · let what is open run to its own exit', value: 'drain' },
        ],
      },
    ],
  },
  authority: 'operate',
  visibility: 'public',
  async run(interaction, desk, request) {
    const mode = interaction.options.getString('mode') === 'drain' ? 'drain' : 'flatten'
    const profile = accountOf(interaction)
    const { id, actor } = request
    const job = { kind: 'stop', id, actor, requestedAt_ms: desk.wall.now_ms(), profile, mode } as const
    // Read beside the stop, never before it: nothing is waited for to stop.
    const [result, costs] = await Promise.all([
      desk.commands.submit(job, ANSWER_WAIT_MS),
      closingCosts(profile, desk.reader).catch(() => []),
    ])
    if (result === 'pending') return pendingReply('stop')
    return result.ok ? stoppedReply(result, request.actor, costs) : refusalReply(result.refusal)
  },
}
