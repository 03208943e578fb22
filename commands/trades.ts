/** `/trades [days] [account]`: the trades of the last sessions, and what they come to. */
import { ApplicationCommandOptionType } from 'discord.js'
import { numbersLike } from '../src/discord/choice.ts'
import type { Command } from '../src/discord/handlers.ts'
import { DAYS_DEFAULT, DAYS_MAX, tradesReply } from '../src/discord/views/trades-reply.ts'
import { accountOf, accountOption } from './options.ts'

/** About how long so many sessions are, in the order in which they are offered. */
const SPANS: Readonly<Record<number, string>> = { 1: 'the newest', 5: 'a week', 21: 'a month', 42: 'two months' }
const SESSIONS = [DAYS_DEFAULT, ...Object.keys(SPANS).map(Number), DAYS_MAX]

function sessionsName(days: number): string {
  const span = SPANS[days] ?? (days === DAYS_DEFAULT ? 'as when left out' : days === DAYS_MAX ? 'the most' : null)
  return `${days} ${days === 1 ? 'session' : 'sessions'}${span === null ? '' : `: ${span}`}`
}

export const trades: Command = {
  definition: {
    name: 'trades',
    description: 'The trades of the last sessions: prices, results, win rate',
    options: [
      {
        type: ApplicationCommandOptionType.Integer,
        name: 'days',
        description: `How many sessions back; ${DAYS_DEFAULT} when left out`,
        autocomplete: true,
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
  complete: (interaction) =>
    numbersLike(interaction.options.getFocused(), SESSIONS, { min: 1, max: DAYS_MAX, isWhole: true }, sessionsName),
}
