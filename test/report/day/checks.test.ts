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

describe('a day with several trades', () => {
  const MINUTE_MS = 60_000
  const decided = (tradeId: string, at_ms: number): JournalEvent =>
    ({ type: 'entry_decided', tradeId, at_ms, strike: 742, hedgeStrike: null }) as unknown as JournalEvent
  const closed = (tradeId: string, change: Partial<EventOf<'trade_closed'>>): JournalEvent =>
    ({
      ...{ type: 'trade_closed', tradeId, strike: 742, hedgeStrike: null, contracts: 25, entryFill: '1.9' },
      ...{ exitFill: '0.8', exit_ms: 60 * MINUTE_MS, reason: 'profit_target', commissionCents: 3250, ...change },
    }) as unknown as JournalEvent
  const trade = { strike: 742, hedgeStrike: null, contracts: 25, entryFill: 1.9, exitFill: 0.8, feesCents: 3250 }
  const replayed = {
    status: 'traded',
    trades: [
      { ...trade, decided_ms: 0, exit_ms: 60 * MINUTE_MS, end: 'profit_target' },
      { ...trade, decided_ms: 90 * MINUTE_MS, exit_ms: 120 * MINUTE_MS, end: 'stop_loss' },
    ],
  } as const
  const live = (
    change: Partial<EventOf<'trade_closed'>>,
    ...more: readonly JournalEvent[]
  ): readonly JournalEvent[] => [
    decided('a', 0),
    closed('a', { exitFill: '0.81' }),
    decided('b', 91 * MINUTE_MS),
    ...more,
    closed('b', { exit_ms: 121 * MINUTE_MS, ...change }),
    ended({ status: 'traded' }),
  ]
  const difference = (events: readonly JournalEvent[]) =>
    checksOf(events, DATE, { ...FLAT, replayed }).replay?.difference
  const halt = (via: 'discord' | 'system'): JournalEvent => ({
    type: 'control_set',
    actor: { id: 'u1', name: 'Olivia', via },
    mode: 'HALTED',
    reason: 'news',
  })

  test('is paired trade by trade, and they sum to the day', () => {
    const found = difference(live({ reason: 'quotes_lost', exitFill: '1.00' }))
    expect(found).toMatchObject({
      kind: 'matched',
      differenceCents: -52_500,
      split: { price: -2500, engine: -50_000, signal: 0 },
      trades: [
        { kind: 'matched', decided_ms: 0, differenceCents: -2500, split: { price: -2500 } },
        { kind: 'matched', decided_ms: 91 * MINUTE_MS, differenceCents: -50_000, split: { engine: -50_000 } },
      ],
    })
  })

  test.each([
    ['a halt by hand', live({ reason: 'halted', exitFill: '1.00' }, halt('discord')), 'humanStop'],
    ['a halt by the desk itself', live({ reason: 'halted', exitFill: '1.00' }, halt('system')), 'engine'],
    ['a position held to its expiry', live({ reason: 'assigned', exitFill: '1.00' }), 'expiry'],
    ['legs out of balance', live({ reason: 'legs_out_of_balance', exitFill: '1.00' }), 'engine'],
  ] as const)('%s is its own part', (_, events, part) => {
    expect(difference(events)?.split).toMatchObject({ [part]: -50_000, price: -2500, signal: 0 })
  })
})
