import { describe, expect, test } from 'vitest'
import { checksOf } from '../../../src/report/day/checks.ts'
import type { EventOf, JournalEvent } from '../../../src/session/events.ts'

const DATE = '2026-07-17'
/** A day on which the tape has no entry. */
const FLAT = {
  parity: { decisions: 0, reproduced: 0, entries: 0, exits: 0, mismatches: [] },
  replayed: { status: 'no_trade', why: 'no_signal' },
  isCut: false,
} as const

const ended = (change: Partial<EventOf<'session_ended'>>): JournalEvent => ({
  type: 'session_ended',
  status: 'no_trade',
  dayNetPnlCents: 0,
  dayBrokerPnlCents: 0,
  targetDailyCents: 34_177,
  entries: 0,
  decisions: 0,
  skips: {},
  minutesMissed: 0,
  next: null,
  ...change,
})

describe('a day without an entry', () => {
  test('is flat in the replay, too, where the rules were asked all day', () => {
    expect(checksOf([ended({ minutesMissed: 5 })], DATE, FLAT).replay).toMatchObject({
      status: 'no_trade',
      difference: { kind: 'both_flat', differenceCents: 0 },
    })
  })

  test.each([
    ['stopped', { status: 'stopped' }, /the session was stopped/],
    ['paused for a minute', { minutesPaused: 1 }, /paused for 1 minutes/],
    ['without decisions for six minutes', { minutesMissed: 6 }, /6 minutes were missed/],
  ] as const)('has no replay where it was %s: the rules may have entered', (_, change, reason) => {
    const { replay } = checksOf([ended(change)], DATE, FLAT)
    expect(replay).toMatchObject({ status: 'unsettled', reason: expect.stringMatching(reason), difference: null })
  })
})
