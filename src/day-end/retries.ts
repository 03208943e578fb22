/**
 * How often, and how soon, the report of an ended day is tried again. Entry point: `Retries`.
 *
 * 1. Every wait is longer than the one before, and after `RETRIES_MAX` of them no more follow in this process. The next
 *    process begins anew.
 */

const FIRST_WAIT_MS = 2_000
const FACTOR = 3
/** The waits together are a little over half an hour. */
export const RETRIES_MAX = 7

interface Failed {
  readonly times: number
  /** Infinity: given up. */
  readonly next_ms: number
}

/** Times are monotonic wall milliseconds. */
export class Retries {
  readonly #failed = new Map<string, Failed>()

  isDue(name: string, now_ms: number): boolean {
    return (this.#failed.get(name)?.next_ms ?? now_ms) <= now_ms
  }

  isGivenUp(name: string): boolean {
    return this.#failed.get(name)?.next_ms === Number.POSITIVE_INFINITY
  }

  /** Whether that was the last time. */
  failed(name: string, now_ms: number): 'again' | 'exhausted' {
    const times = (this.#failed.get(name)?.times ?? 0) + 1
    this.#failed.set(name, { times, next_ms: now_ms + FIRST_WAIT_MS * FACTOR ** (times - 1) })
    return times > RETRIES_MAX ? 'exhausted' : 'again'
  }

  giveUp(name: string): void {
    this.#failed.set(name, { times: RETRIES_MAX + 1, next_ms: Number.POSITIVE_INFINITY })
  }

  done(name: string): void {
    this.#failed.delete(name)
  }
}
