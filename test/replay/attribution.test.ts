import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AttributedDay,
  type AttributedTrade,
  attribute,
  PARTS,
  type TradeEnd,
} from '../../src/replay/attribution.ts'
import { replayDay } from '../../src/replay/replay-day.ts'
import { replayedTrade } from '../../src/replay/replayed-trade.ts'
import { centsOf } from '../../src/strategy/exact.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import { config } from '../strategy/fixtures.ts'
import { book, day, mid } from './made-days.ts'

const trade = (changes: Partial<AttributedTrade> = {}): AttributedTrade => ({
  decided_ms: 0,
  strike: 601,
  hedgeStrike: null,
  contracts: 25,
  entryFill: 1.19,
  exitFill: 0.41,
  exit_ms: 60 * MINUTE_MS,
  end: 'profit_target',
  feesCents: 3250,
  ...changes,
})

const traded = (changes: Partial<AttributedTrade> = {}): AttributedDay => ({
  status: 'traded',
  trades: [trade(changes)],
})
const flat = (why: 'not_filled' | 'human' | 'no_signal' = 'no_signal'): AttributedDay => ({ status: 'no_trade', why })

function one(actual: AttributedDay, replayed: AttributedDay) {
  const result = attribute([{ date: '2026-07-17', actual, replayed }])
  const [only] = result.days
  if (only === undefined) throw new Error('expected a paired day')
  return only
}

const NOTHING = { signal: 0, missedFill: 0, price: 0, fees: 0, expiry: 0, humanStop: 0, engine: 0 }

