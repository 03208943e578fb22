/**
 * Risk, data, books and checks of several days, and what of them is missing. Pure. Entry points: one function a part.
 */
import { sumParts } from '../../replay/attribution.ts'
import { median, pctOf, quantilesOf, sum, tallyOf } from './fields.ts'
import { breachesOf, isLeftOpen } from './performance.ts'
import type { PeriodDocument } from './period-schema.ts'
import type { DayDocument } from './schema.ts'

export function riskOf(all: readonly DayDocument[]): PeriodDocument['risk'] {
  const stops = all.flatMap(({ date, risk }) =>
    risk.stops.map(({ tradeId, limit, reason, toFlat_ms, limitCents, overshootCents }) => ({
      ...{ date, tradeId, limit, reason, toFlat_ms, limitCents, overshootCents },
    })),
  )
  const overshoots = stops.flatMap(({ overshootCents }) => overshootCents ?? [])
  return {
    breaches: sum(all.map(({ risk }) => risk.breaches.length)),
    breachesCounted: sum(all.map(({ risk }) => breachesOf(risk))),
    breachList: all.flatMap(({ date, risk }) =>
      risk.breaches.map(({ limit, pnlCents, limitCents }) => ({ date, limit, pnlCents, limitCents })),
    ),
    leftOpen: all.filter(isLeftOpen).map(({ date }) => date),
    warnings: sum(all.map(({ risk }) => risk.warnings.length)),
    dayLimits: sum(all.map(({ risk }) => risk.dayLimits.length)),
    stopsReached: sum(all.map(({ risk }) => risk.stopSummary.reached)),
    stopsObeyed: sum(all.map(({ risk }) => risk.stopSummary.obeyed)),
    maxOvershootCents: quantilesOf(overshoots).max,
    stopToFlat_ms: quantilesOf(stops.flatMap(({ toFlat_ms }) => toFlat_ms ?? [])),
    stopOvershootCents: quantilesOf(overshoots),
    stops,
    excursions: excursionsOf(all),
  }
}

type Extreme = NonNullable<PeriodDocument['risk']['excursions']['worst']>

function excursionsOf(all: readonly DayDocument[]): PeriodDocument['risk']['excursions'] {
  const of = (field: 'adverseCents' | 'favourableCents'): Extreme[] =>
    all
      .flatMap(({ date, risk }) =>
        risk.excursions.flatMap(({ tradeId, [field]: cents }) => (cents === null ? [] : [{ cents, date, tradeId }])),
      )
      .toSorted((a, b) => a.cents - b.cents)
  const [adverse, favourable] = [of('adverseCents'), of('favourableCents')]
  return {
    trades: sum(all.map(({ risk }) => risk.excursions.length)),
    worst: adverse[0] ?? null,
    best: favourable.at(-1) ?? null,
    medianAdverseCents: median(adverse.map(({ cents }) => cents)),
    medianFavourableCents: median(favourable.map(({ cents }) => cents)),
  }
}

export function qualityOf(all: readonly DayDocument[]): PeriodDocument['dataQuality'] {
  const of = (field: Counted): number => sum(all.map(({ dataQuality }) => dataQuality[field]))
  const [minutesDue, minutesDecided] = [of('minutesDue'), of('minutesDecided')]
  const bars = all.flatMap(({ dataQuality }) => dataQuality.bars ?? [])
  const marks = all.flatMap(({ dataQuality }) => dataQuality.marks ?? [])
  return {
    minutesDue,
    minutesDecided,
    minutesMissed: of('minutesMissed'),
    coveragePct: pctOf(minutesDecided, minutesDue),
    bars:
      bars.length === 0
        ? null
        : { known: sum(bars.map(({ known }) => known)), expected: sum(bars.map(({ expected }) => expected)) },
    marks:
      marks.length === 0
        ? null
        : {
            recorded: sum(marks.map(({ recorded }) => recorded)),
            expected: sum(marks.map(({ expected }) => expected)),
          },
    blindExits: of('blindExits'),
    lateQuotes: of('lateQuotes'),
    resumed: of('resumed'),
    unreadableEvents: of('unreadableEvents'),
  }
}

type Counted = Exclude<keyof DayDocument['dataQuality'], 'bars' | 'marks' | 'coveragePct'>

