/** Events in the order of their time; of the same time, in the order in which they were planned. */

/** What runs an event when its time has come: at once, later, or never. */
export interface EventOwner {
  deliver(run: () => void): void
}

/** An event that waits for its time. One object for each: a day plans thousands. */
export class PlannedEvent {
  readonly at_ms: number
  readonly order: number
  /** Null: it is run by whoever keeps the time. */
  readonly owner: EventOwner | null
  /** Whose abort ends the wait early; null: nothing does. */
  readonly signal: AbortSignal | null
  /** Null once cancelled: it stays in its place and is skipped. */
  run: (() => void) | null

  constructor(
    at_ms: number,
    order: number,
    run: () => void,
    owner: EventOwner | null = null,
    signal: AbortSignal | null = null,
  ) {
    this.at_ms = at_ms
    this.order = order
    this.run = run
    this.owner = owner
    this.signal = signal
  }

  cancel(): void {
    this.run = null
  }
}

const isBefore = (a: PlannedEvent, b: PlannedEvent): boolean =>
  a.at_ms < b.at_ms || (a.at_ms === b.at_ms && a.order < b.order)

/** A binary heap. */
export class EventHeap {
  readonly #events: PlannedEvent[] = []

  peek(): PlannedEvent | undefined {
    return this.#events[0]
  }

  push(event: PlannedEvent): void {
    const events = this.#events
    let at = events.length
    events.push(event)
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = events[above]
      if (parent === undefined || !isBefore(event, parent)) break
      events[at] = parent
      at = above
    }
    events[at] = event
  }

  pop(): PlannedEvent | undefined {
    const events = this.#events
    const first = events[0]
    const last = events.pop()
    const count = events.length
    if (last === undefined || count === 0) return first
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= count) break
      // Below the count there is one; so beside it.
      let child = events[below] as PlannedEvent
      // Read only where there is one: a read beyond the end of an array is slow.
      if (below + 1 < count) {
        const right = events[below + 1] as PlannedEvent
        if (isBefore(right, child)) {
          below += 1
          child = right
        }
      }
      if (!isBefore(child, last)) break
      events[at] = child
      at = below
    }
    events[at] = last
    return first
  }

  /** Those that an abort of `signal` ends, in the order in which they were planned. */
  underSignal(signal: AbortSignal): PlannedEvent[] {
    return this.#events.filter((event) => event.signal === signal).sort((a, b) => a.order - b.order)
  }
}
