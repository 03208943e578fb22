/**
 * Where a simulated market's prices come from. Two implementations: the seeded model and recorded days.
 *
 * 1. A day is a function of the source and of the shocks given to it: how fast or in what steps it is played changes
 *    nothing.
 * 2. A day knows its future (its bars, its close); only `Market` decides what of it is public by now.
 */
import type { Bar, SessionHours } from '../../strategy/types.ts'

/** Prices in dollars a share; a side that is missing is 0, as on Alpaca's wire. */
export interface BookQuote {
  readonly bid: number
  readonly ask: number
  readonly bidSize: number
  readonly askSize: number
}

/** SPY and its same-day puts at one instant. */
export interface MarketBook {
  readonly t_ms: number
  readonly spot: BookQuote
  /** By strike, ascending. A listed contract that is not in the map has no quote in this book. */
  readonly puts: ReadonlyMap<number, BookQuote>
}

export interface VolumeBar extends Bar {
  readonly volume: number
  readonly trades: number
}

export interface MarketDay {
  readonly session: SessionHours
  /** One-minute bars of the whole day, in order. */
  readonly bars: readonly VolumeBar[]
  /** Strikes of the contracts that expire today, ascending. */
  readonly strikes: readonly number[]
  /** The official close: what expiring contracts are settled against. */
  readonly closePrice: number
  /** Time of the first book after `t_ms`; null when there is none today. */
  nextBookAfter(t_ms: number): number | null
  /** The last book at or before `t_ms`; null before the first. */
  bookAt(t_ms: number): MarketBook | null
  /**
   * Moves the price after `t_ms` by `pct` percent within `seconds`; what has been stays. False where it is recorded.
   */
  shock(t_ms: number, pct: number, seconds: number): boolean
}

export interface PriceSource {
  readonly kind: 'SIM' | 'REPLAY'
  /** The seed, or `recorded`. */
  readonly label: string
  firstDay(): MarketDay
  /** Null after the last day of a recording. */
  dayAfter(day: MarketDay): MarketDay | null
  /** A day before the first, for whoever asks for the past; null where there is none. */
  dayOfHistory(session: SessionHours): MarketDay | null
  /** Trading days from `from` to `to` (`YYYY-MM-DD`, inclusive) as this market has them. */
  sessions(from: string, to: string): readonly SessionHours[]
  /** The first session after `date`, for "when does it open next". */
  sessionAfter(date: string): SessionHours
}
