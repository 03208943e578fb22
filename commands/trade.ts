/** `/trade [id] [account]`: one trade with its decision, fills, exit and chart. */
import { ApplicationCommandOptionType } from 'discord.js'
import type { Command } from '../src/discord/handlers.ts'
import { tradeReply } from '../src/discord/views/trade-reply.ts'
import { accountOf, accountOption } from './options.ts'

const ID_LENGTH_MAX = 30

export const trade: Command = {
  definition: {
    name: 'trade',
    description: 'One trade in full: decision, fills and slippage, the rule that closed it, and its chart',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'id',
        description: 'Like 2026-07-17-1; the newest trade when left out',
        autocomplete: true,
        max_length: ID_LENGTH_MAX,
      },
      accountOption('Which account; any when left out', false),
    ],
  },
  authority: 'view',
  visibility: 'public',
  run: (interaction, desk, request) =>
    tradeReply(accountOf(interaction), interaction.options.getString('id'), desk, request),
  complete(interaction, desk) {
    const typed = interaction.options.getFocused().trim().toLowerCase()
    return desk.trades.of(accountOf(interaction)).filter(({ name }) => name.toLowerCase().includes(typed))
  },
}
