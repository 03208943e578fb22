/**
 * The market of one simulated day: a path of SPY and what puts of the day cost along it. Small and quick, and shaped so
 * that every gate lets through and refuses often enough; it is no model of a real market.
 */

import type { SnapshotRow } from '../../broker/port.ts'
import type { RandomSequence } from '../../config/prng.ts'
import type { Bar, Quote, SessionHours } from '../../strategy/types.ts'
import { MINUTE_MS } from '../../time/units.ts'

type TimedQuote = Quote & { readonly t_ms: number }

/** The path has a point every so often; between two it runs straight. */
const STEP_MS = 30_000
const STEPS_A_MINUTE = 2
const YEAR_MINUTES = 252 * 390
const SPOT_HALF_SPREAD = 0.01
/** Strikes around spot that the chain lists, dollars. */
const STRIKES_BELOW = 8
const STRIKES_ABOVE = 3

/** Shares of days: how restless they are (annual volatility, percent) and how wide their quotes. */
const MOODS = [
  { upTo: 0.5, volatilityPct: 11, widthMax: 0.03 },
  { upTo: 0.72, volatilityPct: 15, widthMax: 0.05 },
  { upTo: 0.82, volatilityPct: 18, widthMax: 0.3 },
  { upTo: 0.95, volatilityPct: 28, widthMax: 0.06 },
  { upTo: 1, volatilityPct: 60, widthMax: 0.1 },
] as const

/** Quotes of puts that come as ever and have no price on either side. */
interface Withheld {
  readonly from_ms: number
  readonly to_ms: number
  /** What stands where a price would. */
  readonly as: 0 | null
}

export class DayMarket {
  readonly session: SessionHours
  readonly #path: Float64Array
  readonly #start_ms: number
  readonly #volatility: number
  readonly #widthMax: number
  readonly #offset: number
  readonly #bars: Bar[] = []
  #withheld: Withheld | null = null

  constructor(session: SessionHours, random: RandomSequence, before_ms: number) {
    const drawn = random.uniform()
    const mood = MOODS.find(({ upTo }) => drawn < upTo) ?? MOODS[0]
    this.session = session
    this.#start_ms = session.open_ms - before_ms
    this.#volatility = mood.volatilityPct / 100
    this.#widthMax = mood.widthMax
    this.#offset = random.uniform()
    const steps = Math.ceil((session.close_ms - this.#start_ms) / STEP_MS) + 2
    const sigma = this.#volatility / Math.sqrt(YEAR_MINUTES * STEPS_A_MINUTE)
    this.#path = new Float64Array(steps)
    let spot = 600 + 200 * random.uniform()
    for (let at = 0; at < steps; at += 1) {
      this.#path[at] = spot
      spot *= 1 + sigma * random.normal()
    }
  }

  get isRestless(): boolean {
    return this.#volatility > 0.25
  }

  /** From now on until then no put has a price. */
  withholdPrices(withheld: Withheld): void {
    this.#withheld = withheld
  }

  /** Dollars, unrounded. Before the first point and after the last the path stands still. */
  level(at_ms: number): number {
    const path = this.#path
    const at = Math.min(Math.max((at_ms - this.#start_ms) / STEP_MS, 0), path.length - 1)
    const below = Math.floor(at)
    const from = path[below] ?? 0
    return from + ((path[below + 1] ?? from) - from) * (at - below)
  }

  spot(at_ms: number): TimedQuote {
    const mid = cents(this.level(at_ms))
    return { bid: cents(mid - SPOT_HALF_SPREAD), ask: cents(mid + SPOT_HALF_SPREAD), t_ms: at_ms }
  }

  put(strike: number, at_ms: number): TimedQuote {
    const { bid, ask } = this.#sides(strike, this.level(at_ms), at_ms)
    return { bid, ask, t_ms: at_ms }
  }

  chain(at_ms: number): readonly SnapshotRow[] {
    const spot = this.level(at_ms)
    const near = Math.round(spot)
    const rows: SnapshotRow[] = []
    for (let strike = near - STRIKES_BELOW; strike <= near + STRIKES_ABOVE; strike += 1) {
      const { bid, ask } = this.#sides(strike, spot, at_ms)
      rows.push({ strike, bid, ask, t_ms: at_ms })
    }
    return rows
  }

  /** Completed bars with start in [from_ms, to_ms). */
  bars(from_ms: number, to_ms: number, now_ms: number): readonly Bar[] {
    const { open_ms, close_ms } = this.session
    const bars: Bar[] = []
    const first_ms = Math.max(open_ms, Math.ceil(from_ms / MINUTE_MS) * MINUTE_MS)
    for (let t_ms = first_ms; t_ms < Math.min(to_ms, close_ms) && t_ms + MINUTE_MS <= now_ms; t_ms += MINUTE_MS) {
      bars.push(this.bar(t_ms))
    }
    return bars
  }

  bar(t_ms: number): Bar {
    const minute = (t_ms - this.session.open_ms) / MINUTE_MS
    const known = this.#bars[minute]
    if (known !== undefined) return known
    const [o, m, c] = [this.level(t_ms), this.level(t_ms + STEP_MS), this.level(t_ms + MINUTE_MS)]
    const bar = { t_ms, o: cents(o), h: cents(Math.max(o, m, c)), l: cents(Math.min(o, m, c)), c: cents(c) }
    this.#bars[minute] = bar
    return bar
  }

  /** Intrinsic value and a hump of time value around spot, that melts until the close. */
  #sides(strike: number, spot: number, at_ms: number): Pick<Quote, 'bid' | 'ask'> {
    const withheld = this.#withheld
    if (withheld !== null && at_ms >= withheld.from_ms && at_ms < withheld.to_ms) {
      return { bid: withheld.as, ask: withheld.as }
    }
    const minutes = Math.max(1, (this.session.close_ms - at_ms) / MINUTE_MS)
    const deviation = spot * this.#volatility * Math.sqrt(minutes / YEAR_MINUTES)
    const away = Math.abs(spot - strike) / deviation
    const mid = Math.max(0, strike - spot) + 0.4 * deviation * Math.exp(-1.1 * away - 0.2 * away * away)
    // A width that changes from minute to minute and from strike to strike, the same whenever it is asked for.
    const noise = (strike * 0.754_877 + Math.floor(at_ms / MINUTE_MS) * 0.569_84 + this.#offset) % 1
    const half = Math.max(0.005, (this.#widthMax * noise) / 2)
    return { bid: Math.max(0, cents(mid - half)), ask: Math.max(0.01, cents(mid + half)) }
  }
}

const cents = (dollars: number): number => Math.round(dollars * 100) / 100
