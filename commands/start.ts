/** `/start account [structure]`: arms an account; a session runs each trading day until `/stop`. */
import { ApplicationCommandOptionType } from 'discord.js'
import type { Command } from '../src/discord/handlers.ts'
import { refusalReply } from '../src/discord/reply.ts'
import { armedReply, pendingReply } from '../src/discord/views/campaign-reply.ts'
import { commandJobSchema } from '../src/queue/jobs.ts'
import { accountOf, accountOption, UNKNOWN_ACCOUNT } from './options.ts'
import { ANSWER_WAIT_MS } from './wait.ts'

export const start: Command = {
  definition: {
    name: 'start',
    description: 'Start paper trading: one session each trading day, until /stop',
    options: [
      accountOption('Which account to trade', true),
      {
        type: ApplicationCommandOptionType.String,
        name: 'structure',
        description: 'What to sell; auto: a short put where buying power covers it, else a put spread',
        choices: ['auto', 'put_spread', 'short_put'].map((value) => ({ name: value, value })),
      },
    ],
  },
  authority: 'operate',
  visibility: 'public',
  async run(interaction, desk, request) {
    const profile = accountOf(interaction)
    if (profile === null) return refusalReply(UNKNOWN_ACCOUNT)
    const job = commandJobSchema.parse({
      kind: 'start',
      id: request.id,
      actor: request.actor,
      requestedAt_ms: desk.wall.now_ms(),
      profile,
      structure: interaction.options.getString('structure'),
    })
    const result = await desk.commands.submit(job, ANSWER_WAIT_MS)
    if (result === 'pending') return pendingReply('start')
    return result.ok ? armedReply(result, request.actor, desk.feedChannelId) : refusalReply(result.refusal)
  },
}
