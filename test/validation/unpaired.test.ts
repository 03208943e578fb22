import { describe, expect, test } from 'vitest'
import { NO_CHECKS } from '../../src/report/day/checks-schema.ts'
import type { DayDocument } from '../../src/report/day/schema.ts'
import type { EventOf, JournalEvent } from '../../src/session/events.ts'
import { driftFacts } from '../../src/validation/verdict/drift.ts'
import { unpairedKind } from '../../src/validation/verdict/unpaired.ts'
import { driftLines } from '../../src/validation/verdict/verdict-text.ts'
import { closedTrade } from '../support/closed-trade.ts'
import { madeDays, registration } from './verdict-days.ts'

const PARITY = {
  decisions: 3,
  reproduced: 3,
  entries: 2,
  exits: 1,
  journalDecisions: 2,
  complete: true,
  mismatches: [],
}
const UNSETTLED: DayDocument['checks'] = {
  parity: PARITY,
  replay: { status: 'unsettled', reason: 'no quotes of it', netPnlCents: null, difference: null },
  reason: null,
}
const because = (reason: string): DayDocument['checks'] => ({
  ...UNSETTLED,
  replay: { status: 'unsettled', reason, netPnlCents: null, difference: null },
})
const ended = (reason: EventOf<'trade_closed'>['reason']): JournalEvent[] =>
  closedTrade('2026-07-17-1', 100).map((event) => (event.type === 'trade_closed' ? { ...event, reason } : event))
const over = (minutes: Partial<EventOf<'session_ended'>>): JournalEvent =>
  ({ type: 'session_ended', status: 'no_trade', minutesMissed: 0, ...minutes }) as unknown as JournalEvent
// Only that there is one matters.
const abandoned = { type: 'entry_abandoned' } as unknown as JournalEvent

const HALT: JournalEvent = {
  type: 'control_set',
  actor: { id: 'u1', name: 'Olivia', via: 'discord' },
  mode: 'HALTED',
  reason: 'news',
}

describe('a day without a pair', () => {
  test.each([
    ['a fill that was missed', 'no_trade', [abandoned], UNSETTLED, 'missed fill'],
    ['a person’s exit', 'traded', ended('closed_elsewhere'), UNSETTLED, 'ended by a person'],
    ['a stopped session', 'stopped', [], UNSETTLED, 'ended by a person'],
    ['an exit of the desk’s own', 'traded', ended('quotes_lost'), UNSETTLED, 'ended by the desk'],
    ['a halt of the desk’s own', 'traded', ended('halted'), UNSETTLED, 'ended by the desk'],
    ['a halt by hand', 'traded', [HALT, ...ended('halted')], UNSETTLED, 'ended by a person'],
    ['a position held to its expiry', 'traded', ended('expired'), UNSETTLED, 'position left open'],
    ['another position', 'traded', ended('stop_loss'), UNSETTLED, 'held something else'],
    ['a pause', 'no_trade', [over({ minutesPaused: 3, minutesMissed: 9 })], UNSETTLED, 'paused'],
    ['a pause before a trade', 'traded', ended('stop_loss'), because('the desk was paused for 7 minutes'), 'paused'],
    ['minutes missed before one', 'traded', ended('stop_loss'), because('7 minutes were missed'), 'minutes missed'],
    ['a broker away', 'no_trade', [over({ minutesMissed: 9 })], UNSETTLED, 'minutes missed'],
    ['no tape', 'traded', [], NO_CHECKS, 'no whole tape'],
    ['an open position', 'incomplete', [], UNSETTLED, 'position left open'],
  ] as const)('says why: %s', (_, status, events, checks, kind) => {
    expect(unpairedKind({ status, checks }, events)).toBe(kind)
  })

  test('is counted by why beside live − replay', () => {
    const days = madeDays([1000, 2000, 3000, 0]).map((day, at) => ({
      ...day,
      replayNetPnlCents: at === 0 ? 1000 : null,
      unpaired: at === 1 || at === 2 ? ('missed fill' as const) : null,
    }))
    const drift = driftFacts(days, registration)
    expect(drift).toMatchObject({ paired: 1, unpaired: 3, unpairedBy: { 'missed fill': 2, 'not replayed': 1 } })
    const counts = { days: 4, withEntry: 3, noSession: 0, incomplete: 0, overridden: 0, stopped: 0 }
    expect(driftLines({ drift, counts })).toContain('not paired: missed fill 2, not replayed 1')
  })
})
