import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type BrokerOrder,
  type BrokerPosition,
  type OrderStatus,
  TERMINAL_ORDER_STATUSES,
} from '../../src/broker/port.ts'
import type { Quote } from '../../src/strategy/types.ts'
import { type Action, decide, type Facts, WATCHDOG_DEFAULTS, type WatchdogLimits } from '../../src/watchdog/decide.ts'
import { exposureOf } from '../../src/watchdog/exposure.ts'

const DATE = '2026-07-17'
const NOW_MS = Date.parse('2026-07-17T11:00:00-04:00')
const SHORT = 'SPY260717P00747000'
const LONG = 'SPY260717P00742000'
const PREFIX = 'p4d-25k-20260717-'

const LIMITS: WatchdogLimits = {
  ...WATCHDOG_DEFAULTS,
  silentMax_ms: 30_000,
  exitWait_s: 5,
  exitLimitAttempts: 2,
}

const quote = (bid: number, ask: number): Quote => ({ bid, ask, t_ms: NOW_MS - 1000 })
const QUOTES = new Map([
  [SHORT, quote(1.2, 1.23)],
  [LONG, quote(0.31, 0.33)],
])

interface OrderSeed {
  readonly id?: string
  readonly status?: OrderStatus
  readonly qty?: number
  readonly filled?: number
  readonly symbols?: readonly string[]
  readonly limitPrice?: string | null
  readonly age_ms?: number
}

/** `open-1` of a spread, or another id; a close buys what an opening sold. */
function order(what: string, seed: OrderSeed = {}): BrokerOrder {
  const { status = 'filled', qty = 25, symbols = [SHORT, LONG], limitPrice = '0.90', age_ms = 60_000 } = seed
  const filled = seed.filled ?? (status === 'filled' ? qty : 0)
  const opens = !what.includes('close')
  return {
    id: `broker-${what}`,
    clientOrderId: seed.id ?? `${PREFIX}${what}`,
    status,
    qty,
    filledQty: filled,
    filledAvgPrice: filled > 0 ? '0.90' : null,
    limitPrice,
    legs: symbols.map((symbol) => ({
      symbol,
      side: (symbol === SHORT) === opens ? 'sell' : 'buy',
      filledQty: filled,
      filledAvgPrice: filled > 0 ? '0.90' : null,
    })),
    submittedAt_ms: NOW_MS - age_ms,
    updatedAt_ms: NOW_MS - age_ms,
  }
}

const position = (symbol: string, qty: number): BrokerPosition => ({ symbol, qty, avgEntryPrice: '1.00' })
const SPREAD = [position(SHORT, -25), position(LONG, 25)]

function facts(change: Partial<Facts> = {}): Facts {
  return {
    profile: '25k',
    date: DATE,
    now_ms: NOW_MS,
    isOpen: true,
    silent_ms: 31_000,
    acting_ms: 0,
    orders: [order('open-1')],
    positions: SPREAD,
    quotes: QUOTES,
    ...change,
  }
}

const closesIn = (actions: readonly Action[]) =>
  actions.flatMap((action) => (action.kind === 'close' ? [action.request] : []))

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

