/** How often something that ends unasked is started again, and after which wait: bounded, with back-off. */

export interface RestartLimits {
  /** Restarts within `window_ms`, at most. */
  readonly max: number
  readonly window_ms: number
  /** Before the first restart; doubled for each further one of the window, up to `waitMax_ms`. */
  readonly waitFirst_ms: number
  readonly waitMax_ms: number
}

export class Restarts {
  readonly #limits: RestartLimits
  #at_ms: readonly number[] = []

  constructor(limits: RestartLimits) {
    this.#limits = limits
  }

  /** How long to wait before the next restart; null: there were too many. `now_ms`: monotonic. */
  next_ms(now_ms: number): number | null {
    const { max, window_ms, waitFirst_ms, waitMax_ms } = this.#limits
    this.#at_ms = this.#at_ms.filter((at_ms) => now_ms - at_ms < window_ms)
    const count = this.#at_ms.length
    if (count >= max) return null
    this.#at_ms = [...this.#at_ms, now_ms]
    return Math.min(waitFirst_ms * 2 ** count, waitMax_ms)
  }
}
