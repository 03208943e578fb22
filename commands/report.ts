/** `/report [account] [date]`: the day's result with its chart, and the whole report as a JSON file. */
import { ApplicationCommandOptionType } from 'discord.js'
import type { Command } from '../src/discord/handlers.ts'
import { reportReply } from '../src/discord/views/report-reply.ts'
import { dayName } from '../src/report/format.ts'
import { accountOf, accountOption } from './options.ts'

export const report: Command = {
  definition: {
    name: 'report',
    description: "A day's result: P&L against target, trades, chart, and the report as a file",
    options: [
      accountOption('Which account; the one started last when left out', false),
      {
        type: ApplicationCommandOptionType.String,
        name: 'date',
        description: 'Trading day as YYYY-MM-DD; the latest when left out',
        autocomplete: true,
        min_length: 10,
        max_length: 10,
      },
    ],
  },
  authority: 'view',
  visibility: 'public',
  run: (interaction, desk, request) =>
    reportReply(accountOf(interaction), interaction.options.getString('date'), desk, request),
  complete(interaction, desk) {
    const typed = interaction.options.getFocused().trim().toLowerCase()
    return desk.dates
      .of(accountOf(interaction))
      .map((date) => ({ name: `${date} · ${dayName(date)}`, value: date }))
      .filter(({ name }) => name.toLowerCase().includes(typed))
  },
}
