import { describe, expect, test } from 'vitest'
import { buildDayDocument } from '../../../src/report/day/day-document.ts'
import { buildPeriod } from '../../../src/report/day/period.ts'
import type { DayDocument } from '../../../src/report/day/schema.ts'
import type { JournalEvent } from '../../../src/session/events.ts'
import { DATE } from '../../support/desk-samples.ts'
import { journalEvents, journalOf } from '../../support/journal-samples.ts'
import { problemsBy } from '../../support/published-schema.ts'

function reportOf(events: readonly JournalEvent[]): DayDocument {
  const made = buildDayDocument(journalOf(events))
  if (made === null) throw new Error('expected a report')
  return made
}

const all = journalEvents()
const before = (type: JournalEvent['type']) =>
  all.slice(
    0,
    all.findIndex((event) => event.type === type),
  )
const incomplete = before('exit_decided').concat(
  all.flatMap((event): JournalEvent[] => (event.type === 'session_ended' ? [{ ...event, status: 'incomplete' }] : [])),
)
const blind = all.map(
  (event): JournalEvent =>
    event.type === 'exit_decided' ? { ...event, mid: null, close: null, rulePnlCents: null, netPnlCents: null } : event,
)

const DAYS: readonly (readonly [string, readonly JournalEvent[]])[] = [
  ['a traded day', all],
  ['a day that still runs, before anything was decided', before('decision')],
  ['a day that still runs, with a position', before('exit_decided')],
  ['a day left open at the close', incomplete],
  ['a day closed without a quote', blind],
]

describe('the published schemas, read by a validator of their own', () => {
  test.each(DAYS)('take the report of %s, and of a period with it', (_, events) => {
    const report = reportOf(events)
    expect(problemsBy('day-4')(report)).toEqual([])
    expect(problemsBy('period-4')(buildPeriod([report], { from: DATE, to: DATE }))).toEqual([])
  })

  test('have every part that a daily report is asked for, and refuse one without it', () => {
    const report = reportOf(all)
    const problems = problemsBy('day-4')
    for (const part of Object.keys(report)) {
      const less: Record<string, unknown> = { ...report }
      delete less[part]
      expect(problems(less)).toEqual([` must have required property '${part}'`])
    }
    expect(problems({ ...report, netPnlCents: 1.5 })).toEqual(['/netPnlCents must be integer'])
    expect(problems({ ...report, status: 'fine' })).toHaveLength(1)
  })
})
