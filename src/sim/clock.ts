/**
 * The simulated market's clock: turns wall time into market time. The only part of the simulator that looks at a wall
 * clock to move prices.
 *
 * Entry points: `SimClock.start`, `set`, `step`, `close`.
 *
 * 1. Market time moves in ticks of some milliseconds of wall time; between ticks it stands still.
 * 2. A tick that comes late (a busy machine, a suspended laptop) moves the market by a bounded amount: the market slows
 *    down rather than jumps.
 * 3. A paused clock moves by steps only, a running one never.
 */
import type { Market, StepStop } from './market/market.ts'

export const SPEED_MIN = 0.1
export const SPEED_MAX = 10_000
/** At speed 390 a tick is under five seconds of market time, so that quotes stay younger than their limit. */
const TICK_MS = 12
const LATE_TICK_MAX_MS = 60
const STEP_BOOKS_MAX = 100_000

interface ClockReading {
  readonly now: string
  readonly speed: number
  readonly paused: boolean
}

type StepRequest = { readonly seconds: number } | { readonly to_ms: number } | { readonly books: number }

export class SimClock {
  readonly #market: Market
  readonly #beforeMove: () => void
  #speed: number
  #paused: boolean
  /** Market time not rounded to milliseconds, so that slow speeds do not lose any. */
  #position_ms: number
  #last_ms = 0
  #timer: NodeJS.Timeout | null = null

  /** `beforeMove` runs before market time moves: what was asked for at the old time is settled first. */
  constructor(market: Market, options: { speed: number; paused: boolean; beforeMove: () => void }) {
    this.#market = market
    this.#speed = options.speed
    this.#paused = options.paused
    this.#beforeMove = options.beforeMove
    this.#position_ms = market.now_ms
  }

  get paused(): boolean {
    return this.#paused || this.#market.ended
  }

  reading(): ClockReading {
    return { now: new Date(this.#market.now_ms).toISOString(), speed: this.#speed, paused: this.paused }
  }

  start(): void {
    if (this.#timer !== null) return
    this.#last_ms = performance.now()
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  set(change: { readonly speed?: number | undefined; readonly paused?: boolean | undefined }): void {
    this.#tick()
    if (change.speed !== undefined) this.#speed = change.speed
    if (change.paused !== undefined) this.#paused = change.paused
  }

  /** Moves a paused clock. The caller has checked that it is paused. */
  step(request: StepRequest): StepStop {
    this.#beforeMove()
    const stop = this.#stepMarket(request)
    this.#position_ms = this.#market.now_ms
    return stop
  }

  #stepMarket(request: StepRequest): StepStop {
    if ('seconds' in request) return this.#market.stepSeconds(request.seconds)
    if ('to_ms' in request) return this.#market.stepTo(request.to_ms)
    let stop: StepStop = 'time'
    for (let book = 0; book < Math.min(request.books, STEP_BOOKS_MAX); book++) {
      stop = this.#market.stepBook()
      if (stop === 'end') break
    }
    return stop
  }

  #tick(): void {
    const wall_ms = performance.now()
    const elapsed_ms = Math.min(wall_ms - this.#last_ms, LATE_TICK_MAX_MS)
    this.#last_ms = wall_ms
    if (this.paused) return
    this.#beforeMove()
    this.#position_ms += elapsed_ms * this.#speed
    const target_ms = Math.floor(this.#position_ms)
    this.#market.advance(target_ms)
    // The night was passed over, or the recording has ended.
    if (this.#market.now_ms !== target_ms) this.#position_ms = this.#market.now_ms
  }
}
