/**
 * Days into a period. Pure. Entry points: `buildPeriod`, `weekOf`, `monthOf`.
 *
 * 1. The days are of one account: sources never mix.
 * 2. Only what is known is summed; a running or incomplete day is listed and in no sum of P&L, costs or execution.
 * 3. Of PAPER, every session of the exchange between the first and the last reported day counts, at $0 where none ran.
 */
import { sessionsBetween } from '../../strategy/exchange-calendar.ts'
import { addDays, weekday } from '../../strategy/newyork-time.ts'
import { pctOf, sum, sumKnown } from './fields.ts'
import { breachesOf, isLeftOpen, performanceOf } from './performance.ts'
import { costsOf, decisionsOf, executionOf, timingsOf } from './period-execution.ts'
import { booksOf, checksOf, missingOf, qualityOf, riskOf } from './period-risk.ts'
import { PERIOD_SCHEMA, type PeriodDocument } from './period-schema.ts'
import type { DayDocument } from './schema.ts'

export interface PeriodRange {
  readonly from: string
  readonly to: string
}

/** Monday to Sunday around a date. */
export function weekOf(date: string): PeriodRange {
  const from = addDays(date, -((weekday(date) + 6) % 7))
  return { from, to: addDays(from, 6) }
}

export function monthOf(date: string): PeriodRange {
  const month = date.slice(0, 7)
  const next = addDays(`${month}-28`, 4).slice(0, 7)
  return { from: `${month}-01`, to: addDays(`${next}-01`, -1) }
}

/** Null where no day of the range has a report. */
export function buildPeriod(reports: readonly DayDocument[], { from, to }: PeriodRange): PeriodDocument | null {
  const all = reports.filter(({ date }) => date >= from && date <= to).toSorted((a, b) => (a.date < b.date ? -1 : 1))
  const [first, last] = [all[0], all.at(-1)]
  if (first === undefined || last === undefined) return null
  if (all.some(({ accountId }) => accountId !== first.accountId)) throw new Error('expected days of one account')
  const known = all.filter(isKnown)
  const absent = absentDates(all, first, last)
  const days = [...all.map(dayLine), ...absent.map(absentLine)].toSorted((a, b) => (a.date < b.date ? -1 : 1))
  const checks = checksOf(all)
  return {
    schema: PERIOD_SCHEMA,
    accountId: first.accountId,
    source: last.source,
    profile: first.profile,
    from,
    to,
    configHashes: [...new Set(all.map(({ configHash }) => configHash))],
    days,
    ...moneyOf(all, known, absent.length),
    decisions: decisionsOf(all),
    timings: timingsOf(known),
    execution: executionOf(known),
    costs: costsOf(known),
    risk: riskOf(all),
    dataQuality: qualityOf(all),
    reconciliation: booksOf(all),
    checks,
    missing: missingOf(all, days, checks),
  }
}

const isKnown = ({ final, status }: DayDocument): boolean => final && status !== 'incomplete'

function absentDates(all: readonly DayDocument[], first: DayDocument, last: DayDocument): readonly string[] {
  if (first.source.kind !== 'PAPER') return []
  const dates = new Set(all.map(({ date }) => date))
  return sessionsBetween(first.date, last.date).flatMap(({ date }) => (dates.has(date) ? [] : [date]))
}

const dayLine = (day: DayDocument): PeriodDocument['days'][number] => ({
  date: day.date,
  status: day.status,
  netPnlCents: isKnown(day) ? day.netPnlCents : null,
  trades: day.trades.length,
  light: day.performance.light.colour,
})

const absentLine = (date: string): PeriodDocument['days'][number] => ({
  date,
  status: 'no_session',
  netPnlCents: 0,
  trades: 0,
  light: null,
})

function moneyOf(
  all: readonly DayDocument[],
  known: readonly DayDocument[],
  noSession: number,
): Pick<PeriodDocument, 'counts' | 'pnl' | 'performance'> {
  const values = [...known.map(({ netPnlCents }) => netPnlCents), ...Array.from({ length: noSession }, () => 0)]
  const days = values.length
  const pnl = pnlOf(known, values, noSession * lastTarget(all))
  const { meanDayCents, worstCents } = pnl
  const closed = known.flatMap(({ trades }) => trades.flatMap((trade) => trade.netPnlCents ?? []))
  const withEntry = known.filter(({ trades }) => trades.length > 0).length
  const wins = closed.filter((cents) => cents > 0).length
  const costs = costsOf(known)
  const last = all.at(-1)
  if (last === undefined) throw new Error('expected at least one day')
  return {
    counts: {
      days,
      withEntry,
      noSession,
      incomplete: all.filter(({ status }) => status === 'incomplete').length,
      running: all.filter(({ final }) => !final).length,
      closedTrades: closed.length,
      wins,
    },
    pnl,
    performance: performanceOf({
      profile: last.profile,
      targetDailyCents: last.targetDailyCents,
      days,
      daysWithEntry: withEntry,
      meanCents: meanDayCents,
      worstCents,
      closed: closed.length,
      wins,
      breaches: sum(all.map(({ risk }) => breachesOf(risk))),
      leftOpen: all.filter(isLeftOpen).length,
      warnings: sum(all.map(({ risk }) => risk.warnings.length)),
      costsPct: costs.pctOfPremium,
      costsProve: known.every((day) => day.costs.proof.every(({ proves }) => proves)),
      final: true,
    }),
  }
}

const lastTarget = (all: readonly DayDocument[]): number => all.at(-1)?.targetDailyCents ?? 0

/** `values`: net P&L of each day in the sums. `targetOfAbsent`: of the days that no session ran on. */
function pnlOf(
  known: readonly DayDocument[],
  values: readonly number[],
  targetOfAbsent: number,
): PeriodDocument['pnl'] {
  const netCents = sum(values)
  const targetCents = sum(known.map(({ targetDailyCents }) => targetDailyCents)) + targetOfAbsent
  const ruled = known.flatMap(({ pnl, netPnlCents }) => (pnl.ruleCents === null ? [] : [[pnl.ruleCents, netPnlCents]]))
  const fees = known.flatMap(({ pnl }) => pnl.brokerFeesCents ?? [])
  const isEmpty = values.length === 0
  return {
    netCents,
    grossCents: sum(known.map(({ pnl }) => pnl.grossCents)),
    assumedCommissionCents: sum(known.map(({ pnl }) => pnl.assumedCommissionCents)),
    ruleCents: sumKnown(known.map(({ pnl }) => pnl.ruleCents)),
    ruleOfKnownCents: sum(ruled.map(([rule = 0]) => rule)),
    ruleDays: ruled.length,
    netOfRuleDaysCents: sum(ruled.map(([, net = 0]) => net)),
    brokerCents: sum(known.map(({ pnl }) => pnl.brokerCents)),
    brokerFeesCents: sum(fees),
    brokerFeesDays: fees.length,
    meanDayCents: isEmpty ? null : netCents / values.length,
    bestCents: isEmpty ? null : Math.max(...values),
    worstCents: isEmpty ? null : Math.min(...values),
    targetCents,
    varianceCents: netCents - targetCents,
    variancePct: pctOf(netCents - targetCents, Math.abs(targetCents)),
  }
}
