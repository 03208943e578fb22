/** Events of one type, out of a day's. Pure. Entry points: `eventsOf`, `lastEventOf`. */
import type { EventOf, JournalEvent } from '../session/events.ts'

/** In the order of the journal. */
export function eventsOf<T extends JournalEvent['type']>(events: readonly JournalEvent[], type: T): EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type)
}

export function lastEventOf<T extends JournalEvent['type']>(
  events: readonly JournalEvent[],
  type: T,
): EventOf<T> | undefined {
  return events.findLast((event): event is EventOf<T> => event.type === type)
}
