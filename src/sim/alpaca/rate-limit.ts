/** Requests a minute and key, for trading and for data apart; counted in wall time, as the real limits are. */
import { MINUTE_MS } from '../../time/units.ts'

interface RateState {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  /** UNIX seconds at which the count starts again. */
  readonly reset_s: number
}

const WINDOW_MS = MINUTE_MS

export class RateLimit {
  readonly #limit: number
  readonly #used = new Map<string, { window: number; count: number }>()

  constructor(requestsPerMinute: number) {
    this.#limit = requestsPerMinute
  }

  take(key: string, now_ms: number): RateState {
    const window = Math.floor(now_ms / WINDOW_MS)
    const used = this.#used.get(key)
    const count = used?.window === window ? used.count + 1 : 1
    this.#used.set(key, { window, count })
    return {
      allowed: count <= this.#limit,
      limit: this.#limit,
      remaining: Math.max(0, this.#limit - count),
      reset_s: ((window + 1) * WINDOW_MS) / 1000,
    }
  }
}
