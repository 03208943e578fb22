/**
 * What is being provoked on the simulated broker: faults that a desk has to survive. Wall time, as connections and
 * requests live in it; a shock of the price, in market time, is the market's own.
 *
 * Entry points: `reject`, `mute`, `cut`, `fail`, `calm` provoke; `takeRejection`, `isMute`, `refuses`, `failureOf` are
 * asked by what is provoked; `view` shows what is on now.
 *
 * 1. Everything is bounded and over by itself: seconds of wall time, or a number of orders.
 * 2. A new provocation of a kind replaces the last one of that kind and place.
 */
import type { RejectionKind } from './rejections.ts'

export const STREAMS = ['stock', 'option', 'orders'] as const
export type StreamName = (typeof STREAMS)[number]
export const HOSTS = ['trading', 'data'] as const
export type HostName = (typeof HOSTS)[number]
/**
 * `error`: 500, nothing is done. `limit`: 429, nothing is done. `late`: done at once, answered `late_s` later.
 * `none`: nothing is done and no answer comes; the connection is cut when it is over.
 */
export const ANSWERS = ['error', 'limit', 'late', 'none'] as const
type FailureAnswer = (typeof ANSWERS)[number]
export const ORDERS_SIDES = ['any', 'opening', 'closing'] as const
type RejectedSide = (typeof ORDERS_SIDES)[number]

export interface Failure {
  readonly answer: FailureAnswer
  readonly late_s: number
  readonly until_ms: number
}

interface Rejections {
  left: number
  readonly kind: RejectionKind
  readonly side: RejectedSide
}

export class Provocations {
  readonly #now_ms: () => number
  readonly #onCut: (streams: readonly StreamName[]) => void
  readonly #mute = new Map<StreamName, number>()
  readonly #refused = new Map<StreamName, number>()
  readonly #failures = new Map<HostName, Failure>()
  readonly #waiting = new Set<() => void>()
  #rejections: Rejections | null = null

  /** `now_ms`: wall time. `onCut` closes the sockets of the streams it is given. */
  constructor(now_ms: () => number, onCut: (streams: readonly StreamName[]) => void) {
    this.#now_ms = now_ms
    this.#onCut = onCut
  }

  reject(orders: number, kind: RejectionKind, side: RejectedSide): void {
    this.#rejections = { left: orders, kind, side }
  }

  /** Connected, but nothing comes. */
  mute(streams: readonly StreamName[], seconds: number): void {
    for (const stream of streams) this.#mute.set(stream, this.#in(seconds))
  }

  /** Closes the streams' sockets and refuses new ones for `seconds`; 0 lets them come back at once. */
  cut(streams: readonly StreamName[], seconds: number): void {
    for (const stream of streams) this.#refused.set(stream, this.#in(seconds))
    this.#onCut(streams)
  }

  fail(hosts: readonly HostName[], answer: FailureAnswer, seconds: number, late_s: number): void {
    for (const host of hosts) this.#failures.set(host, { answer, late_s, until_ms: this.#in(seconds) })
  }

  /** Ends everything; who waits for an answer goes on. */
  calm(): void {
    this.#rejections = null
    this.#mute.clear()
    this.#refused.clear()
    this.#failures.clear()
    for (const end of this.#waiting) end()
  }

  /** Whether the coming order is to be rejected, and how; counts it. */
  takeRejection(isOpening: boolean): RejectionKind | null {
    const rejections = this.#rejections
    if (rejections === null) return null
    if (rejections.side !== 'any' && (rejections.side === 'opening') !== isOpening) return null
    rejections.left -= 1
    if (rejections.left === 0) this.#rejections = null
    return rejections.kind
  }

  isMute(stream: StreamName): boolean {
    return this.#isOn(this.#mute.get(stream))
  }

  refuses(stream: StreamName): boolean {
    return this.#isOn(this.#refused.get(stream))
  }

  failureOf(host: HostName): Failure | null {
    const failure = this.#failures.get(host)
    return failure !== undefined && this.#isOn(failure.until_ms) ? failure : null
  }

  secondsLeft(until_ms: number): number {
    return Math.max(0, (until_ms - this.#now_ms()) / 1000)
  }

  /** Waits so many seconds; less when everything is calmed. */
  async wait(seconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(end)
        resolve()
      }
      const timer = setTimeout(end, seconds * 1000)
      this.#waiting.add(end)
    })
  }

  /** What is on now; `until` is wall time. */
  view(): object {
    const iso = (t_ms: number): string => new Date(t_ms).toISOString()
    const running = (times: ReadonlyMap<StreamName, number>) =>
      [...times].flatMap(([stream, until_ms]) => (this.#isOn(until_ms) ? [{ stream, until: iso(until_ms) }] : []))
    const outages = HOSTS.flatMap((host) => {
      const failure = this.failureOf(host)
      return failure === null ? [] : [{ host, answer: failure.answer, until: iso(failure.until_ms) }]
    })
    const rejections = this.#rejections
    return {
      rejections: rejections === null ? null : { left: rejections.left, as: rejections.kind, orders: rejections.side },
      mute: running(this.#mute),
      refused: running(this.#refused),
      outages,
    }
  }

  #in(seconds: number): number {
    return this.#now_ms() + seconds * 1000
  }

  #isOn(until_ms: number | undefined): boolean {
    return until_ms !== undefined && until_ms > this.#now_ms()
  }
}
