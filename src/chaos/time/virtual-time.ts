/**
 * Virtual time: one queue of events. Time moves only when nothing else can happen.
 *
 * 1. After every event all promise reactions run until none is left; only then comes the next event. The same events in
 *    give the same run, always.
 * 2. The reactions are run in place, by the function with which Node itself empties its queue between two callbacks: a
 *    turn of the event loop for each event would be a hundred times slower. A Node without it gets such turns.
 */
import { EventHeap, type EventOwner, PlannedEvent } from './event-heap.ts'

/** Events between two turns of the real event loop, which signals and test runners need. */
const EVENTS_A_SLICE = 50_000
/** A run with more events than this at one instant stands still: something waits for itself. */
const EVENTS_AT_ONCE_MAX = 100_000

/** Runs all promise reactions now; null where this Node cannot. Must not be called from within one. */
function drainOf(): (() => void) | null {
  const drain: unknown = Reflect.get(process, '_tickCallback')
  return typeof drain === 'function' ? () => void drain.call(process) : null
}

export class VirtualTime {
  readonly #events = new EventHeap()
  readonly #drain = drainOf()
  readonly #signals = new WeakSet<AbortSignal>()
  #now_ms = 0
  #planned = 0
  #isStopped = false
  #atOnce = 0

  /** Milliseconds since the run began. */
  get now_ms(): number {
    return this.#now_ms
  }

  /** Whole milliseconds, as clocks give them. With an `owner`, that delivers it. */
  at(at_ms: number, run: () => void, owner: EventOwner | null = null): PlannedEvent {
    return this.#plan(at_ms, run, owner, null)
  }

  after(wait_ms: number, run: () => void, owner: EventOwner | null = null): PlannedEvent {
    return this.#plan(this.#now_ms + wait_ms, run, owner, null)
  }

  /** The same; an abort of `signal` runs it at once. */
  afterOrAborted(wait_ms: number, run: () => void, owner: EventOwner, signal: AbortSignal): void {
    // One listener a signal, whoever waits under it: adding and removing listeners costs more than all else here.
    if (!this.#signals.has(signal)) {
      this.#signals.add(signal)
      signal.addEventListener('abort', () => this.#abort(signal), { once: true })
    }
    this.#plan(this.#now_ms + wait_ms, run, owner, signal)
  }

  #plan(at_ms: number, run: () => void, owner: EventOwner | null, signal: AbortSignal | null): PlannedEvent {
    this.#planned += 1
    const event = new PlannedEvent(Math.max(Math.round(at_ms), this.#now_ms), this.#planned, run, owner, signal)
    this.#events.push(event)
    return event
  }

  #abort(signal: AbortSignal): void {
    for (const event of this.#events.underSignal(signal)) {
      const { run, owner } = event
      event.cancel()
      if (run !== null) owner?.deliver(run)
    }
  }

  /** Ends the run after the present event. */
  stop(): void {
    this.#isStopped = true
  }

  /** Runs until no event is left before `end_ms` (exclusive), or `stop`. Rejects with what an event throws. */
  run(end_ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      // From a callback of the event loop: inside a promise reaction the others would have to wait for this one.
      const slice = (): void => {
        try {
          if (this.#runSlice(end_ms)) resolve()
          else setImmediate(slice)
        } catch (error) {
          reject(error)
        }
      }
      setImmediate(slice)
    })
  }

  /** True when the run is over. */
  #runSlice(end_ms: number): boolean {
    const drain = this.#drain
    drain?.()
    const events = this.#events
    for (let count = drain === null ? 1 : EVENTS_A_SLICE; count > 0; count -= 1) {
      const next = events.peek()
      if (this.#isStopped || next === undefined || next.at_ms >= end_ms) return true
      events.pop()
      const { run, owner } = next
      if (run === null) continue
      this.#moveTo(next.at_ms)
      if (owner === null) run()
      else owner.deliver(run)
      drain?.()
    }
    return false
  }

  #moveTo(at_ms: number): void {
    this.#atOnce = at_ms === this.#now_ms ? this.#atOnce + 1 : 0
    if (this.#atOnce > EVENTS_AT_ONCE_MAX) {
      throw new Error(`expected time to move on, got more than ${EVENTS_AT_ONCE_MAX} events at ${at_ms} ms`)
    }
    this.#now_ms = at_ms
  }
}