const size = (cents: readonly number[]): number => sum(cents.map(Math.abs))

export function booksOf(all: readonly DayDocument[]): PeriodDocument['reconciliation'] {
  const own = all.map(({ date, reconciliation }) => ({ date, cents: reconciliation.differenceCents }))
  const compared = all.flatMap(({ date, reconciliation: { brokerDifferenceCents: cents } }) =>
    cents === null ? [] : [{ date, cents }],
  )
  const apart = (days: typeof own): string[] => days.flatMap(({ date, cents }) => (cents === 0 ? [] : [date]))
  const amounts = (days: typeof own): number[] => days.map(({ cents }) => cents)
  const told = tallyOf(
    all.map(({ reconciliation }) => reconciliation.differencesTold.map(({ code }) => ({ key: code, count: 1 }))),
  )
  return {
    trades: sum(all.map(({ reconciliation }) => reconciliation.trades.length)),
    differenceCents: sum(amounts(own)),
    apartCents: size(amounts(own)),
    daysApart: apart(own),
    told: told.map(({ key, count, days }) => ({ code: key, count, days })),
    brokerDays: compared.length,
    brokerDifferenceCents: compared.length === 0 ? null : sum(amounts(compared)),
    brokerApartCents: compared.length === 0 ? null : size(amounts(compared)),
    brokerDaysApart: apart(compared),
  }
}

export function checksOf(all: readonly DayDocument[]): PeriodDocument['checks'] {
  const parities = all.flatMap(({ date, checks }) => (checks.parity === null ? [] : [{ date, ...checks.parity }]))
  const differences = all.flatMap(({ checks }) => checks.replay?.difference ?? [])
  const kinds = (kind: (typeof differences)[number]['kind']): number =>
    differences.filter((difference) => difference.kind === kind).length
  return {
    decisions: sum(parities.map(({ decisions }) => decisions)),
    reproduced: sum(parities.map(({ reproduced }) => reproduced)),
    daysChecked: parities.length,
    daysComplete: parities.filter(({ complete }) => complete).length,
    daysNotReproduced: parities.flatMap(({ date, reproduced, decisions }) => (reproduced < decisions ? [date] : [])),
    notChecked: all.flatMap(({ date, checks: { parity, reason } }) =>
      parity === null ? [{ date, reason: reason ?? NOT_SAID }] : [],
    ),
    daysReplayed: differences.length,
    replayDifferenceCents: sum(differences.map(({ differenceCents }) => differenceCents)),
    replayed: {
      matched: kinds('matched'),
      missed: kinds('missed'),
      extra: kinds('extra'),
      bothFlat: kinds('both_flat'),
    },
    split: sumParts(differences.map(({ split }) => split)),
    notReplayed: all.flatMap((day) => (day.checks.replay?.difference == null ? [notReplayed(day)] : [])),
  }
}

const NOT_SAID = 'no reason is recorded'

function notReplayed({ date, checks }: DayDocument): { date: string; reason: string } {
  const { replay } = checks
  const settled = replay !== null && replay.reason === null
  return {
    date,
    reason: settled ? 'the live day is not settled' : (replay?.reason ?? checks.reason ?? 'no replay is recorded'),
  }
}

/** What the days miss, by field and reason; and the days that are in no sum, or in them at $0. */
export function missingOf(
  all: readonly DayDocument[],
  days: PeriodDocument['days'],
  { notReplayed: unpaired }: PeriodDocument['checks'],
): PeriodDocument['missing'] {
  const found = new Map<string, { field: string; reason: string; dates: string[] }>()
  const add = (date: string, field: string, reason: string): void => {
    const key = `${field}\n${reason}`
    const known = found.get(key) ?? { field, reason, dates: [] }
    known.dates.push(date)
    found.set(key, known)
  }
  for (const { date, status } of days) {
    if (status === 'no_session') add(date, 'days', 'no session ran: counted at $0')
    if (status === 'incomplete') add(date, 'days', 'a position was open at the close: in no sum of money')
    if (status === 'running') add(date, 'days', 'the session still runs: in no sum of money')
  }
  for (const { date, missing } of all) for (const { field, reason } of missing) add(date, field, reason)
  for (const { date, reason } of unpaired) add(date, 'checks.replay', reason)
  return [...found.values()]
}
