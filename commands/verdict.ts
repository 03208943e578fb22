/** `/verdict [account] [source] [variants]`: what the days so far prove about the target. */
import { ApplicationCommandOptionType } from 'discord.js'
import { numbersLike } from '../src/discord/choice.ts'
import type { Command } from '../src/discord/handlers.ts'
import { type VerdictSource, verdictReply } from '../src/discord/views/verdict-reply.ts'
import { accountOf, accountOption } from './options.ts'

const SOURCES: readonly VerdictSource[] = ['PAPER', 'SIM', 'REPLAY']
const VARIANTS_MAX = 1_000_000

/** The more were tried, the more the best of them owes to luck, and the longer it takes to prove. */
const TRIED = [1, 2, 5, 10, 20, 50, 100, 1000]
const triedName = (count: number): string =>
  count === 1 ? '1: this configuration was the only one' : `${count}: this one is the best of ${count} that were tried`

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
        autocomplete: true,
        min_value: 1,
        max_value: VARIANTS_MAX,
      },
    ],
  },
  complete: (interaction) =>
    numbersLike(interaction.options.getFocused(), TRIED, { min: 1, max: VARIANTS_MAX, isWhole: true }, triedName),
  authority: 'view',
  visibility: 'public',
  run: (interaction, desk, request) => {
    const source = SOURCES.find((kind) => kind === interaction.options.getString('source')) ?? null
    const variants = interaction.options.getInteger('variants') ?? 1
    return verdictReply({ profile: accountOf(interaction), source, variants }, desk, request)
  },
}
