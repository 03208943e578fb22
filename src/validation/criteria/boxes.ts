/** How each box of the success criteria is judged. Pure; `criteria.ts` adds what all boxes ask for. */
import { decimal, money, percent, several, signedMoney } from '../../report/format.ts'
import type { ProportionBounds } from '../stats/proportion-sequence.ts'
import { hasEntry, type VerdictDay } from '../verdict/day.ts'
import type { BoxState, CriteriaInput } from './criteria.ts'

export interface Judged {
  readonly state: BoxState
  readonly evidence: string
}

/** The plan's target ranges of rates, shares of 1. */
const EXECUTION_RANGE = [0.5, 0.7] as const
const WIN_RANGE = [0.55, 0.7] as const
/** Cost estimates may differ from actual costs by this much. */
const COST_TOLERANCE = 0.2
/** Alerts that say the desk lost hold of a position: whatever came of it, risk was not controlled then. */
const LOST_HOLD: ReadonlySet<string> = new Set([
  'cannot_flatten',
  'position_at_close',
  'left_open',
  'position_mismatch',
  'unclaimed_fill',
  'position_over_limit',
  'order_mismatch',
  'late_fill',
])
/** Stops seen before "effective" means anything. */
const STOPS_MIN = 20

const share = (value: number): string => percent(value * 100)

/** Days whose events are at hand, sessions only. */
const witnessed = (days: readonly VerdictDay[]) =>
  days.flatMap(({ date, evidence }) => (evidence === null ? [] : [{ date, ...evidence }]))
const sessionsOf = (days: readonly VerdictDay[]): number => days.filter(({ status }) => status !== 'no_session').length
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

export function withoutErrors({ days }: CriteriaInput): Judged {
  const seen = witnessed(days)
  const trades = sum(days.map(({ trades: closed }) => closed.length))
  const bad = seen.filter(({ errors }) => errors.length > 0)
  const [first] = bad
  const evidence = `${trades} closed trades; errors on ${bad.length} of ${several(seen.length, 'day')} with a record`
  if (first !== undefined) return { state: 'not_met', evidence: `${evidence}, first ${first.date}: ${first.errors[0]}` }
  return { state: trades > 0 && seen.length === sessionsOf(days) ? 'met' : 'open', evidence }
}

export function strikeParity({ days }: CriteriaInput): Judged {
  const checked = witnessed(days).flatMap(({ parity }) => (parity === null ? [] : [parity]))
  const matched = sum(checked.map((parity) => parity.matched))
  const total = sum(checked.map((parity) => parity.total))
  // Decisions not to trade chose no strike.
  const entries = days.filter(hasEntry).length
  const evidence = `${matched} of ${total} decisions reproduced, on ${checked.length} of ${several(sessionsOf(days), 'day')}, ${entries} with an entry`
  if (matched < total) return { state: 'not_met', evidence }
  return { state: entries > 0 && checked.length === sessionsOf(days) ? 'met' : 'open', evidence }
}

function stops(days: readonly VerdictDay[]): { reached: number; obeyed: number } {
  const seen = witnessed(days)
  return {
    reached: sum(seen.map(({ stopsReached }) => stopsReached)),
    obeyed: sum(seen.map(({ stopsObeyed }) => stopsObeyed)),
  }
}

export function riskTriggers({ days }: CriteriaInput): Judged {
  const { reached, obeyed } = stops(days)
  const evidence = `${obeyed} of ${reached} trades at a loss limit were closed for it`
  if (obeyed < reached) return { state: 'not_met', evidence }
  return { state: reached > 0 ? 'met' : 'open', evidence }
}

export function costsWithin({ costs }: CriteriaInput): Judged {
  const { actualToAssumed: found } = costs
  const reasons = costs.estimates
    .filter(({ proves }) => !proves)
    .map(({ parameter, reason }) => `${parameter}: ${reason}`)
  const evidence =
    found === null
      ? 'too few trades with quotes at entry and exit'
      : `spread and slippage were ${decimal(found.ratio, 2)} of the estimate, between ${decimal(found.lower, 2)} and ${decimal(found.upper, 2)}`
  if (!costs.proves) return { state: 'cannot_prove', evidence: [evidence, ...reasons].join('; ') }
  if (found === null) return { state: 'open', evidence }
  return { state: against(found, [1 / (1 + COST_TOLERANCE), 1 / (1 - COST_TOLERANCE)]), evidence }
}

