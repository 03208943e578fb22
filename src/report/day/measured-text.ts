/**
 * What a report measured, in words: success ranges, parts of the costs, excursions, data, books. Shared by embed and
 * terminal. Pure. Entry points: `rangeLines`, `NOT_PROVED`, `costLines`, `excursionLines`, `dataLines`, `troubles`,
 * `bookLine`.
 */
import { clockMinute, cost, money, NONE, percent, several, signedMoney, signedMoneyOrNone } from '../format.ts'
import { commissionNote, impactWords } from './cost-proof.ts'
import type { Performance, SuccessRange } from './performance-schema.ts'
import type { DayDocument } from './schema.ts'

type Kind = DayDocument['source']['kind']

const RANGES: Readonly<Record<SuccessRange['metric'], string>> = {
  daily_pnl: 'Daily P&L',
  execution_rate: 'Execution rate',
  win_rate: 'Win rate',
  worst_day: 'Worst day',
  // The commission in them is the model's, whatever the broker charged.
  trading_costs: 'Costs of premium, commission as estimated',
}

export const NOT_PROVED: Readonly<Record<Kind, string>> = {
  PAPER: 'not proved on paper',
  REPLAY: 'not proved by a replay',
  SIM: 'not proved by a made-up market',
}

/** Of one day they are 0 or 100 %. */
const RATES: ReadonlySet<SuccessRange['metric']> = new Set(['execution_rate', 'win_rate'])

const EXCURSIONS_SHOWN_MAX = 3

/** One line a range of the plan: what it is, the range, met or not; never met by what cannot prove it. */
export function rangeLines({ ranges, light }: Performance, kind: Kind): readonly string[] {
  return ranges.map((range) => {
    const { metric, value, low, high, inside, proves } = range
    const text = (amount: number): string => (range.unit === 'cents' ? signedMoney(amount) : percent(amount))
    const start = `${RANGES[metric]}: ${value === null ? 'nothing to judge by' : text(value)}`
    if (low === null && high === null) return `⬜ ${start}; no range is published for this account`
    const bounds =
      low === null ? `under ${text(high ?? 0)}` : high === null ? `above ${text(low)}` : `${text(low)} to ${text(high)}`
    if (inside === null) return `⬜ ${start}; planned ${bounds}`
    if (proves === false) return `❔ ${start}, planned ${bounds}: ${NOT_PROVED[kind]}`
    if (light.days === 1 && RATES.has(metric)) return `❔ ${start}, planned ${bounds}: one day cannot prove it`
    return `${inside ? '✅' : '❌'} ${start}, planned ${bounds}: ${inside ? 'met' : 'not met'}`
  })
}

const orUnknown = (cents: number | null): string => (cents === null ? 'not known' : cost(cents))

/** The whole, its parts (actual against estimated), and slippage against what the plan assumes. */
export function costLines({ costs, execution, source, profile }: DayDocument): readonly string[] {
  const { actual, estimated, premiumCents } = costs
  if (premiumCents === 0) return [NONE]
  const share = actual.pctOfPremium === null ? '' : ` (${percent(actual.pctOfPremium)} of premium)`
  const { againstTouchPct, againstTouchCents, assumedPct, within, proves } = execution.slippage
  const slipped = againstTouchPct === null ? '' : ` (${percent(againstTouchPct, 2)} of premium)`
  const verdict =
    within === null ? '' : proves ? (within ? ': within' : ': not within') : `: ${NOT_PROVED[source.kind]}`
  return [
    `${orUnknown(actual.totalCents)}${share}, estimated ${money(estimated.totalCents)}${actual.totalCents === null ? '' : commissionNote(estimated.commissionCents)}`,
    `commission ${orUnknown(actual.commissionCents)}, estimated ${money(estimated.commissionCents)} · spread ${orUnknown(actual.spreadCents)}, estimated ${money(estimated.spreadCents)}`,
    `slippage ${orUnknown(againstTouchCents)}${slipped}, estimated ${money(estimated.slippageCents)} (${percent(assumedPct)})${verdict}`,
    `impact no figure: ${impactWords(profile, source.kind)}`,
  ]
}

/** How far down and up each of the last trades was while it was held. */
export function excursionLines({ risk }: DayDocument): readonly string[] {
  const at = (at_ms: number | null): string => (at_ms === null ? '' : ` at ${clockMinute(at_ms)}`)
  return risk.excursions
    .slice(-EXCURSIONS_SHOWN_MAX)
    .map(
      ({ adverseCents, adverse_ms, favourableCents, favourable_ms }) =>
        `worst ${signedMoneyOrNone(adverseCents)}${at(adverse_ms)}, best ${signedMoneyOrNone(favourableCents)}${at(favourable_ms)}`,
    )
}

export function dataLines({ dataQuality }: DayDocument): readonly string[] {
  const { minutesDue, minutesDecided, bars, marks } = dataQuality
  const wrong = troubles(dataQuality)
  const known = [
    `${minutesDecided} of ${several(minutesDue, 'minute')} decided`,
    ...(bars === null ? [] : [`bars ${bars.known} of ${bars.expected}`]),
    ...(marks === null ? [] : [`marks ${marks.recorded} of ${marks.expected}`]),
  ]
  return [known.join(' · '), ...(wrong.length === 0 ? [] : [wrong.join(' · ')])]
}

/** What went wrong with the data, if anything. */
export function troubles({
  blindExits,
  lateQuotes,
  resumed,
  unreadableEvents,
}: Omit<DayDocument['dataQuality'], 'bars' | 'marks'>): readonly string[] {
  return [
    ...(blindExits === 0 ? [] : [several(blindExits, 'exit without a quote', 'exits without a quote')]),
    ...(lateQuotes === 0 ? [] : [`quotes late ${several(lateQuotes, 'time')}`]),
    ...(resumed === 0 ? [] : [`resumed ${several(resumed, 'time')}`]),
    ...(unreadableEvents === 0 ? [] : [several(unreadableEvents, 'unreadable event')]),
  ]
}

/** Whether fills, records and the broker agree. */
export function bookLine({ reconciliation }: DayDocument): string {
  const { trades, differenceCents, brokerDifferenceCents, differencesTold } = reconciliation
  const broker =
    brokerDifferenceCents === null ? 'broker’s records not read' : `broker ${signedMoney(brokerDifferenceCents)} apart`
  return [
    ...(trades.length === 0 ? [] : [`fills ${signedMoney(differenceCents)} apart`]),
    broker,
    ...(differencesTold.length === 0 ? [] : [`${several(differencesTold.length, 'difference')} told`]),
  ].join(' · ')
}
