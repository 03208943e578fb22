/**
 * Live against replay: where the difference of each day comes from. Pure; money in whole cents.
 *
 * Entry points: `attribute` (days → parts), `sumParts` (parts of several days).
 *
 * 1. For every day that both sides settled, actual − replay is the sum of its seven parts, to the cent; so is each
 *    trade's, and so are the totals.
 * 2. A day without a trade is 0. A day that one side did not settle (no record, or the data ended with the position
 *    open) is in no sum and is listed with the reason.
 * 3. Only what has one cause is given one. Where decisions differ the whole of that difference is `signal`; what the
 *    desk closed by itself, without a rule and without a person, is `engine`.
 */
import { centsOf, exact } from '../strategy/exact.ts'
import { MULTIPLIER } from '../strategy/rules.ts'
import type { ExitReason } from '../strategy/types.ts'
import { MINUTE_MS } from '../time/units.ts'

export const PARTS = ['signal', 'missedFill', 'price', 'fees', 'expiry', 'humanStop', 'engine'] as const
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

/**
 * Why the desk was not in a trade: an entry was decided and given up, a person kept it from it, or the rules found
 * none.
 */
export type WhyNot = 'not_filled' | 'human' | 'no_signal'

export type EntryDecision = Pick<AttributedTrade, 'decided_ms' | 'strike' | 'hedgeStrike'>

export type AttributedDay =
  | {
      readonly status: 'traded'
      /** At least one, in the order of their decisions. */
      readonly trades: readonly AttributedTrade[]
      /** Entries that were decided beside them and given up; absent: none. */
      readonly givenUp?: readonly EntryDecision[]
      /** Why of what else it did not trade; absent: the rules found nothing. */
      readonly why?: WhyNot
    }
  | { readonly status: 'no_trade'; readonly why: WhyNot }
  | { readonly status: 'unsettled'; readonly reason: string }

interface DayPair {
  readonly date: string
  readonly actual: AttributedDay
  readonly replayed: AttributedDay
}

/** A trade of both sides, of the replay alone (`missed`), or of the desk alone (`extra`). */
interface TradeAttribution extends EntryDecision {
  readonly kind: 'matched' | 'missed' | 'extra'
  readonly differenceCents: number
  readonly split: Split
}

interface DayAttribution {
  readonly date: string
  /** `matched`: both sides traded, whatever became of each trade. */
  readonly kind: TradeAttribution['kind'] | 'both_flat'
  readonly trades: readonly TradeAttribution[]
  readonly actualCents: number
  readonly replayCents: number
  readonly differenceCents: number
  readonly split: Split
}

