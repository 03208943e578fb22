/**
 * The two clocks as ports. Market time drives the rules and may run faster than the world in a simulator; wall time
 * drives locks, HTTP, Discord and heartbeats. Nothing outside this folder reads `Date.now()` or `performance.now()`.
 */

/** Market time in epoch milliseconds. Never runs backwards and never past what the market has proven. */
export interface MarketClock {
  /** Null until the first reading: no decision may be taken without a clock. */
  now_ms(): number | null
  /** An event stamped `t_ms` was received from the market, so the market is at least there. */
  observe(t_ms: number): void
  /** Market seconds that pass in a second of the world: 1 on a real market, 0 while a simulator is paused. */
  speed(): number
  /** Resolves once market time has reached `at_ms`, or when `signal` aborts. */
  until(at_ms: number, signal: AbortSignal): Promise<void>
}

export interface WallClock {
  /** Epoch milliseconds, for people and records. */
  now_ms(): number
  /** Monotonic milliseconds, for durations and deadlines. */
  monotonic_ms(): number
  /**
   * The system's own clock, epoch milliseconds: it may be set, and goes on while the machine sleeps, which the others
   * sleep through. Good for one thing: to notice that either has happened. Absent: the same as `now_ms`.
   */
  system_ms?(): number
  /** Resolves after `wait_ms`, or at once when `signal` aborts. */
  sleep(wait_ms: number, signal?: AbortSignal): Promise<void>
}