/** `met` where the whole interval is inside the range, `not_met` where all of it is outside. */
function against(
  { lower, upper }: { lower: number; upper: number },
  [least, most]: readonly [number, number],
): BoxState {
  if (lower >= least && upper <= most) return 'met'
  return upper < least || lower > most ? 'not_met' : 'open'
}

export function meanWithin({ verdict }: CriteriaInput, part: number): Judged {
  const { mean, registration } = verdict
  const target = registration.targetDailyCents
  const range = [target * (1 - part), target * (1 + part)] as const
  // A bound that nothing covers bounds nothing.
  const lower = verdict.tail.chargeCents === null ? Number.NEGATIVE_INFINITY : mean.lowerCents
  const upper = verdict.tail.raisedCents === null ? Number.POSITIVE_INFINITY : mean.upperCents
  const invalid = Number.isFinite(lower) && Number.isFinite(upper) ? '' : ', a bound that is not valid'
  const evidence = `mean day between ${signedMoney(mean.lowerCents)} and ${signedMoney(mean.upperCents)}${invalid}; asked for ${money(range[0])} to ${money(range[1])}`
  return { state: against({ lower, upper }, range), evidence }
}

function rateWithin(bounds: ProportionBounds, range: readonly [number, number]): Judged {
  const asked = `asked for ${share(range[0])} to ${share(range[1])}`
  if (bounds.trials === 0) return { state: 'open', evidence: `none yet; ${asked}` }
  const { successes, trials, lower, upper } = bounds
  const evidence = `${successes} of ${trials}, between ${share(lower)} and ${share(upper)}; ${asked}`
  return { state: against(bounds, range), evidence }
}

export const executionRate = ({ verdict }: CriteriaInput): Judged => rateWithin(verdict.executionRate, EXECUTION_RANGE)
export const winRate = ({ verdict }: CriteriaInput): Judged => rateWithin(verdict.winRate, WIN_RANGE)

export function noFailures({ verdict, days }: CriteriaInput): Judged {
  const { reached, obeyed } = stops(days)
  const { tail, counts } = verdict
  const failures = [
    ...(tail.beyondDailyLimit > 0
      ? [`${tail.beyondDailyLimit} day${tail.beyondDailyLimit === 1 ? '' : 's'} lost more than the daily limit`]
      : []),
    ...(counts.incomplete > 0
      ? [`${counts.incomplete} day${counts.incomplete === 1 ? '' : 's'} ended with an open position`]
      : []),
    ...lostHold(days),
    ...(obeyed < reached ? [`${reached - obeyed} trades passed a loss limit and were closed for another reason`] : []),
  ]
  if (failures.length > 0) return { state: 'not_met', evidence: failures.join('; ') }
  const seen = witnessed(days).length
  const evidence = `no day beyond the daily limit, none left open; ${seen} of ${several(sessionsOf(days), 'day')} with a record`
  return { state: seen > 0 && seen === sessionsOf(days) ? 'met' : 'open', evidence }
}

/** The first day of each kind. */
function lostHold(days: readonly VerdictDay[]): readonly string[] {
  const lost = witnessed(days).flatMap(({ date, errors }) =>
    errors.filter((code) => LOST_HOLD.has(code)).map((code) => ({ date, code })),
  )
  const codes = [...new Set(lost.map(({ code }) => code))]
  return codes.map((code) => {
    const of = lost.filter((one) => one.code === code)
    return `${code} ${of.length === 1 ? 'once' : `${of.length} times`}, first ${of[0]?.date}`
  })
}

/** That stops fire can be seen on paper; what they cost to execute cannot, since paper fills at the quote. */
export function riskProven({ verdict, days }: CriteriaInput): Judged {
  const { reached, obeyed } = stops(days)
  const { worst } = verdict.tail
  const evidence = `${obeyed} of ${reached} trades at a loss limit closed for it, worst day ${worst === null ? 'none' : signedMoney(worst.netPnlCents)}`
  if (obeyed < reached || verdict.tail.beyondDailyLimit > 0) return { state: 'not_met', evidence }
  if (reached < STOPS_MIN) return { state: 'open', evidence: `${evidence}; ${STOPS_MIN} are needed` }
  return { state: 'cannot_prove', evidence: `${evidence}; what a stop costs to fill needs a real account` }
}
