/**
 * Live against replay: where the difference of each day comes from. Pure; money in whole cents.
 *
 * Entry points: `attribute` (days → parts), `sumParts` (parts of several days), `replayedTrade` (a replayed day as this
 * wants it).
 *
 * 1. For every day that both sides settled, actual − replay is the sum of its six parts, to the cent; so are the totals.
 * 2. A day without a trade is 0. A day that one side did not settle (no record, or the data ended with the position open) is
 *    in no sum and is listed with the reason.
 * 3. Only what has one cause is given one. Where decisions differ the whole of that difference is `signal`.
 */
import { centsOf, exact } from '../strategy/exact.ts'
import { assumedCommission } from '../strategy/pnl.ts'
import { MULTIPLIER } from '../strategy/rules.ts'
import type { ExitReason, StrategyConfig } from '../strategy/types.ts'
import { MINUTE_MS } from '../time/units.ts'
import type { DayResult } from './day-result.ts'

export const PARTS = ['signal', 'missedFill', 'price', 'fees', 'expiry', 'humanStop'] as const
export type Part = (typeof PARTS)[number]
/** Cents, actual − replay. */
export type Split = Readonly<Record<Part, number>>

/** How a position ended: by a rule, by a person, at expiry, or by the engine (quotes lost, halted by it, watchdog). */
export type TradeEnd = ExitReason | 'human' | 'expiry' | 'engine'

/** A closed trade. Prices are average fills of the position, dollars a share. */
export interface AttributedTrade {
  readonly decided_ms: number
  readonly strike: number
  readonly hedgeStrike: number | null
  /** Contracts (or spreads) opened and closed. */
  readonly contracts: number
  readonly entryFill: number
  readonly exitFill: number
  readonly exit_ms: number
  readonly end: TradeEnd
  /** All fees and commissions charged or assumed for it, cents. */
  readonly feesCents: number
}

export type AttributedDay =
  | { readonly status: 'traded'; readonly trade: AttributedTrade }
  /** `why`: an entry was decided and given up, a person had paused or stopped the desk, or the rules found none. */
  | { readonly status: 'no_trade'; readonly why: 'not_filled' | 'human' | 'no_signal' }
  | { readonly status: 'unsettled'; readonly reason: string }

export interface DayPair {
  readonly date: string
  readonly actual: AttributedDay
  readonly replayed: AttributedDay
}

export interface DayAttribution {
  readonly date: string
  readonly kind: 'matched' | 'missed' | 'extra' | 'both_flat'
  readonly actualCents: number
  readonly replayCents: number
  readonly differenceCents: number
  readonly split: Split
}

export interface Attribution {
  readonly days: readonly DayAttribution[]
  readonly unpaired: readonly { readonly date: string; readonly reason: string }[]
  readonly matched: number
  readonly missed: number
  readonly extra: number
  readonly bothFlat: number
  readonly actualCents: number
  readonly replayCents: number
  readonly differenceCents: number
  readonly split: Split
}

export interface AttributionOptions {
  /** Decisions this far apart are the same one: a replay sees books, a desk sees quotes. */
  readonly sameDecision_ms: number
}

/** Two recorded books apart at most, as they are usually recorded. */
const DEFAULT_ATTRIBUTION: AttributionOptions = { sameDecision_ms: 5 * MINUTE_MS }

const NOTHING: Split = { signal: 0, missedFill: 0, price: 0, fees: 0, expiry: 0, humanStop: 0 }

/** What selling or buying `contracts` at a price is worth, cents. */
const worthCents = (price: number, contracts: number): number =>
  centsOf(exact(price).times(MULTIPLIER).times(contracts))

const grossCents = ({ entryFill, exitFill, contracts }: AttributedTrade): number =>
  worthCents(entryFill, contracts) - worthCents(exitFill, contracts)

const netCents = (trade: AttributedTrade): number => grossCents(trade) - trade.feesCents

/** Why the exits are apart: the part that takes what the exits' difference is worth. */
function exitPart(actual: AttributedTrade, replayed: AttributedTrade, options: AttributionOptions): Part {
  if (actual.end === replayed.end) {
    const isTogether = Math.abs(actual.exit_ms - replayed.exit_ms) <= options.sameDecision_ms
    return actual.end === 'expiry' || isTogether ? 'price' : 'signal'
  }
  if (actual.end === 'human' || actual.end === 'operator_stop') return 'humanStop'
  return actual.end === 'expiry' || replayed.end === 'expiry' ? 'expiry' : 'signal'
}

function isSameEntry(
  actual: AttributedTrade,
  replayed: AttributedTrade,
  { sameDecision_ms }: AttributionOptions,
): boolean {
  const isSamePosition = actual.strike === replayed.strike && actual.hedgeStrike === replayed.hedgeStrike
  return isSamePosition && Math.abs(actual.decided_ms - replayed.decided_ms) <= sameDecision_ms
}

/**
 * Step by step from the replayed trade to the actual one: fewer (or more) contracts, another entry price, another exit, other
 * fees. Each step is the change it makes, so that the steps are the whole way.
 */
