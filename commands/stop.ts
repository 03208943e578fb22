/** `/stop [account] [mode]`: ends session and campaign, at once or once what is open has run to its own exit. */
import { ApplicationCommandOptionType } from 'discord.js'
import type { Command } from '../src/discord/handlers.ts'
import { answered } from '../src/discord/late-answer.ts'
import { costEmbed, stoppedReply } from '../src/discord/views/campaign-reply.ts'
import { closingCosts } from '../src/discord/views/closing-cost.ts'
import { accountOf, accountOption } from './options.ts'
import { ANSWER_WAIT_MS } from './wait.ts'

/** What closing costs is not waited for longer. */
const COST_WAIT_MS = 2_000

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
    const costs = closingCosts(profile, desk.reader).catch(() => [])
    const meanwhile = async () => {
      const known = await Promise.race([costs, desk.wall.sleep(COST_WAIT_MS).then(() => [])])
      return costEmbed(known, actor)
    }
    return answered({ command: 'stop', job, wait_ms: ANSWER_WAIT_MS, meanwhile }, desk, async (result) =>
      stoppedReply(result, actor, await costs),
    )
  },
}
