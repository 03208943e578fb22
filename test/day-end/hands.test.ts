import { describe, expect, test } from 'vitest'
import { handsOf } from '../../src/day-end/hands.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { at, entryOf } from '../support/desk-samples.ts'
import { journalOf } from '../support/journal-samples.ts'

const olivia = { id: '1', name: 'olivia', via: 'discord' } as const
const ben = { id: '2', name: 'ben', via: 'discord' } as const
const desk = { id: 'desk', name: 'the desk', via: 'system' } as const
const handsIn = (...events: JournalEvent[]) => handsOf(events.map((event, index) => entryOf(event, index + 1)))
const control = (mode: 'ACTIVE' | 'REDUCING' | 'HALTED', actor: typeof olivia | typeof desk, reason = 'lunch') =>
  ({ type: 'control_set', actor, mode, reason }) as const

describe('what was done by hand', () => {
  test('nothing on a day that only the rules traded', () => {
    expect(handsOf(journalOf())).toEqual([])
  })

  test('the switch, with its second person; what the desk itself sets is no hand', () => {
    const hands = handsIn(
      control('REDUCING', olivia),
      { ...control('ACTIVE', olivia), approver: ben },
      control('HALTED', desk),
    )
    expect(hands.map(({ kind, by, approver }) => [kind, by?.name, approver?.name])).toEqual([
      ['paused', 'olivia', undefined],
      ['resumed', 'olivia', 'ben'],
    ])
  })

  test('a drill is none', () => {
    const drill = { drillId: 'd1', actor: olivia }
    expect(handsIn({ type: 'drill_started', ...drill }, { type: 'drill_ended', ...drill, steps: [] })).toEqual([])
  })

  test('a stop, an exit that somebody asked for, and a position that was closed elsewhere', () => {
    const hands = handsIn(
      { type: 'campaign_disarmed', actor: olivia, campaignId: 'c1' },
      {
        type: 'exit_decided',
        tradeId: 't',
        at_ms: at('11:00'),
        reason: 'operator_stop',
        alsoFired: [],
        mid: 1,
        close: 1,
        spot: 742,
        rulePnlCents: 0,
        netPnlCents: 0,
        actor: olivia,
      },
    )
    expect(hands.map(({ kind }) => kind)).toEqual(['stopped', 'closed'])
    expect(hands[1]?.at_ms).toBe(at('11:00'))
    const closed = journalOf().map((entry) =>
      entry.event.type === 'trade_closed'
        ? { ...entry, event: { ...entry.event, reason: 'closed_elsewhere' as const } }
        : entry,
    )
    expect(handsOf(closed).map(({ kind, by }) => [kind, by])).toEqual([['closed_elsewhere', null]])
  })

  test('limits of the day, raised by two and lowered by one', () => {
    const change = {
      limit: 'max_daily_loss',
      from: 1500,
      to: 2000,
      configured: 1500,
      reason: 'news',
      at_ms: at('10:00'),
    } as const
    const hands = handsIn(
      { type: 'day_limit_raised', approvalId: 'a', requester: olivia, approver: ben, ...change },
      { type: 'day_limit_lowered', actor: olivia, ...change, from: 2000, to: 1000 },
    )
    expect(hands.map(({ kind, by, approver, limit }) => [kind, by?.name, approver?.name, limit?.to])).toEqual([
      ['limit_raised', 'olivia', 'ben', 2000],
      ['limit_lowered', 'olivia', undefined, 1000],
    ])
  })
})
