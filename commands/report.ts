/** `/report [account] [date|week|month] [to]`: the result with its chart, and the whole report as a JSON file. */
import { ApplicationCommandOptionType } from 'discord.js'
import type { Command } from '../src/discord/handlers.ts'
import { reportReply } from '../src/discord/views/report-reply.ts'
import { dayName } from '../src/report/format.ts'
import { accountOf, accountOption } from './options.ts'

const PERIODS = [
  { name: 'week · the latest one', value: 'week' },
  { name: 'month · the latest one', value: 'month' },
] as const

export const report: Command = {
  definition: {
    name: 'report',
    description: "A day's, week's or month's result: P&L against target, traffic light, trades, and a file",
    options: [
      accountOption('Which account; the one started last when left out', false),
      {
        type: ApplicationCommandOptionType.String,
        name: 'date',
        description: 'Trading day as YYYY-MM-DD, or week, or month; the latest day when left out',
        autocomplete: true,
        min_length: 4,
        max_length: 10,
      },
      {
        type: ApplicationCommandOptionType.String,
        name: 'to',
        description: 'Last day of a range that begins with date, as YYYY-MM-DD',
        autocomplete: true,
        min_length: 10,
        max_length: 10,
      },
    ],
  },
  authority: 'view',
  visibility: 'public',
  run: (interaction, desk, request) => {
    const { options } = interaction
    const asked = { profile: accountOf(interaction), date: options.getString('date'), to: options.getString('to') }
    return reportReply(asked, desk, request)
  },
  complete(interaction, desk) {
    const { name: option, value } = interaction.options.getFocused(true)
    const typed = value.trim().toLowerCase()
    const dates = desk.dates.of(accountOf(interaction))
    const periods = dates.length === 0 || option === 'to' ? [] : PERIODS
    return [...periods, ...dates.map((date) => ({ name: `${date} · ${dayName(date)}`, value: date }))].filter(
      ({ name }) => name.toLowerCase().includes(typed),
    )
  },
}
