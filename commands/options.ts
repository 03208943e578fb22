/** Options that several commands share, and how they are read. */
import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
} from 'discord.js'
import type { Refusal } from '../src/session/refusal.ts'
import { PROFILE_NAMES, type ProfileName } from '../src/strategy/types.ts'

const isProfile = (value: string | null): value is ProfileName => PROFILE_NAMES.some((name) => name === value)

/** The account option; `25k` first, as it is the one the strategy's figures are about. */
export function accountOption(description: string, required: boolean): APIApplicationCommandBasicOption {
  return {
    type: ApplicationCommandOptionType.String,
    name: 'account',
    description,
    required,
    choices: [...PROFILE_NAMES].reverse().map((name) => ({ name, value: name })),
  }
}

const REASON_LENGTH_MAX = 200

export const reasonOption: APIApplicationCommandBasicOption = {
  type: ApplicationCommandOptionType.String,
  name: 'reason',
  description: 'Why; stands in the journal and in the post',
  autocomplete: true,
  max_length: REASON_LENGTH_MAX,
}

/** The chosen account; null where none was. */
export function accountOf(interaction: ChatInputCommandInteraction | AutocompleteInteraction): ProfileName | null {
  const value = interaction.options.getString('account')
  return isProfile(value) ? value : null
}

/** Said where an account must be named and is not one of the desk's. */
export const UNKNOWN_ACCOUNT: Refusal = {
  code: 'unknown_account',
  message: `Expected one of the accounts ${PROFILE_NAMES.join(', ')}. Type e.g. \`/start account:25k\`.`,
  numbers: {},
}
