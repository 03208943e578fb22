/** `/verdict [account] [source] [variants]`: what the days so far prove about the target. */
import { ApplicationCommandOptionType } from 'discord.js'
import type { Command } from '../src/discord/handlers.ts'
import { type VerdictSource, verdictReply } from '../src/discord/views/verdict-reply.ts'
import { accountOf, accountOption } from './options.ts'

const SOURCES: readonly VerdictSource[] = ['PAPER', 'SIM', 'REPLAY']
const VARIANTS_MAX = 1_000_000

export const verdict: Command = {
  definition: {
    name: 'verdict',
    description: 'What the days so far prove about the target, and what would change that',
    options: [
      accountOption('Which account; any when left out', false),
      {
        type: ApplicationCommandOptionType.String,
        name: 'source',
        description: 'Whose days; PAPER goes first when left out. Sources never mix',
        choices: SOURCES.map((value) => ({ name: value, value })),
      },
      {
        type: ApplicationCommandOptionType.Integer,
        name: 'variants',
        description: 'Configurations tried before this campaign, this one included; 1 when left out',
        min_value: 1,
        max_value: VARIANTS_MAX,
      },
    ],
  },
  authority: 'view',
  visibility: 'public',
  run: (interaction, desk, request) => {
    const source = SOURCES.find((kind) => kind === interaction.options.getString('source')) ?? null
    const variants = interaction.options.getInteger('variants') ?? 1
    return verdictReply({ profile: accountOf(interaction), source, variants }, desk, request)
  },
}
