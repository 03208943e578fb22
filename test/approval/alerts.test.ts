import { describe, expect, test } from 'vitest'
import { AlertBook, DAILY_MS, isCritical, openAlertsOf, REPEATS, repeatDue } from '../../src/approval/alerts.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import { DAY_EVENTS, entryOf } from '../support/desk-samples.ts'

const OLIVIA = { id: 'u1', name: 'Olivia', via: 'discord' } as const
const ALERT: JournalEvent = { type: 'engine_alert', code: 'engine_silent', message: 'silent', critical: true }
const repeated = (number: number): JournalEvent => ({
  type: 'alert_repeated',
  alertNo: 1,
  title: 'x',
  alert_wall_ms: 0,
  number,
  of: REPEATS.length,
})

function bookOf(...events: readonly JournalEvent[]) {
  const book = new AlertBook()
  events.forEach((event, index) => {
    book.add(entryOf(event, index + 1, { atWall_ms: 0 }))
  })
  const alert = book.get(1)
  if (alert === null) throw new Error('expected an alert')
  return alert
}

describe('alerts', () => {
  test('a winning day has none', () => {
    expect(DAY_EVENTS.filter(isCritical)).toEqual([])
  })

  test('is repeated less and less often, each time from the post before, in the end once a day without end', () => {
    const events: JournalEvent[] = [ALERT]
    let posted_ms = 1_000
    const waits_ms = [...REPEATS, ...Array.from({ length: 40 }, () => DAILY_MS)]
    waits_ms.forEach((wait_ms, index) => {
      const alert = bookOf(...events)
      expect(repeatDue(alert, posted_ms, posted_ms + wait_ms - 1)).toBeNull()
      expect(repeatDue(alert, posted_ms, posted_ms + wait_ms)).toBe(index + 1)
      expect(wait_ms).toBeGreaterThanOrEqual(waits_ms[index - 1] ?? 0)
      events.push(repeated(index + 1))
      posted_ms += wait_ms
    })
    const minutes = REPEATS.map((wait_ms) => wait_ms / MINUTE_MS)
    expect(minutes.slice(0, 7)).toEqual([2, 5, 10, 20, 40, 60, 60])
    const whole_min = minutes.reduce((sum, wait_min) => sum + wait_min, 0)
    expect(whole_min).toBeLessThanOrEqual(24 * 60)
    expect(whole_min).toBeGreaterThan(23 * 60)
  })

  test('is not repeated before it was posted, or once acknowledged, be it long past', () => {
    const wait_ms = REPEATS[0] ?? 0
    expect(repeatDue(bookOf(ALERT), null, wait_ms)).toBeNull()
    const acknowledged = { type: 'alert_acknowledged', alertNo: 1, actor: OLIVIA, after_ms: 5 } as const
    expect(repeatDue(bookOf(ALERT, acknowledged), 0, wait_ms)).toBeNull()
    expect(repeatDue(bookOf(ALERT, acknowledged), 0, 9 * DAILY_MS)).toBeNull()
    expect(repeatDue(bookOf(ALERT), 0, 9 * DAILY_MS)).toBe(1)
  })

  test('the first acknowledgement counts; entries seen twice change nothing', () => {
    const ack = (name: string) =>
      ({ type: 'alert_acknowledged', alertNo: 1, actor: { ...OLIVIA, name }, after_ms: 5 }) as const
    const alert = bookOf(ALERT, ack('Olivia'), ack('Amir'), repeated(1), repeated(1))
    expect(alert.acknowledged?.actor.name).toBe('Olivia')
    expect(alert.repeats).toHaveLength(1)
  })

  test('are forgotten with the day they were settled on, and what was said of one that is read later waits for it', () => {
    const book = new AlertBook()
    const on = (event: JournalEvent, feedNo: number, date: string) =>
      book.add({ ...entryOf(event, feedNo, { atWall_ms: 0 }), date })
    const ack = (alertNo: number) => ({ type: 'alert_acknowledged', alertNo, actor: OLIVIA, after_ms: 5 }) as const
    on(ALERT, 1, '2026-07-15')
    on(repeated(1), 2, '2026-07-16')
    on(ALERT, 3, '2026-07-16')
    on(ack(9), 4, '2026-07-16')
    on(ack(1), 5, '2026-07-15')
    book.forgetBefore('2026-07-16')
    expect(book.all().map(({ alertNo }) => alertNo)).toEqual([3])
    on(ALERT, 9, '2026-07-16')
    expect(book.get(9)?.acknowledged?.actor).toEqual(OLIVIA)
    on(ack(1), 10, '2026-07-17')
    expect(book.get(1)).toBeNull()
    book.forgetBefore('2026-07-18')
    on(ALERT, 1, '2026-07-18')
    // Nothing of the forgotten one is left.
    expect(book.get(1)).toMatchObject({ acknowledged: null, repeats: [] })
  })

  test('still to be taken are those that nobody acknowledged, however old, and no drill', () => {
    const book = new AlertBook()
    const drill: JournalEvent = { ...ALERT, code: 'drill' }
    const events: JournalEvent[] = [ALERT, drill, ALERT]
    events.forEach((event, index) => {
      book.add(entryOf(event, index + 1, { atWall_ms: 0 }))
    })
    expect(openAlertsOf(book).map(({ alertNo }) => alertNo)).toEqual([1, 3])
    book.forgetBefore('2099-01-01')
    expect(openAlertsOf(book).map(({ alertNo }) => alertNo)).toEqual([1, 3])
    expect(book.get(2)).toBeNull()
    book.add(entryOf({ type: 'alert_acknowledged', alertNo: 1, actor: OLIVIA, after_ms: 5 }, 4))
    expect(openAlertsOf(book).map(({ alertNo }) => alertNo)).toEqual([3])
  })
})
