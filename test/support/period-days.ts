/** Days of a period for tests: a traded one and a flat one, changed one thing at a time. */
import { buildDayDocument } from '../../src/report/day/day-document.ts'
import { buildPeriod } from '../../src/report/day/period.ts'
import type { PeriodDocument } from '../../src/report/day/period-schema.ts'
import type { DayDocument } from '../../src/report/day/schema.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { journalEvents, journalOf } from './journal-samples.ts'

export type Change = (day: DayDocument) => Partial<DayDocument>
const PAPER = { kind: 'PAPER', label: 'PA1' } as const
const JULY = { from: '2026-07-01', to: '2026-07-31' }

function documentOf(events: readonly JournalEvent[]): DayDocument {
  const made = buildDayDocument(journalOf(events))
  if (made === null) throw new Error('expected a report')
  return made
}

export const TRADED = documentOf(journalEvents())
export const FLAT = documentOf(
  journalEvents().filter(
    (event) =>
      event.type === 'session_started' ||
      event.type === 'session_ended' ||
      (event.type === 'decision' && event.action === 'skip'),
  ),
)

export function periodOf(days: readonly DayDocument[]): PeriodDocument {
  const period = buildPeriod(days, JULY)
  if (period === null) throw new Error('expected a period')
  return period
}

export const day = (date: string, change: Change = () => ({}), of: DayDocument = TRADED): DayDocument => ({
  ...{ ...of, source: PAPER, date },
  ...change(of),
})

/** Order by order, how long each took to be filled; null: it was not. */
export const waits =
  (...times_ms: readonly (number | null)[]): Change =>
  ({ execution }) => {
    const [order] = execution.orders
    if (order === undefined) throw new Error('expected an order')
    const orders = times_ms.map((timeToFill_ms) => ({ ...order, timeToFill_ms }))
    return { execution: { ...execution, orders, timeToFill_ms: { median: 1, max: 1 } } }
  }
