/** Events in the order of their time; of the same time, in the order in which they were planned. */

export interface Event {
  readonly at_ms: number
  readonly order: number
  /** Null once cancelled: it stays in its place and is skipped. */
  run: (() => void) | null
}

const isBefore = (a: Event, b: Event): boolean => a.at_ms < b.at_ms || (a.at_ms === b.at_ms && a.order < b.order)

/** A binary heap. */
export class EventHeap {
  readonly #events: Event[] = []

  peek(): Event | undefined {
    return this.#events[0]
  }

  push(event: Event): void {
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

  pop(): Event | undefined {
    const events = this.#events
    const first = events[0]
    const last = events.pop()
    if (last === undefined || events.length === 0) return first
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      let child = events[below]
      if (child === undefined) break
      const right = events[below + 1]
      if (right !== undefined && isBefore(right, child)) {
        below += 1
        child = right
      }
      if (!isBefore(child, last)) break
      events[at] = child
      at = below
    }
    events[at] = last
    return first
  }
}
