import { describe, expect, test } from 'vitest'
import { decide } from '../../src/watchdog/decide.ts'
import { closesIn, facts, LIMITS, LONG, NOW_MS, order, PREFIX, position, quote, SHORT } from './samples.ts'

describe('with an engine lately', () => {
  test('nothing is done, whatever is open', () => {
    expect(decide(facts({ silent_ms: 29_999 }), LIMITS)).toEqual({ state: 'watched', actions: [] })
  })
})

describe('without an engine', () => {
  test('a spread is closed as one order of whole units at the touch, under the id a worker would use', () => {
    expect(decide(facts(), LIMITS)).toEqual({
      state: 'exposed',
      actions: [
        {
          kind: 'close',
          request: {
            clientOrderId: `${PREFIX}close-1`,
            qty: 25,
            legs: [
              { symbol: SHORT, side: 'buy', positionIntent: 'buy_to_close' },
              { symbol: LONG, side: 'sell', positionIntent: 'sell_to_close' },
            ],
            limitPrice: '0.92',
          },
        },
      ],
    })
  })

  test('a put alone is bought back at the ask', () => {
    const orders = [order('open-1', { symbols: [SHORT] })]
    const [request] = closesIn(decide(facts({ orders, positions: [position(SHORT, -25)] }), LIMITS).actions)
    expect(request).toMatchObject({ qty: 25, limitPrice: '1.23', legs: [{ symbol: SHORT }] })
  })

  test('legs out of balance: whole spreads first, then the short leg, then the long one', () => {
    const orders = [order('open-1')]
    const both = decide(facts({ orders, positions: [position(SHORT, -25), position(LONG, 20)] }), LIMITS)
    expect(closesIn(both.actions)[0]).toMatchObject({ qty: 20, legs: [{ symbol: SHORT }, { symbol: LONG }] })
    const short = decide(facts({ orders, positions: [position(SHORT, -5)] }), LIMITS)
    expect(closesIn(short.actions)[0]).toMatchObject({ qty: 5, legs: [{ positionIntent: 'buy_to_close' }] })
    const long = decide(facts({ orders, positions: [position(LONG, 5)] }), LIMITS)
    expect(closesIn(long.actions)[0]).toMatchObject({
      qty: 5,
      legs: [{ symbol: LONG, positionIntent: 'sell_to_close' }],
      limitPrice: '0.31',
    })
  })

  test('a long leg that nobody bids for is left to expire', () => {
    const quotes = new Map([[LONG, quote(0, 0.01)]])
    expect(decide(facts({ positions: [position(LONG, 25)], quotes }), LIMITS)).toEqual({ state: 'flat', actions: [] })
  })

  test('working openings are canceled first, and closing waits for them, but not for ever', () => {
    const opening = order('open-2', { status: 'partially_filled', filled: 10 })
    const positions = [position(SHORT, -10), position(LONG, 10)]
    const first = decide(facts({ orders: [opening], positions }), LIMITS)
    expect(first).toEqual({ state: 'exposed', actions: [{ kind: 'cancel', order: opening, why: 'opening' }] })
    const hanging = { ...opening, status: 'pending_cancel' as const }
    expect(decide(facts({ orders: [hanging], positions, acting_ms: 9000 }), LIMITS).actions).toEqual([])
    const later = decide(facts({ orders: [hanging], positions, acting_ms: 10_000 }), LIMITS)
    expect(closesIn(later.actions)[0]).toMatchObject({ clientOrderId: `${PREFIX}close-1`, qty: 10 })
  })

  test('a working close is adopted: waited for, then canceled for a better price, never doubled', () => {
    const young = order('close-1', { status: 'new', age_ms: 4999 })
    expect(decide(facts({ orders: [order('open-1'), young] }), LIMITS)).toEqual({ state: 'exposed', actions: [] })
    const old = order('close-1', { status: 'partially_filled', filled: 5, age_ms: 5000 })
    expect(decide(facts({ orders: [order('open-1'), old] }), LIMITS).actions).toEqual([
      { kind: 'cancel', order: old, why: 're-price' },
    ])
    const market = order('close-1', { status: 'new', limitPrice: null })
    expect(decide(facts({ orders: [order('open-1'), market] }), LIMITS).actions).toEqual([])
  })

  test('the attempt follows the highest one at the broker, and goes to market after the configured limits', () => {
    const ended = [order('open-1'), order('close-1', { status: 'canceled', filled: 5 })]
    const positions = [position(SHORT, -20), position(LONG, 20)]
    const second = closesIn(decide(facts({ orders: ended, positions }), LIMITS).actions)[0]
    expect(second).toMatchObject({ clientOrderId: `${PREFIX}close-2`, qty: 20, limitPrice: '0.92' })
    const third = [...ended, order('close-3', { status: 'rejected' })]
    expect(closesIn(decide(facts({ orders: third, positions }), LIMITS).actions)[0]).toMatchObject({
      clientOrderId: `${PREFIX}close-4`,
      limitPrice: null,
    })
  })

  test('without a usable quote, or with an old one, it closes at market', () => {
    const quotes = [
      new Map(),
      new Map([
        [SHORT, { ...quote(1, 1.1), t_ms: NOW_MS - 61_000 }],
        [LONG, quote(0.1, 0.2)],
      ]),
    ]
    for (const each of quotes) {
      expect(closesIn(decide(facts({ quotes: each }), LIMITS).actions)[0]?.limitPrice).toBeNull()
    }
  })

  test('what a person traded by hand in the account is left alone', () => {
    const manual = { ...order('x'), clientOrderId: 'by-hand' }
    expect(decide(facts({ orders: [manual] }), LIMITS).state).toBe('flat')
    const more = decide(facts({ positions: [position(SHORT, -30), position(LONG, 30)] }), LIMITS)
    expect(closesIn(more.actions)[0]?.qty).toBe(25)
    const less = decide(facts({ positions: [position(SHORT, -10), position(LONG, 10)] }), LIMITS)
    expect(closesIn(less.actions)[0]?.qty).toBe(10)
  })

  test('a close that somebody else has working is taken off the quantity', () => {
    const theirs = order('close by hand', { id: 'by-hand', status: 'new', qty: 15 })
    const [request] = closesIn(decide(facts({ orders: [order('open-1'), theirs] }), LIMITS).actions)
    expect(request?.qty).toBe(10)
  })

  test('other expiries, other underlyings and other profiles are not touched', () => {
    const foreign = [position('SPY260720P00747000', -25), position('QQQ260717P00500000', -25), position('SPY', -100)]
    expect(decide(facts({ positions: foreign }), LIMITS).state).toBe('flat')
    expect(decide(facts({ profile: '2k' }), LIMITS).state).toBe('flat')
  })

  test('with the market closed nothing is sent, openings are still canceled', () => {
    const opening = order('open-2', { status: 'new' })
    const decision = decide(facts({ isOpen: false, orders: [order('open-1'), opening], acting_ms: 60_000 }), LIMITS)
    expect(decision).toEqual({ state: 'exposed', actions: [{ kind: 'cancel', order: opening, why: 'opening' }] })
  })

  test('after too many closes it sends no more and says so', () => {
    const orders = [order('open-1'), order('close-500', { status: 'canceled' })]
    expect(decide(facts({ orders }), LIMITS)).toEqual({ state: 'given_up', actions: [] })
  })
})
