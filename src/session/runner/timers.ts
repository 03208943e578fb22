/** A session's timers: what recurs, and the alarm that wakes it when something is due. */
import type { MarketClock, WallClock } from '../../config/clock.ts'
import type { Wake } from '../wake.ts'

export interface Timers {
  /** Runs `work` now and again and again, each time `interval_ms(its result)` after it ended. */
  repeat<T>(interval_ms: (last: T) => number, work: () => Promise<T>): void
  /** Rings once, when either clock reaches its part of `wake`; an alarm set later does not move an earlier one. */
  alarm(wake: Wake): void
  stop(): void
}

interface TimersOptions {
  readonly clock: MarketClock
  readonly wall: WallClock
  readonly ring: () => void
  readonly onFailure: (error: unknown) => void
}

export function createTimers({ clock, wall, ring, onFailure }: TimersOptions): Timers {
  const stopping = new AbortController()
  const { signal } = stopping
  const set = { market_ms: Number.POSITIVE_INFINITY, wall_ms: Number.POSITIVE_INFINITY }

  function setOne(on: keyof Wake, at_ms: number, wait: Promise<void>): void {
    set[on] = at_ms
    void wait.then(() => {
      // An earlier one was set since, and has rung.
      if (signal.aborted || set[on] !== at_ms) return
      set[on] = Number.POSITIVE_INFINITY
      ring()
    }, onFailure)
  }

  return {
    repeat(interval_ms, work) {
      const loop = async () => {
        while (!signal.aborted) {
          const last = await work()
          await wall.sleep(interval_ms(last), signal)
        }
      }
      void loop().catch(onFailure)
    },
    alarm(wake) {
      if (wake.market_ms < set.market_ms) setOne('market_ms', wake.market_ms, clock.until(wake.market_ms, signal))
      if (wake.wall_ms < set.wall_ms) {
        setOne('wall_ms', wake.wall_ms, wall.sleep(Math.max(0, wake.wall_ms - wall.now_ms()), signal))
      }
    },
    stop: () => stopping.abort(),
  }
}
