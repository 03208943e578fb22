/**
 * What a preflight says: one line a check, each with what was found and, unless it passed, what to do. Plain data, so
 * that it crosses the queue and prints as JSON.
 *
 * Entry points: `CheckLine`, `PreflightReport`, `pass`, `warn`, `fail`, `reportOf`, `failuresOf`, `summaryText`.
 *
 * 1. A line that is not a pass has advice.
 * 2. A check whose facts could not be read because an earlier one failed has no line; it is named under `notChecked`.
 */
import { z } from 'zod'
import { PROFILE_NAMES } from '../strategy/types.ts'
import { keysOf } from '../tables/typed-keys.ts'

export const CHECK_GROUPS = ['broker', 'market', 'store', 'discord'] as const
export type CheckGroup = (typeof CHECK_GROUPS)[number]

/** Every check, in the order people read them: its group and its name. */
export const CHECKS = {
  configuration: ['broker', 'Configuration'],
  worker: ['broker', 'Worker'],
  keys: ['broker', 'Keys'],
  paper_host: ['broker', 'Paper only'],
  broker_access: ['broker', 'Broker answers'],
  account_status: ['broker', 'Account'],
  options_level: ['broker', 'Options level'],
  buying_power: ['broker', 'Buying power'],
  market_hours: ['market', 'Market hours'],
  stock_feed: ['market', 'SPY quotes'],
  option_feed: ['market', 'Put quotes'],
  bars: ['market', 'One-minute bars'],
  clock_skew: ['market', 'Clock'],
  redis_access: ['store', 'Redis answers'],
  redis_version: ['store', 'Redis version'],
  redis_appendonly: ['store', 'Append-only file'],
  redis_appendfsync: ['store', 'Written to disk'],
  redis_eviction: ['store', 'Nothing evicted'],
  discord_token: ['discord', 'Discord token'],
  discord_guild: ['discord', 'Discord server'],
  discord_channel: ['discord', 'Channel'],
  discord_permissions: ['discord', 'Permissions'],
  discord_commands: ['discord', 'Slash commands'],
  discord_roles: ['discord', 'Roles'],
  discord_paging: ['discord', 'Who is paged'],
} as const satisfies Readonly<Record<string, readonly [CheckGroup, string]>>

export type CheckId = keyof typeof CHECKS
export const CHECK_IDS: readonly CheckId[] = keysOf(CHECKS)

export const groupOf = (id: CheckId): CheckGroup => CHECKS[id][0]
export const labelOf = (id: CheckId): string => CHECKS[id][1]

const idSchema = z.custom<CheckId>((value) => typeof value === 'string' && Object.hasOwn(CHECKS, value))
const numbersSchema = z.record(z.string(), z.union([z.string(), z.number()]))
export type CheckNumbers = Readonly<z.infer<typeof numbersSchema>>

const checkLineSchema = z.object({
  id: idSchema,
  status: z.enum(['pass', 'warn', 'fail']),
  /** What was found, a phrase for people with the numbers that decided. */
  found: z.string(),
  /** What to do; null only for a pass. */
  advice: z.string().nullable(),
  /** The same numbers for programs; money in dollars. */
  numbers: numbersSchema,
})
export type CheckLine = Readonly<z.infer<typeof checkLineSchema>>
export type CheckStatus = CheckLine['status']

export const preflightReportSchema = z.object({
  schema: z.literal('phase4d.preflight/1'),
  account: z.enum(PROFILE_NAMES),
  /** Null while the broker does not say which account this is. */
  source: z.object({ kind: z.enum(['SIM', 'REPLAY', 'PAPER']), label: z.string() }).nullable(),
  /** Whether nothing failed. */
  ok: z.boolean(),
  summary: z.object({ pass: z.int(), warn: z.int(), fail: z.int() }),
  checks: z.array(checkLineSchema),
  notChecked: z.array(idSchema),
})
export type PreflightReport = Readonly<z.infer<typeof preflightReportSchema>>

export const pass = (id: CheckId, found: string, numbers: CheckNumbers = {}): CheckLine => ({
  id,
  status: 'pass',
  found,
  advice: null,
  numbers,
})

export const warn = (id: CheckId, found: string, advice: string, numbers: CheckNumbers = {}): CheckLine => ({
  id,
  status: 'warn',
  found,
  advice,
  numbers,
})

export const fail = (id: CheckId, found: string, advice: string, numbers: CheckNumbers = {}): CheckLine => ({
  id,
  status: 'fail',
  found,
  advice,
  numbers,
})

export const failuresOf = (lines: readonly CheckLine[]): readonly CheckLine[] =>
  lines.filter((line) => line.status === 'fail')

function summaryOf(lines: readonly CheckLine[]): PreflightReport['summary'] {
  const count = (status: CheckStatus): number => lines.filter((line) => line.status === status).length
  return { pass: count('pass'), warn: count('warn'), fail: count('fail') }
}

/** `expected`: the checks that were to be made; those without a line are `notChecked`. */
export function reportOf(
  about: Pick<PreflightReport, 'account' | 'source'>,
  lines: readonly CheckLine[],
  expected: readonly CheckId[],
): PreflightReport {
  const made = new Set(lines.map((line) => line.id))
  const summary = summaryOf(lines)
  const { account, source } = about
  const checks = lines.toSorted((a, b) => CHECK_IDS.indexOf(a.id) - CHECK_IDS.indexOf(b.id))
  const notChecked = expected.filter((id) => !made.has(id))
  return { schema: 'phase4d.preflight/1', account, source, ok: summary.fail === 0, summary, checks, notChecked }
}

/** `2 failed, 1 warning, 17 passed`. */
export function summaryText({ summary, notChecked }: Pick<PreflightReport, 'summary' | 'notChecked'>): string {
  const { pass: passed, warn: warned, fail: failed } = summary
  const parts = [
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(warned === 0 ? [] : [`${warned} warning${warned === 1 ? '' : 's'}`]),
    `${passed} passed`,
    ...(notChecked.length === 0 ? [] : [`${notChecked.length} not checked`]),
  ]
  return parts.join(', ')
}