describe('live against replay', () => {
  test('the same trade at other prices is price, and other fees are fees', () => {
    const found = one(traded({ entryFill: 1.18, exitFill: 0.43, feesCents: 250 }), traded())
    expect(found.kind).toBe('matched')
    // A cent at the entry and two at the exit on 2,500 shares; $30 of fees less.
    expect(found.split).toEqual({ ...NOTHING, price: -7500, fees: 3000 })
    expect(found.differenceCents).toBe(-4500)
  })

  test('contracts that were not filled are missed fill, at the prices of the replay', () => {
    const found = one(traded({ contracts: 20, feesCents: 2600 }), traded())
    expect(found.split).toEqual({ ...NOTHING, missedFill: -39_000, fees: 650 })
  })

  test.each<[string, Partial<AttributedTrade>, string]>([
    ['a person closed it', { end: 'human', exitFill: 0.8 }, 'humanStop'],
    ['it expired', { end: 'expiry', exitFill: 0 }, 'expiry'],
    ['another rule closed it', { end: 'stop_loss', exitFill: 1.7 }, 'signal'],
    ['the same rule closed it an hour later', { exit_ms: 120 * MINUTE_MS, exitFill: 0.5 }, 'signal'],
    ['the desk closed it by itself', { end: 'engine', exitFill: 0.5 }, 'engine'],
  ])('where %s the exit is its own part', (_name, changes, part) => {
    const found = one(traded(changes), traded())
    expect(found.split).toEqual({ ...NOTHING, [part]: found.differenceCents })
    expect(found.differenceCents).not.toBe(0)
  })

  test('another strike, or another half hour, is another signal', () => {
    for (const changes of [{ strike: 602 }, { decided_ms: 30 * MINUTE_MS }]) {
      expect(one(traded({ ...changes, entryFill: 1 }), traded()).split).toEqual({ ...NOTHING, signal: -47_500 })
    }
  })

  test('a trade that the desk did not make is missed, by what kept it from it', () => {
    const net = (119 - 41) * 2500 - 3250
    expect(one(flat('not_filled'), traded())).toMatchObject({ kind: 'missed', split: { missedFill: -net } })
    expect(one(flat('human'), traded())).toMatchObject({ kind: 'missed', split: { humanStop: -net } })
    expect(one(flat('no_signal'), traded())).toMatchObject({ kind: 'missed', split: { signal: -net } })
  })

  test('a trade that the replay does not make is extra, all of it signal', () => {
    expect(one(traded(), flat())).toMatchObject({ kind: 'extra', differenceCents: 191_750, split: { signal: 191_750 } })
    expect(one(flat(), flat())).toMatchObject({ kind: 'both_flat', differenceCents: 0, split: NOTHING })
  })

  test('of a day with several trades each is paired with its own entry, and the rest by order', () => {
    const [first, second] = [trade(), trade({ decided_ms: 120 * MINUTE_MS, exit_ms: 150 * MINUTE_MS, entryFill: 0.9 })]
    const late = { ...second, exitFill: 0.45 }
    const both = one({ status: 'traded', trades: [first, late] }, { status: 'traded', trades: [first, second] })
    expect(both.trades).toMatchObject([
      { kind: 'matched', decided_ms: 0, differenceCents: 0 },
      { kind: 'matched', decided_ms: 120 * MINUTE_MS, differenceCents: -10_000, split: { price: -10_000 } },
    ])
    expect(both.split).toEqual({ ...NOTHING, price: -10_000 })
    // The desk made the second alone: it is that one's pair, and the first is missed.
    const missed = one(
      { status: 'traded', trades: [late], why: 'human' },
      { status: 'traded', trades: [first, second] },
    )
    expect(missed.trades).toMatchObject([
      { kind: 'matched', decided_ms: 120 * MINUTE_MS, split: { price: -10_000 } },
      { kind: 'missed', decided_ms: 0, split: { humanStop: -191_750 } },
    ])
    expect(missed).toMatchObject({ kind: 'matched', split: { price: -10_000, humanStop: -191_750 } })
    const extra = one({ status: 'traded', trades: [first, late] }, { status: 'traded', trades: [first] })
    expect(extra.trades).toMatchObject([{ kind: 'matched' }, { kind: 'extra', decided_ms: 120 * MINUTE_MS }])
  })

  test('an entry that was given up is a missed fill beside another trade, not another signal', () => {
    const later = trade({ decided_ms: 30 * MINUTE_MS, strike: 602 })
    const day = one({ status: 'traded', trades: [later], givenUp: [trade()] }, { status: 'traded', trades: [trade()] })
    expect(day.trades).toMatchObject([
      { kind: 'extra', split: { signal: 191_750 } },
      { kind: 'missed', split: { missedFill: -191_750 } },
    ])
  })

  test('a day that one side did not settle is in no sum, and named', () => {
    const reason = 'the data ended with the position open'
    const open: AttributedDay = { status: 'unsettled', reason }
    const result = attribute([
      { date: '2026-07-17', actual: traded(), replayed: open },
      { date: '2026-07-20', actual: traded(), replayed: traded() },
    ])
    expect(result).toMatchObject({ matched: 1, actualCents: 191_750, differenceCents: 0 })
    expect(result.unpaired).toEqual([{ date: '2026-07-17', reason: `replay: ${reason}` }])
  })

  test('a replayed day stands as it was replayed', () => {
    const result = replayDay(day([book('09:50:00', mid(1.2)), book('10:00:00', mid(0.4))]), config())
    const replayed = replayedTrade(result, config())
    const paired = one(flat(), replayed)
    expect(paired.replayCents).toBe(centsOf(result.netPnl ?? 0))
    expect(replayedTrade(replayDay(day([book('09:50:00', mid(1.2))]), config()), config()).status).toBe('unsettled')
  })

  test('prop_parts_sum_to_the_difference', () => {
    const price = fc.integer({ min: 0, max: 50_000 }).map((value) => value / 10_000)
    const ends = fc.constantFrom<TradeEnd>('profit_target', 'stop_loss', 'human', 'expiry', 'operator_stop', 'engine')
    const trades = fc.record({
      decided_ms: fc.integer({ min: 0, max: 20 }).map((minutes) => minutes * MINUTE_MS),
      strike: fc.constantFrom(601, 602),
      hedgeStrike: fc.constantFrom(null, 596),
      contracts: fc.constantFrom(1, 7, 25),
      entryFill: price,
      exitFill: price,
      exit_ms: fc.integer({ min: 20, max: 90 }).map((minutes) => minutes * MINUTE_MS),
      end: ends,
      feesCents: fc.integer({ min: 0, max: 5000 }),
    })
    const days = fc.oneof(
      fc
        .record({
          trades: fc.array(trades, { minLength: 1, maxLength: 4 }),
          givenUp: fc.array(trades, { maxLength: 2 }),
          why: fc.constantFrom('human', 'no_signal'),
        })
        .map((made): AttributedDay => ({ status: 'traded', ...made })),
      fc.constantFrom('not_filled', 'human', 'no_signal').map(flat),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(days, days), { maxLength: 20 }), (made) => {
        const pairs = made.map(([actual, replayed], index) => ({ date: `day ${index}`, actual, replayed }))
        const result = attribute(pairs)
        const total = PARTS.reduce((sum, part) => sum + result.split[part], 0)
        expect(total).toBe(result.differenceCents)
        expect(result.differenceCents).toBe(result.actualCents - result.replayCents)
        for (const one of result.days) {
          for (const each of one.trades) {
            expect(PARTS.reduce((sum, part) => sum + each.split[part], 0)).toBe(each.differenceCents)
          }
          expect(one.trades.reduce((sum, each) => sum + each.differenceCents, 0)).toBe(one.differenceCents)
        }
        expect(result.matched + result.missed + result.extra + result.bothFlat).toBe(pairs.length)
      }),
    )
  })
})
