/** A session's timers: what recurs, and the alarm that wakes it when something is due. */
import { setMaxListeners } from 'node:events'
import type { MarketClock, WallClock } from '../../config/clock.ts'
import type { Wake } from '../wake.ts'

export interface Timers {
  /** Runs `work` now and again and again, each time `interval_ms(its result)` after it ended. */
  repeat<T>(interval_ms: (last: T) => number, work: () => Promise<T>): void
  /** Rings once, when either clock reaches its part of `wake`; it takes the place of the one set before. */
  alarm(wake: Wake): void
  stop(): void
}

interface TimersOptions {
  readonly clock: MarketClock
  readonly wall: WallClock
  readonly ring: () => void
  readonly onFailure: (error: unknown) => void
}

/** Waits of one clock, at most; the warning of the platform for leaks starts below. */
const WAITS_MAX = 100

/** One clock's part of the alarm. Waits are not ended early: one that is over before the alarm goes on until it. */
function createHand(wait: (at_ms: number) => Promise<void>, ring: () => void, onFailure: (error: unknown) => void) {
  const waiting = new Set<number>()
  let first_ms = Number.POSITIVE_INFINITY
  let alarm_ms = Number.POSITIVE_INFINITY

  function waitUntil(at_ms: number): void {
    if (at_ms >= first_ms) return
    waiting.add(at_ms)
    first_ms = at_ms
    void wait(at_ms).then(() => onWaited(at_ms), onFailure)
  }

  function onWaited(at_ms: number): void {
    waiting.delete(at_ms)
    first_ms = Math.min(...waiting)
    if (at_ms < alarm_ms) waitUntil(alarm_ms)
    else {
      alarm_ms = Number.POSITIVE_INFINITY
      ring()
    }
  }

  return (at_ms: number): void => {
    alarm_ms = at_ms
    waitUntil(at_ms)
  }
}

export function createTimers({ clock, wall, ring, onFailure }: TimersOptions): Timers {
  const stopping = new AbortController()
  const { signal } = stopping
  setMaxListeners(WAITS_MAX, signal)
  const ringUnlessStopped = () => {
    if (!signal.aborted) ring()
  }
  const market = createHand((at_ms) => clock.until(at_ms, signal), ringUnlessStopped, onFailure)
  const world = createHand(
    (at_ms) => wall.sleep(Math.max(0, at_ms - wall.now_ms()), signal),
    ringUnlessStopped,
    onFailure,
  )
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
    alarm({ market_ms, wall_ms }) {
      if (signal.aborted) return
      market(market_ms)
      world(wall_ms)
    },
    stop: () => stopping.abort(),
  }
}
