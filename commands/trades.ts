/** `/trades [days] [account]`: the trades of the last sessions, and what they come to. */
import { ApplicationCommandOptionType } from 'discord.js'
import type { Command } from '../src/discord/handlers.ts'
import { DAYS_DEFAULT, DAYS_MAX, tradesReply } from '../src/discord/views/trades-reply.ts'
import { accountOf, accountOption } from './options.ts'

export const trades: Command = {
  definition: {
    name: 'trades',
    description: 'The trades of the last sessions: prices, results, win rate',
    options: [
      {
        type: ApplicationCommandOptionType.Integer,
        name: 'days',
        description: `How many sessions back; ${DAYS_DEFAULT} when left out`,
        min_value: 1,
        max_value: DAYS_MAX,
      },
      accountOption('Which account; the one started last when left out', false),
    ],
  },
  authority: 'view',
  visibility: 'public',
  run: (interaction, desk) =>
    tradesReply(accountOf(interaction), interaction.options.getInteger('days') ?? DAYS_DEFAULT, desk),
}
