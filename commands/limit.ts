/**
 * `/limit account name value`: a limit of today. Lower is done at once, higher needs a second person; gone tomorrow.
 */
import { ApplicationCommandOptionType } from 'discord.js'
import { textsLike } from '../src/discord/choice.ts'
import type { Command } from '../src/discord/handlers.ts'
import { answered } from '../src/discord/late-answer.ts'
import { limitChoices } from '../src/discord/limits-now.ts'
import { refusalReply } from '../src/discord/reply.ts'
import { askedReply, limitedReply } from '../src/discord/views/campaign-reply.ts'
import { DAY_LIMIT_ENTRIES, DAY_LIMITS } from '../src/session/day-limits.ts'
import { accountOf, accountOption, reasonOption, UNKNOWN_ACCOUNT } from './options.ts'
import { ANSWER_WAIT_MS } from './wait.ts'

const REASONS = [
  'data release today (CPI, FOMC, payrolls): less risk',
  'unusual market: less risk',
  'after a losing day: less risk',
  'a calm day, agreed in the team',
]

export const limit: Command = {
  definition: {
    name: 'limit',
    description: 'Set a limit for today only; lower at once, higher after a second person approved',
    options: [
      accountOption('Which account', true),
      {
        type: ApplicationCommandOptionType.String,
        name: 'name',
        description: 'Which limit',
        required: true,
        choices: DAY_LIMITS.map((name) => ({ name: DAY_LIMIT_ENTRIES[name].name, value: name })),
      },
      {
        type: ApplicationCommandOptionType.Number,
        name: 'value',
        description: 'Dollars, or a number of entries or points; at most twice what is configured',
        required: true,
        autocomplete: true,
        min_value: 0,
      },
      reasonOption,
    ],
  },
  authority: 'operate',
  visibility: 'public',
  complete(interaction, desk) {
    const { name: option, value: typed } = interaction.options.getFocused(true)
    if (option === 'reason') return textsLike(typed, REASONS)
    const profile = accountOf(interaction)
    const name = DAY_LIMITS.find((known) => known === interaction.options.getString('name'))
    const now = profile === null || name === undefined ? null : desk.limits.of(profile, name)
    return name === undefined || now === null ? [] : limitChoices(typed, name, now)
  },
  async run(interaction, desk, request) {
    const profile = accountOf(interaction)
    const name = DAY_LIMITS.find((known) => known === interaction.options.getString('name'))
    if (profile === null || name === undefined) return refusalReply(UNKNOWN_ACCOUNT)
    const job = {
      kind: 'limit',
      id: request.id,
      actor: request.actor,
      requestedAt_ms: desk.wall.now_ms(),
      profile,
      limit: name,
      value: interaction.options.getNumber('value') ?? Number.NaN,
      reason: interaction.options.getString('reason') ?? 'no reason given',
    } as const
    return answered({ command: 'limit', job, wait_ms: ANSWER_WAIT_MS }, desk, (result) =>
      result.approvals === undefined ? limitedReply(result, request.actor) : askedReply(result, request.actor),
    )
  },
}
