/** What holds of every decision of the watchdog, whatever it finds at the broker. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BrokerOrder, type OrderStatus, TERMINAL_ORDER_STATUSES } from '../../src/broker/port.ts'
import { decide } from '../../src/watchdog/decide.ts'
import { exposureOf } from '../../src/watchdog/exposure.ts'
import { closesIn, facts, LIMITS, LONG, order, PREFIX, position, QUOTES, SHORT } from './samples.ts'

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
