/**
 * `/review [period] [account]`: the trades that wait for a review, page by page, and results by tag and by reviewers'
 * agreement.
 */
import { ApplicationCommandOptionType } from 'discord.js'
import type { Command } from '../src/discord/handlers.ts'
import { reviewListReply } from '../src/discord/review/list.ts'
import { periodWords } from '../src/discord/review/results.ts'
import { REVIEW_PERIODS } from '../src/review/statistics.ts'
import { accountOf, accountOption } from './options.ts'

export const review: Command = {
  definition: {
    name: 'review',
    description: 'Trades that wait for a review, oldest first; results by tag, plan and agreement',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'period',
        description: 'Which trades the results are of; the last month when left out',
        choices: REVIEW_PERIODS.map((value) => ({ name: periodWords(value), value })),
      },
      accountOption('Which account; all of the desk when left out', false),
    ],
  },
  authority: 'view',
  visibility: 'public',
  run(interaction, desk, request) {
    const asked = interaction.options.getString('period')
    const period = REVIEW_PERIODS.find((known) => known === asked) ?? 'month'
    return reviewListReply({ profile: accountOf(interaction), period, page: 1 }, desk, request)
  },
}
