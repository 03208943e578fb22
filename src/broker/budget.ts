/**
 * One budget of requests a minute shared by every client of an account, in which orders go before reads.
 *
 * Entry point: `RequestBudget`.
 *
 * 1. In any minute at most `perMinute` requests are let through: the bucket holds a quarter of them and refills the
 *    rest.
 * 2. Reads leave half the bucket to orders; a waiting order goes before every waiting read.
 * 3. Waiting is bounded in time and number; a request that cannot be let through in time is never sent.
 */
import type { WallClock } from '../config/clock.ts'
import { MINUTE_MS } from '../time/units.ts'

export type Priority = 'order' | 'read'

/** More than a desk ever has in flight: beyond it something loops. */
const WAITERS_MAX = 1000
const BURST_SHARE = 0.25
const ORDER_RESERVE_SHARE = 0.5

interface Waiter {
  readonly priority: Priority
  readonly until_ms: number
  readonly settle: (admitted: boolean) => void
}

export class RequestBudget {
  readonly #clock: WallClock
  readonly #burst: number
  readonly #reserve: number
  readonly #perMs: number
  readonly #waiting: Record<Priority, Waiter[]> = { order: [], read: [] }
  #closed = false
  /** Ends the sleep of the pump: an order must not wait out a read's turn. */
  #wake = new AbortController()
  #tokens: number
  #refilled_ms: number
  #pumping = false

  constructor(perMinute: number, clock: WallClock) {
    this.#clock = clock
    this.#burst = Math.max(2, Math.floor(perMinute * BURST_SHARE))
    this.#reserve = Math.floor(this.#burst * ORDER_RESERVE_SHARE)
    this.#perMs = Math.max(1, perMinute - this.#burst) / MINUTE_MS
    this.#tokens = this.#burst
    this.#refilled_ms = clock.monotonic_ms()
  }

  /** Takes a request if one may go at once: the path of nearly every call, without a promise. */
  tryTake(priority: Priority): boolean {
    if (this.#waiting.order.length > 0 || (priority === 'read' && this.#waiting.read.length > 0)) return false
    return this.#spend(priority)
  }

  /** Waits for a turn, `wait_ms` at most. False: not admitted, do not send. */
  take(priority: Priority, wait_ms: number): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false)
    if (this.tryTake(priority)) return Promise.resolve(true)
    if (this.#waiting[priority].length >= WAITERS_MAX) return Promise.resolve(false)
    return new Promise((settle) => {
      this.#waiting[priority].push({ priority, until_ms: this.#clock.monotonic_ms() + wait_ms, settle })
      if (this.#pumping) this.#wake.abort()
      else void this.#pump()
    })
  }

  /** Counts a request that was sent without asking: a retry inside the SDK. */
  charge(): void {
    this.#refill()
    this.#tokens -= 1
  }

  /** Milliseconds until a request of this priority may go, were nothing else waiting. */
  wait_ms(priority: Priority): number {
    this.#refill()
    return Math.max(0, Math.ceil((1 + this.#floor(priority) - this.#tokens) / this.#perMs))
  }

  close(): void {
    this.#closed = true
    this.#wake.abort()
    for (const queue of Object.values(this.#waiting)) for (const waiter of queue.splice(0)) waiter.settle(false)
  }

  #floor(priority: Priority): number {
    return priority === 'read' ? this.#reserve : 0
  }

  #refill(): void {
    const now_ms = this.#clock.monotonic_ms()
    this.#tokens = Math.min(this.#burst, this.#tokens + (now_ms - this.#refilled_ms) * this.#perMs)
    this.#refilled_ms = now_ms
  }

  #spend(priority: Priority): boolean {
    this.#refill()
    if (this.#tokens < 1 + this.#floor(priority)) return false
    this.#tokens -= 1
    return true
  }

  #next(): Waiter | undefined {
    return this.#waiting.order[0] ?? this.#waiting.read[0]
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    // Ends: every waiter leaves at its own deadline at the latest.
    for (let waiter = this.#next(); waiter !== undefined; waiter = this.#next()) {
      this.#expire()
      if (this.#next() !== waiter) continue
      if (this.#spend(waiter.priority)) {
        this.#waiting[waiter.priority].shift()
        waiter.settle(true)
        continue
      }
      const left_ms = waiter.until_ms - this.#clock.monotonic_ms()
      this.#wake = new AbortController()
      await this.#clock.sleep(Math.max(1, Math.min(left_ms, this.wait_ms(waiter.priority))), this.#wake.signal)
    }
    this.#pumping = false
  }

  #expire(): void {
    const now_ms = this.#clock.monotonic_ms()
    for (const priority of ['order', 'read'] as const) {
      const queue = this.#waiting[priority]
      const late = queue.filter((waiter) => waiter.until_ms <= now_ms)
      if (late.length === 0) continue
      this.#waiting[priority] = queue.filter((waiter) => waiter.until_ms > now_ms)
      for (const waiter of late) waiter.settle(false)
    }
  }
}
