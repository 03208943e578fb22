import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BrokerActivity, BrokerOrder, BrokerPosition, OrderStatus } from '../../src/broker/port.ts'
import { reconcile, reconcileInFull } from '../../src/session/reconcile.ts'
import type { OrderState, SessionState } from '../../src/session/state.ts'
import { at, type Desk, holdingDesk, watchingDesk } from '../support/session.ts'

const SHORT = 'SPY260717P00742000'
const LONG = 'SPY260717P00737000'
const OPEN = 'p4d-25k-20260717-open-1'
const CLOSE = 'p4d-25k-20260717-close-1'

const desks: readonly Desk[] = [watchingDesk(), holdingDesk()]

const status = fc.constantFrom<OrderStatus>(
  'new',
  'partially_filled',
  'pending_cancel',
  'filled',
  'canceled',
  'rejected',
)
const filledQty = fc.constantFrom(0, 10, 25)

const brokerOrder: fc.Arbitrary<BrokerOrder> = fc
  .record({ id: fc.constantFrom(OPEN, CLOSE, `${OPEN.slice(0, -1)}2`, 'by-hand'), status, filledQty })
  .map(({ id, ...change }) => ({
    id: `broker-${id}`,
    clientOrderId: id,
    qty: 25,
    filledAvgPrice: change.filledQty === 0 ? null : '1.68',
    limitPrice: '1.68',
    legs: [],
    submittedAt_ms: at('09:50'),
    updatedAt_ms: at('09:51'),
    ...change,
  }))

const positions: fc.Arbitrary<BrokerPosition[]> = fc
  .oneof(
    fc.constant([]),
    fc.constant([
      [SHORT, -25],
      [LONG, 25],
    ] as const),
    fc.array(fc.tuple(fc.constantFrom(SHORT, LONG, 'SPY'), fc.constantFrom(-25, -10, 10, 25, 100)), { maxLength: 3 }),
  )
  .map((held) => held.map(([symbol, qty]) => ({ symbol, qty, avgEntryPrice: '1.00' })))

const assignment: BrokerActivity = { id: 'a1', type: 'OPASN', symbol: SHORT, qty: 1, date: '2026-07-17' }

const books = fc.record({
  orders: fc.uniqueArray(brokerOrder, { selector: ({ id }) => id, maxLength: 3 }),
  positions,
  activities: fc.oneof(fc.constant(null), fc.constant([]), fc.constant([assignment])),
  cash: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constant('1.00') }),
})

/** The desk's own side, also as it stands in the middle of things. */
const states: fc.Arbitrary<SessionState> = fc
  .record({
    desk: fc.constantFrom(...desks),
    order: fc.record({
      status: fc.constantFrom<OrderState['status']>('intent', 'working', 'cancelling', 'ended'),
      orderId: fc.constantFrom(null, `broker-${OPEN}`),
      filledQty,
    }),
    isChanged: fc.boolean(),
    difference: fc.constantFrom(null, null, null, 'as seen before'),
  })
  .map(({ desk: { state }, order, isChanged, difference }) => {
    const known = Object.values(state.orders).at(-1)
    if (!isChanged || known === undefined) return { ...state, difference }
    return { ...state, difference, orders: { ...state.orders, [known.clientOrderId]: { ...known, ...order } } }
  })

test('prop_quick_reconcile: books that agree at a glance are found to agree in full', () => {
  let agreed = 0
  fc.assert(
    fc.property(states, books, (state, broker) => {
      const view = holdingDesk().view
      const quick = reconcile(state, broker, view)
      if (quick.state === state && quick.effects.length === 0 && quick.events.length === 0) agreed += 1
      expect(quick).toEqual(reconcileInFull(state, broker, view))
    }),
    { numRuns: 1500 },
  )
  // Else the property would say nothing about the short way.
  expect(agreed).toBeGreaterThan(50)
})

test('books that agree are what a session in order reads', () => {
  const held = [
    { symbol: SHORT, qty: -25, avgEntryPrice: '1.00' },
    { symbol: LONG, qty: 25, avgEntryPrice: '1.00' },
  ]
  const desk = holdingDesk()
  const { state } = desk
  const orders = Object.values(state.orders).map(
    ({ clientOrderId, orderId, filledQty: filled }): BrokerOrder => ({
      id: orderId ?? '',
      clientOrderId,
      status: 'filled',
      qty: 25,
      filledQty: filled,
      filledAvgPrice: '1.68',
      limitPrice: '1.68',
      legs: [],
      submittedAt_ms: at('09:50'),
      updatedAt_ms: at('09:51'),
    }),
  )
  const step = reconcile(state, { orders, positions: held, activities: null, cash: null }, desk.view)
  expect(step).toEqual({ state, events: [], effects: [] })
  expect(step.state).toBe(state)
})