interface Attribution {
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

interface AttributionOptions {
  /** Decisions this far apart are the same one: a replay sees books, a desk sees quotes. */
  readonly sameDecision_ms: number
}

/** Two recorded books apart at most, as they are usually recorded. */
const DEFAULT_ATTRIBUTION: AttributionOptions = { sameDecision_ms: 5 * MINUTE_MS }

const NOTHING: Split = { signal: 0, missedFill: 0, price: 0, fees: 0, expiry: 0, humanStop: 0, engine: 0 }

/** What selling or buying `contracts` at a price is worth, cents. */
const worthCents = (price: number, contracts: number): number =>
  centsOf(exact(price).times(MULTIPLIER).times(contracts))

const grossCents = ({ entryFill, exitFill, contracts }: AttributedTrade): number =>
  worthCents(entryFill, contracts) - worthCents(exitFill, contracts)

export const netCents = (trade: AttributedTrade): number => grossCents(trade) - trade.feesCents

/** Why the exits are apart: the part that takes what the exits' difference is worth. */
function exitPart(actual: AttributedTrade, replayed: AttributedTrade, options: AttributionOptions): Part {
  if (actual.end === replayed.end) {
    const isTogether = Math.abs(actual.exit_ms - replayed.exit_ms) <= options.sameDecision_ms
    return actual.end === 'expiry' || isTogether ? 'price' : 'signal'
  }
  if (actual.end === 'human' || actual.end === 'operator_stop') return 'humanStop'
  if (actual.end === 'engine') return 'engine'
  return actual.end === 'expiry' || replayed.end === 'expiry' ? 'expiry' : 'signal'
}

function isSameEntry(actual: EntryDecision, replayed: EntryDecision, { sameDecision_ms }: AttributionOptions): boolean {
  const isSamePosition = actual.strike === replayed.strike && actual.hedgeStrike === replayed.hedgeStrike
  return isSamePosition && Math.abs(actual.decided_ms - replayed.decided_ms) <= sameDecision_ms
}

/**
 * Step by step from the replayed trade to the actual one: fewer (or more) contracts, another entry price, another exit,
 * other fees. Each step is the change it makes, so that the steps are the whole way.
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

const MISSED: Readonly<Record<WhyNot, Part>> = { not_filled: 'missedFill', human: 'humanStop', no_signal: 'signal' }

type Settled = Exclude<AttributedDay, { status: 'unsettled' }>

const tradesOf = (day: Settled): readonly AttributedTrade[] => (day.status === 'traded' ? day.trades : [])

/** What kept the desk from a trade of the replay's. */
function whyMissed(day: Settled, replayed: AttributedTrade, options: AttributionOptions): Part {
  if (day.status === 'no_trade') return MISSED[day.why]
  const isGivenUp = (day.givenUp ?? []).some((entry) => isSameEntry(entry, replayed, options))
  return MISSED[isGivenUp ? 'not_filled' : (day.why ?? 'no_signal')]
}

interface TradePair {
  readonly actual: AttributedTrade | null
  readonly replayed: AttributedTrade | null
}

/** The same entries first, each once; what is left in the order of its decisions: then one was another signal. */
function pairTrades(actual: Settled, replayed: Settled, options: AttributionOptions): readonly TradePair[] {
  const left = [...tradesOf(replayed)]
  const same = tradesOf(actual).map((trade): TradePair => {
    const at = left.findIndex((other) => isSameEntry(trade, other, options))
    return { actual: trade, replayed: at === -1 ? null : (left.splice(at, 1)[0] ?? null) }
  })
  const isGivenUp = (trade: AttributedTrade): boolean => whyMissed(actual, trade, options) === 'missedFill'
  // An entry that was given up is missed, whatever else the desk traded.
  const free = left.filter((trade) => actual.status === 'no_trade' || !isGivenUp(trade))
  const paired = same.map((pair) => (pair.replayed === null ? { ...pair, replayed: free.shift() ?? null } : pair))
  const taken = new Set(paired.map(({ replayed: trade }) => trade))
  return [...paired, ...left.filter((trade) => !taken.has(trade)).map((trade) => ({ actual: null, replayed: trade }))]
}

function attributeTrade(pair: TradePair, day: Settled, options: AttributionOptions): TradeAttribution | null {
  const { actual, replayed } = pair
  const trade = actual ?? replayed
  if (trade === null) return null
  const { decided_ms, strike, hedgeStrike } = trade
  const cents = (side: AttributedTrade | null): number => (side === null ? 0 : netCents(side))
  const differenceCents = cents(actual) - cents(replayed)
  const head = { decided_ms, strike, hedgeStrike, differenceCents }
  if (replayed === null) {
    // The rules had no reason for it: all of it is signal, its fees too.
    return { ...head, kind: 'extra', split: { ...NOTHING, signal: differenceCents } }
  }
  if (actual === null) {
    const part = whyMissed(day, replayed, options)
    return { ...head, kind: 'missed', split: { ...NOTHING, [part]: differenceCents } }
  }
  return { ...head, kind: 'matched', split: splitMatched(actual, replayed, options) }
}

function kindOf(actual: Settled, replayed: Settled): DayAttribution['kind'] {
  if (actual.status === 'traded') return replayed.status === 'traded' ? 'matched' : 'extra'
  return replayed.status === 'traded' ? 'missed' : 'both_flat'
}

const centsOfDay = (day: Settled): number => tradesOf(day).reduce((sum, trade) => sum + netCents(trade), 0)

export function sumParts(splits: readonly Split[]): Split {
  const sum = (part: Part): number => splits.reduce((total, split) => total + split[part], 0)
  return {
    signal: sum('signal'),
    missedFill: sum('missedFill'),
    price: sum('price'),
    fees: sum('fees'),
    expiry: sum('expiry'),
    humanStop: sum('humanStop'),
    engine: sum('engine'),
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
    const pairs = pairTrades(actual, replayed, options)
    const trades = pairs.flatMap((pair) => attributeTrade(pair, actual, options) ?? [])
    const split = sumParts(trades.map((trade) => trade.split))
    const [actualCents, replayCents] = [centsOfDay(actual), centsOfDay(replayed)]
    const differenceCents = actualCents - replayCents
    const parts = PARTS.reduce((sum, part) => sum + split[part], 0)
    if (parts !== differenceCents) throw new Error(`${date}: expected parts of ${differenceCents} cents, got ${parts}`)
    days.push({ date, kind: kindOf(actual, replayed), trades, actualCents, replayCents, differenceCents, split })
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
