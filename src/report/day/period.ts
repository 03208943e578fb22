/**
 * Days into a period. Pure. Entry points: `buildPeriod`, `weekOf`, `monthOf`.
 *
 * 1. The days are of one account: sources never mix.
 * 2. Only what is known is summed; a running or incomplete day is listed and in no sum.
 * 3. Of PAPER, every session of the exchange between the first and the last reported day counts, at $0 where none ran.
 */
import { sumParts } from '../../replay/attribution.ts'
import { sessionsBetween } from '../../strategy/exchange-calendar.ts'
import { addDays, weekday } from '../../strategy/newyork-time.ts'
import { pctOf, sum, sumKnown } from './fields.ts'
import { breachesOf, performanceOf } from './performance.ts'
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
  return {
    schema: PERIOD_SCHEMA,
    accountId: first.accountId,
    source: last.source,
    profile: first.profile,
    from,
    to,
    configHashes: [...new Set(all.map(({ configHash }) => configHash))],
    days: [...all.map(dayLine), ...absent.map(absentLine)].toSorted((a, b) => (a.date < b.date ? -1 : 1)),
    ...moneyOf(all, known, absent.length),
    costs: costsOf(known),
    execution: executionOf(known),
    risk: riskOf(all),
    dataQuality: qualityOf(all),
    checks: checksOf(all),
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
  const netCents = sum(values)
  const meanDayCents = days === 0 ? null : netCents / days
  const worstCents = days === 0 ? null : Math.min(...values)
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
    pnl: {
      netCents,
      grossCents: sum(known.map(({ pnl }) => pnl.grossCents)),
      ruleCents: sumKnown(known.map(({ pnl }) => pnl.ruleCents)),
      meanDayCents,
      bestCents: days === 0 ? null : Math.max(...values),
      worstCents,
    },
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
      leftOpen: all.filter(({ status }) => status === 'incomplete').length,
      warnings: sum(all.map(({ risk }) => risk.warnings.length)),
      costsPct: costs.pctOfPremium,
      costsProve: known.every((day) => day.costs.proof.every(({ proves }) => proves)),
      final: true,
    }),
  }
}

function costsOf(known: readonly DayDocument[]): PeriodDocument['costs'] {
  const measured = known.flatMap(({ costs }) =>
    costs.actual.totalCents === null ? [] : [{ ...costs, actualCents: costs.actual.totalCents }],
  )
  const actualCents = sum(measured.map((costs) => costs.actualCents))
  return {
    premiumCents: sum(known.map(({ costs }) => costs.premiumCents)),
    estimatedCents: sum(known.map(({ costs }) => costs.estimated.totalCents)),
    actualCents,
    estimatedOfKnownCents: sum(measured.map(({ estimated }) => estimated.totalCents)),
    daysKnown: measured.length,
    pctOfPremium: pctOf(actualCents, sum(measured.map(({ premiumCents }) => premiumCents))),
  }
}

function executionOf(known: readonly DayDocument[]): PeriodDocument['execution'] {
  const of = (pick: (execution: DayDocument['execution']) => number): number =>
    sum(known.map((day) => pick(day.execution)))
  const [ordered, filled] = [
    of(({ contractsOrdered }) => contractsOrdered),
    of(({ contractsFilled }) => contractsFilled),
  ]
  const slipped = known.flatMap(({ execution, costs }) => {
    const cents = execution.slippage.againstTouchCents
    return cents === null ? [] : [{ cents, premiumCents: costs.premiumCents }]
  })
  const slippage = slipped.length === 0 ? null : sum(slipped.map(({ cents }) => cents))
  return {
    sent: of(({ sent }) => sent),
    contractsOrdered: ordered,
    contractsFilled: filled,
    fillRatePct: pctOf(filled, ordered),
    inSeveralParts: of(({ inSeveralParts }) => inSeveralParts),
    slippageAgainstTouchCents: slippage,
    slippagePct: slippage === null ? null : pctOf(slippage, sum(slipped.map(({ premiumCents }) => premiumCents))),
  }
}

function riskOf(all: readonly DayDocument[]): PeriodDocument['risk'] {
  const overshoots = all.flatMap(({ risk }) => risk.stopSummary.maxOvershootCents ?? [])
  return {
    breaches: sum(all.map(({ risk }) => risk.breaches.length)),
    warnings: sum(all.map(({ risk }) => risk.warnings.length)),
    stopsReached: sum(all.map(({ risk }) => risk.stopSummary.reached)),
    stopsObeyed: sum(all.map(({ risk }) => risk.stopSummary.obeyed)),
    maxOvershootCents: overshoots.length === 0 ? null : Math.max(...overshoots),
  }
}

function qualityOf(all: readonly DayDocument[]): PeriodDocument['dataQuality'] {
  const of = (field: 'minutesDue' | 'minutesDecided' | 'minutesMissed'): number =>
    sum(all.map(({ dataQuality }) => dataQuality[field]))
  const [minutesDue, minutesDecided] = [of('minutesDue'), of('minutesDecided')]
  return {
    minutesDue,
    minutesDecided,
    minutesMissed: of('minutesMissed'),
    coveragePct: pctOf(minutesDecided, minutesDue),
  }
}

function checksOf(all: readonly DayDocument[]): PeriodDocument['checks'] {
  const parities = all.flatMap(({ checks }) => checks.parity ?? [])
  const differences = all.flatMap(({ checks }) => checks.replay?.difference ?? [])
  const kinds = (kind: (typeof differences)[number]['kind']): number =>
    differences.filter((difference) => difference.kind === kind).length
  return {
    decisions: sum(parities.map(({ decisions }) => decisions)),
    reproduced: sum(parities.map(({ reproduced }) => reproduced)),
    daysChecked: parities.length,
    daysReplayed: differences.length,
    replayDifferenceCents: sum(differences.map(({ differenceCents }) => differenceCents)),
    replayed: {
      matched: kinds('matched'),
      missed: kinds('missed'),
      extra: kinds('extra'),
      bothFlat: kinds('both_flat'),
    },
    split: sumParts(differences.map(({ split }) => split)),
  }
}
