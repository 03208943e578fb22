/**
 * Things that are kept up one by one: what goes wrong with one is no harm to the others, and it is tried again by
 * itself, with growing waits. Entry point: `Retries`.
 */
import type { WallClock } from '../config/clock.ts'
import { type BackoffLimits, backoff_ms } from '../feed/backoff.ts'
import { StaleEpoch } from '../feed/publish-entry.ts'
import { StoreUnreachable } from '../store/port.ts'

export class Retries {
  readonly #wall: Pick<WallClock, 'monotonic_ms'>
  readonly #limits: BackoffLimits
  readonly #returns: () => number
  readonly #failures = new Map<
    string,
    { readonly count: number; readonly until_ms: number; readonly returns: number }
  >()

  /** `returns`: how often Discord has come back; what waits for it is tried at once then. */
  constructor(wall: Pick<WallClock, 'monotonic_ms'>, limits: BackoffLimits, returns: () => number = () => 0) {
    this.#wall = wall
    this.#limits = limits
    this.#returns = returns
  }

  /**
   * Does the work of one thing, unless it failed a short while ago. Throws `StoreUnreachable` and `StaleEpoch` alone.
   */
  async attempt(
    key: string,
    work: () => Promise<void>,
    onFailure: (error: unknown, wait_ms: number) => void | Promise<void>,
  ): Promise<void> {
    const failed = this.#failures.get(key)
    const returns = this.#returns()
    if (failed?.returns === returns && this.#wall.monotonic_ms() < failed.until_ms) return
    try {
      await work()
      this.#failures.delete(key)
    } catch (error) {
      // These are about the desk, not about this one.
      if (error instanceof StoreUnreachable || error instanceof StaleEpoch) throw error
      const count = (failed?.count ?? 0) + 1
      const wait_ms = backoff_ms(count, this.#limits)
      this.#failures.set(key, { count, until_ms: this.#wall.monotonic_ms() + wait_ms, returns })
      await onFailure(error, wait_ms)
    }
  }
}