const statuses = fc.constantFrom<OrderStatus>(
  'new',
  'partially_filled',
  'pending_cancel',
  'canceled',
  'filled',
  'rejected',
)
const someOrder = fc
  .record({
    what: fc.constantFrom('open-1', 'open-2', 'close-1', 'close-2', 'close-4', 'by-hand-close', 'by-hand'),
    status: statuses,
    qty: fc.integer({ min: 1, max: 40 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    symbols: fc.constantFrom([SHORT], [LONG], [SHORT, LONG]),
    limitPrice: fc.constantFrom('0.90', null),
    age_ms: fc.integer({ min: 0, max: 20_000 }),
  })
  .map(({ what, share, ...seed }) => {
    const filled = seed.status === 'filled' ? seed.qty : Math.floor(share * (seed.qty - 1))
    return order(what, { ...seed, filled, ...(what.startsWith('by-hand') ? { id: what } : {}) })
  })
const someFacts = fc
  .record({
    orders: fc.uniqueArray(someOrder, { maxLength: 7, selector: ({ clientOrderId }) => clientOrderId }),
    short: fc.integer({ min: -40, max: 40 }),
    long: fc.integer({ min: -40, max: 40 }),
    silent_ms: fc.integer({ min: 0, max: 60_000 }),
    acting_ms: fc.integer({ min: 0, max: 20_000 }),
    isOpen: fc.boolean(),
    quoted: fc.boolean(),
  })
  .map(({ orders, short, long, quoted, ...rest }) =>
    facts({
      orders,
      positions: [position(SHORT, short), position(LONG, long)].filter(({ qty }) => qty !== 0),
      quotes: quoted ? QUOTES : new Map(),
      ...rest,
    }),
  )

const isWorking = ({ status }: BrokerOrder) => !TERMINAL_ORDER_STATUSES.has(status)

describe('properties', () => {
  test('prop_a_close_never_crosses_zero_and_is_never_larger_than_open_less_working_closes', () => {
    fc.assert(
      fc.property(someFacts, (given) => {
        for (const request of closesIn(decide(given, LIMITS).actions)) {
          expect(request.qty).toBeGreaterThanOrEqual(1)
          for (const { symbol, side, positionIntent } of request.legs) {
            const held = given.positions.find((one) => one.symbol === symbol)?.qty ?? 0
            expect(side).toBe(held < 0 ? 'buy' : 'sell')
            expect(positionIntent).toBe(held < 0 ? 'buy_to_close' : 'sell_to_close')
            const working = given.orders
              .filter(isWorking)
              .flatMap(({ qty, legs }) => legs.map((leg) => ({ ...leg, left: qty - leg.filledQty })))
              .filter((leg) => leg.symbol === symbol && leg.side === side)
              .reduce((sum, { left }) => sum + left, 0)
            expect(request.qty).toBeLessThanOrEqual(Math.abs(held) - working)
          }
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('prop_the_same_facts_give_the_same_order_and_its_id_is_new_at_the_broker', () => {
    fc.assert(
      fc.property(someFacts, (given) => {
        const once = decide(given, LIMITS)
        const shuffled = { ...given, orders: [...given.orders].reverse(), positions: [...given.positions].reverse() }
        expect(closesIn(decide(shuffled, LIMITS).actions)).toEqual(closesIn(once.actions))
        const used = new Set(given.orders.map(({ clientOrderId }) => clientOrderId))
        for (const { clientOrderId } of closesIn(once.actions)) expect(used.has(clientOrderId)).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  test('prop_nothing_while_an_engine_was_seen_and_never_two_closes', () => {
    fc.assert(
      fc.property(someFacts, (given) => {
        const { actions } = decide(given, LIMITS)
        if (given.silent_ms < LIMITS.silentMax_ms) expect(actions).toEqual([])
        const own = given.orders.filter((one) => isWorking(one) && one.clientOrderId.startsWith(`${PREFIX}close-`))
        expect(closesIn(actions).length).toBeLessThanOrEqual(own.length > 0 ? 0 : 1)
      }),
      { numRuns: 2000 },
    )
  })

  test('prop_it_cancels_only_working_orders_of_this_desk', () => {
    fc.assert(
      fc.property(someFacts, (given) => {
        for (const action of decide(given, LIMITS).actions) {
          if (action.kind !== 'cancel') continue
          expect(isWorking(action.order)).toBe(true)
          expect(action.order.clientOrderId.startsWith(PREFIX)).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('prop_what_counts_as_exposure_is_never_more_than_the_broker_reports', () => {
    fc.assert(
      fc.property(someFacts, (given) => {
        const { shorts, longs } = exposureOf(given)
        for (const { symbol, qty } of [...shorts, ...longs]) {
          expect(qty).toBeLessThanOrEqual(Math.abs(given.positions.find((one) => one.symbol === symbol)?.qty ?? 0))
        }
      }),
    )
  })
})
