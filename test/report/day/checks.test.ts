import { describe, expect, test } from 'vitest'
import { checksOf } from '../../../src/report/day/checks.ts'
import type { EventOf, JournalEvent } from '../../../src/session/events.ts'

const DATE = '2026-07-17'
const MINUTE_MS = 60_000
/** A day on which the tape has no entry. */
const FLAT = {
  parity: { decisions: 0, reproduced: 0, entries: 0, exits: 0, mismatches: [] },
  replayed: { status: 'no_trade', why: 'no_signal' },
  mayEnter: true,
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
    ['paused for a minute', { minutesPaused: 1 }, /paused for 1 minute:/],
    ['without decisions for six minutes', { minutesMissed: 6 }, /6 minutes were missed/],
  ] as const)('has no replay where it was %s: the rules may have entered', (_, change, reason) => {
    const { replay } = checksOf([ended(change)], DATE, FLAT)
    expect(replay).toMatchObject({ status: 'unsettled', reason: expect.stringMatching(reason), difference: null })
  })
})

describe('a day on which the rules traded', () => {
  const window: JournalEvent = { type: 'session_started', windowOpen_ms: 0 } as unknown as JournalEvent
  const asked = (...minutes: readonly number[]): readonly JournalEvent[] =>
    minutes.map(
      (minute) => ({ type: 'decision', at_ms: minute * MINUTE_MS + 1000, action: 'skip' }) as unknown as JournalEvent,
    )
  const at = (minute: number) => ({
    ...{ decided_ms: minute * MINUTE_MS + 1000, exit_ms: 90 * MINUTE_MS, end: 'profit_target' as const },
    ...{ strike: 742, hedgeStrike: null, contracts: 25, entryFill: 1.9, exitFill: 0.8, feesCents: 3250 },
  })
  const replay = (
    minute: number,
    decisions: readonly JournalEvent[],
    end: Partial<EventOf<'session_ended'>>,
    mayEnter = false,
  ) => {
    const parity = { ...FLAT.parity, entries: decisions.length }
    const replayed = { status: 'traded', trades: [at(minute)] } as const
    return checksOf([window, ...decisions, ended(end)], DATE, { ...FLAT, parity, replayed, mayEnter }).replay
  }

  test('has no replay where a pause or a hole came before their entry: they may have entered in it', () => {
    expect(replay(9, asked(0, 1, 9), { minutesPaused: 7 })?.reason).toMatch(/paused for 7 minutes/)
    expect(replay(9, asked(0, 1, 9), { minutesMissed: 7 })?.reason).toMatch(/^7 minutes were missed/)
    expect(replay(9, asked(0, 1, 2, 8, 9), { minutesMissed: 5 })).toMatchObject({ status: 'traded' })
  })

  test('has one where they were not asked after their last entry, or before the desk was armed', () => {
    expect(replay(2, asked(0, 1, 2), { minutesPaused: 30 })).toMatchObject({ status: 'traded', reason: null })
    expect(replay(2, asked(0, 1, 2), { minutesMissed: 30, status: 'stopped' })).toMatchObject({ status: 'traded' })
    expect(replay(60, asked(60), {})).toMatchObject({ status: 'traded', reason: null })
  })

  test('has none where another entry was left and they were not asked to the end', () => {
    expect(replay(2, asked(0, 1, 2), { minutesPaused: 30 }, true)?.reason).toMatch(/paused for 30 minutes/)
    expect(replay(2, asked(0, 1, 2), { minutesMissed: 30 }, true)?.reason).toMatch(/^30 minutes were missed/)
    expect(replay(2, asked(0, 1, 2), { status: 'stopped' }, true)?.reason).toMatch(/session was stopped/)
    expect(replay(2, asked(0, 1, 2), {}, true)).toMatchObject({ status: 'traded' })
  })
})

describe('a day with several trades', () => {
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
    checksOf(events, DATE, { ...FLAT, mayEnter: false, replayed }).replay?.difference
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
