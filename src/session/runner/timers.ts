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

/** One clock's part of the alarm. */
interface Hand {
  at_ms: number
  waiting: AbortController
  readonly wait: (at_ms: number, signal: AbortSignal) => Promise<void>
}

export function createTimers({ clock, wall, ring, onFailure }: TimersOptions): Timers {
  const stopping = new AbortController()
  const hand = (wait: Hand['wait']): Hand => ({ at_ms: Number.POSITIVE_INFINITY, waiting: new AbortController(), wait })
  const market = hand((at_ms, signal) => clock.until(at_ms, signal))
  const world = hand((at_ms, signal) => wall.sleep(Math.max(0, at_ms - wall.now_ms()), signal))

  function set(on: Hand, at_ms: number): void {
    if (at_ms >= on.at_ms || stopping.signal.aborted) return
    // The later one it replaces would otherwise wait on, one more for every time it was replaced.
    on.waiting.abort()
    on.waiting = new AbortController()
    const { signal } = on.waiting
    on.at_ms = at_ms
    void on.wait(at_ms, signal).then(() => {
      if (signal.aborted) return
      on.at_ms = Number.POSITIVE_INFINITY
      ring()
    }, onFailure)
  }

  return {
    repeat(interval_ms, work) {
      const { signal } = stopping
      const loop = async () => {
        while (!signal.aborted) {
          const last = await work()
          await wall.sleep(interval_ms(last), signal)
        }
      }
      void loop().catch(onFailure)
    },
    alarm({ market_ms, wall_ms }) {
      set(market, market_ms)
      set(world, wall_ms)
    },
    stop() {
      for (const { waiting } of [market, world]) waiting.abort()
      stopping.abort()
    },
  }
}