function splitMatched(actual: AttributedTrade, replayed: AttributedTrade, options: AttributionOptions): Split {
  const fees = replayed.feesCents - actual.feesCents
  if (!isSameEntry(actual, replayed, options)) {
    return { ...NOTHING, signal: grossCents(actual) - grossCents(replayed), fees }
  }
  const { contracts } = actual
  const missedFill = grossCents({ ...replayed, contracts }) - grossCents(replayed)
  const entry = worthCents(actual.entryFill, contracts) - worthCents(replayed.entryFill, contracts)
  const exit = worthCents(replayed.exitFill, contracts) - worthCents(actual.exitFill, contracts)
  const split = { ...NOTHING, missedFill, price: entry, fees }
  const part = exitPart(actual, replayed, options)
  return { ...split, [part]: split[part] + exit }
}

function whyMissed(why: Extract<AttributedDay, { status: 'no_trade' }>['why']): Part {
  switch (why) {
    case 'not_filled':
      return 'missedFill'
    case 'human':
      return 'humanStop'
    case 'no_signal':
      return 'signal'
  }
}

type Settled = Exclude<AttributedDay, { status: 'unsettled' }>

function splitOf(
  actual: Settled,
  replayed: Settled,
  options: AttributionOptions,
): { readonly kind: DayAttribution['kind']; readonly split: Split } {
  if (actual.status === 'traded') {
    if (replayed.status === 'traded') {
      return { kind: 'matched', split: splitMatched(actual.trade, replayed.trade, options) }
    }
    // The rules had no reason for it: all of it is signal, its fees too.
    return { kind: 'extra', split: { ...NOTHING, signal: netCents(actual.trade) } }
  }
  if (replayed.status !== 'traded') return { kind: 'both_flat', split: NOTHING }
  return { kind: 'missed', split: { ...NOTHING, [whyMissed(actual.why)]: -netCents(replayed.trade) } }
}

const centsOfDay = (day: Settled): number => (day.status === 'traded' ? netCents(day.trade) : 0)

export function sumParts(splits: readonly Split[]): Split {
  const sum = (part: Part): number => splits.reduce((total, split) => total + split[part], 0)
  return {
    signal: sum('signal'),
    missedFill: sum('missedFill'),
    price: sum('price'),
    fees: sum('fees'),
    expiry: sum('expiry'),
    humanStop: sum('humanStop'),
  }
}

function unsettled(pair: DayPair): string | null {
  if (pair.actual.status === 'unsettled') return `actual: ${pair.actual.reason}`
  return pair.replayed.status === 'unsettled' ? `replay: ${pair.replayed.reason}` : null
}

/** @throws Error where a split does not add up: a broken invariant, never an input's fault. */
export function attribute(pairs: readonly DayPair[], options: AttributionOptions = DEFAULT_ATTRIBUTION): Attribution {
  const days: DayAttribution[] = []
  const unpaired: { date: string; reason: string }[] = []
  for (const { date, actual, replayed } of pairs) {
    if (actual.status === 'unsettled' || replayed.status === 'unsettled') {
      unpaired.push({ date, reason: unsettled({ date, actual, replayed }) ?? '' })
      continue
    }
    const { kind, split } = splitOf(actual, replayed, options)
    const [actualCents, replayCents] = [centsOfDay(actual), centsOfDay(replayed)]
    const differenceCents = actualCents - replayCents
    const parts = PARTS.reduce((sum, part) => sum + split[part], 0)
    if (parts !== differenceCents) throw new Error(`${date}: expected parts of ${differenceCents} cents, got ${parts}`)
    days.push({ date, kind, actualCents, replayCents, differenceCents, split })
  }
  const count = (kind: DayAttribution['kind']): number => days.filter((day) => day.kind === kind).length
  const sum = (field: 'actualCents' | 'replayCents' | 'differenceCents'): number =>
    days.reduce((total, day) => total + day[field], 0)
  return {
    days,
    unpaired,
    matched: count('matched'),
    missed: count('missed'),
    extra: count('extra'),
    bothFlat: count('both_flat'),
    actualCents: sum('actualCents'),
    replayCents: sum('replayCents'),
    differenceCents: sum('differenceCents'),
    split: sumParts(days.map(({ split }) => split)),
  }
}

/** A replayed day; its fees are the commission that `netPnl` assumes. */
export function replayedTrade(day: DayResult, config: StrategyConfig): AttributedDay {
  if (day.status === 'incomplete') return { status: 'unsettled', reason: 'the data ended with the position open' }
  if (day.status === 'no_trade') return { status: 'no_trade', why: 'no_signal' }
  const { entry, exit } = day
  return {
    status: 'traded',
    trade: {
      decided_ms: entry.t_ms,
      strike: entry.strike,
      hedgeStrike: entry.hedgeStrike,
      contracts: config.profile.contracts,
      entryFill: entry.fill,
      exitFill: exit.fill,
      exit_ms: exit.t_ms,
      end: exit.reason,
      feesCents: centsOf(assumedCommission(config.profile.contracts, config)),
    },
  }
}
