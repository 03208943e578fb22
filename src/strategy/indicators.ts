/**
 * The two volatility indicators, over the completed one-minute bars of the session.
 *
 * Entry points: `BarMeasure` (fed bar by bar, for replays), `measureBars` (any bars, in any order, at an instant).
 *
 * 1. Both ways run the same operations in the same order, so they agree to the last bit.
 * 2. `vixEstimate` is in doubles (it is a square root); the range is compared and divided exactly.
 */
import { differenceOf, exact, percentOf, signOf } from './exact.ts'
import type { Bar, Indicators, SessionHours } from './types.ts'

const MINUTE_MS = 60_000
const VIX_MIN = 10
const VIX_MAX = 50
/** Turns a one-minute standard deviation into an annual percentage: 390 minutes a day, 252 days a year. */
const ANNUAL_PCT = Math.sqrt(252 * 390) * 100

/** Whether a bar belongs to the regular session and was complete at `now_ms`. */
export function isCompletedBar({ t_ms }: Pick<Bar, 't_ms'>, session: SessionHours, now_ms: number): boolean {
  return isSessionBar(t_ms, session) && t_ms + MINUTE_MS <= now_ms
}

/** Whether a bar that starts at `t_ms` belongs to the regular session. */
export function isSessionBar(t_ms: number, { open_ms, close_ms }: SessionHours): boolean {
  return t_ms >= open_ms && t_ms < close_ms
}

/** The running measure of a session's bars. Bars must come in order of time, one a minute; a missing minute is no error. */
export class BarMeasure {
  #count = 0
  #firstOpen = 0
  #high = 0
  #low = 0
  #lastClose = 0
  /** Kept until the range or the first open changes, which is rare. */
  #rangePct: number | null = null
  // Welford's running mean and sum of squared deviations of the one-minute close returns.
  #mean = 0
  #squares = 0

  add({ o, h, l, c }: Omit<Bar, 't_ms'>): void {
    this.addPrices(o, h, l, c)
  }

  /** The same as `add`, without a bar to hold the prices. */
  addPrices(o: number, h: number, l: number, c: number): void {
    if (this.#count === 0) {
      this.#firstOpen = o
      this.#high = h
      this.#low = l
      this.#rangePct = null
    } else {
      const change = c / this.#lastClose - 1
      const deviation = change - this.#mean
      this.#mean += deviation / this.#count
      this.#squares += deviation * (change - this.#mean)
      if (h > this.#high || l < this.#low) this.#rangePct = null
      this.#high = Math.max(this.#high, h)
      this.#low = Math.min(this.#low, l)
    }
    this.#lastClose = c
    this.#count++
  }

  /** Bars so far. */
  get count(): number {
    return this.#count
  }

  /** Annualised volatility in percent, from 10 to 50. */
  get vixEstimate(): number {
    const returns = this.#count - 1
    const deviation = returns > 0 ? Math.sqrt(this.#squares / returns) : 0
    return Math.min(VIX_MAX, Math.max(VIX_MIN, deviation * ANNUAL_PCT))
  }

  /** The day's range in percent of its first open, the double nearest to the exact value. */
  get rangePct(): number {
    this.#rangePct ??= percentOf(differenceOf(this.#high, this.#low), this.#firstOpen)
    return this.#rangePct
  }

  /** Whether the exact range is above `limitPct`. */
  rangeExceeds(limitPct: number): boolean {
    const [high, low, open] = [this.#high, this.#low, this.#firstOpen]
    const excess = (high - low) * 100 - limitPct * open
    const magnitude = (high + low) * 100 + Math.abs(limitPct) * open
    return signOf(excess, magnitude, () => exact(high).minus(low).times(100).minus(exact(limitPct).times(open))) > 0
  }

  /** Both indicators; null with fewer than `barsMin` bars. */
  indicators(barsMin: number): Indicators {
    if (this.#count < barsMin || this.#count === 0) return { vixEstimate: null, rangePct: null }
    return { vixEstimate: this.vixEstimate, rangePct: this.rangePct }
  }
}

/**
 * The measure of those `bars` that belong to the session and are complete at `now_ms`. They may come in any order; of
 * two bars of one minute the later in the list counts, as data feeds send corrections after the first version.
 */
export function measureBars(bars: readonly Bar[], session: SessionHours, now_ms: number): BarMeasure {
  const measure = new BarMeasure()
  let last_ms = Number.NEGATIVE_INFINITY
  for (const bar of bars) {
    if (!isCompletedBar(bar, session, now_ms)) continue
    if (bar.t_ms <= last_ms) return measureUnordered(bars, session, now_ms)
    last_ms = bar.t_ms
    measure.add(bar)
  }
  return measure
}

function measureUnordered(bars: readonly Bar[], session: SessionHours, now_ms: number): BarMeasure {
  const completed = bars.filter((bar) => isCompletedBar(bar, session, now_ms))
  const byMinute = new Map(completed.map((bar) => [bar.t_ms, bar]))
  const measure = new BarMeasure()
  for (const bar of [...byMinute.values()].sort((a, b) => a.t_ms - b.t_ms)) measure.add(bar)
  return measure
}
