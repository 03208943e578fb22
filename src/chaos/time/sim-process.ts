/**
 * A process of the simulated desk: what runs in it sees time and the world only through it.
 *
 * 1. Killed, nothing reaches it any more: its waits do not end, its calls are not answered. What it was doing stays
 *    where it was, as with SIGKILL.
 * 2. Paused (SIGSTOP, or an event loop that hangs), everything that would reach it comes when the pause is over.
 */
import type { MarketClock, WallClock } from '../../config/clock.ts'
import type { VirtualTime } from './virtual-time.ts'

/** Epoch milliseconds at which virtual time begins, on the wall and in the market. */
export interface Epochs {
  readonly wall_ms: number
  readonly market_ms: number
  /** The market's clock stands still from here on: the night. */
  readonly marketEnd_ms: number
}

export class SimProcess {
  readonly name: string
  readonly time: VirtualTime
  readonly wall: WallClock
  readonly market: MarketClock
  #isAlive = true
  #pausedUntil_ms = 0

  constructor(name: string, time: VirtualTime, epochs: Epochs) {
    this.name = name
    this.time = time
    this.wall = {
      now_ms: () => epochs.wall_ms + time.now_ms,
      monotonic_ms: () => time.now_ms,
      sleep: (wait_ms, signal) => this.sleep(wait_ms, signal),
    }
    this.market = {
      now_ms: () => Math.min(epochs.market_ms + time.now_ms, epochs.marketEnd_ms),
      observe: () => undefined,
      speed: () => 1,
      until: (at_ms, signal) => {
        const { marketEnd_ms, market_ms } = epochs
        // The night's clock stands still: what comes after it is never reached.
        const wait_ms = at_ms > marketEnd_ms ? Number.POSITIVE_INFINITY : at_ms - market_ms - time.now_ms
        return this.sleep(wait_ms, signal)
      },
    }
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  get isPaused(): boolean {
    return this.#pausedUntil_ms > this.time.now_ms
  }

  kill(): void {
    this.#isAlive = false
  }

  pause(wait_ms: number): void {
    this.#pausedUntil_ms = Math.max(this.#pausedUntil_ms, this.time.now_ms + Math.ceil(wait_ms))
  }

  /** Runs `run` in the process: now, after the pause, or never. */
  deliver(run: () => void): void {
    if (!this.#isAlive) return
    if (this.isPaused) this.time.at(this.#pausedUntil_ms, run, this)
    else run()
  }

  after(wait_ms: number, run: () => void): void {
    this.time.after(wait_ms, run, this)
  }

  sleep(wait_ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      if (signal === undefined) this.time.after(Math.max(0, wait_ms), resolve, this)
      else this.time.afterOrAborted(Math.max(0, wait_ms), resolve, this, signal)
    })
  }

  /** A sleep that can be ended early. */
  nap(wait_ms: number): { readonly over: Promise<void>; readonly end: () => void } {
    let end: () => void = () => undefined
    const over = new Promise<void>((resolve) => {
      const timer = this.time.after(wait_ms, resolve, this)
      end = () => {
        timer.cancel()
        this.deliver(resolve)
      }
    })
    return { over, end }
  }
}
