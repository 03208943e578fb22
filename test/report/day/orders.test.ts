import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ordersOf } from '../../../src/report/day/orders.ts'
import type { JournalEntry, JournalEvent } from '../../../src/session/events.ts'
import { entryOf, tradeId } from '../../support/desk-samples.ts'

const idOf = (order: number): string => `p4d-25k-20260717-close-${order}`

const types = ['order_intent', 'order_accepted', 'order_ended', 'order_refused', 'order_denied', 'fill'] as const
type OrderEvent = (typeof types)[number]

function eventOf(type: OrderEvent, order: number, qty: number): JournalEvent {
  const clientOrderId = idOf(order)
  switch (type) {
    case 'order_intent':
      return { type, clientOrderId, purpose: 'close', attempt: order, symbols: [], qty: 3, limitPrice: null }
    case 'order_accepted':
      return { type, clientOrderId, orderId: `order-${order}` }
    case 'order_ended':
      return { type, clientOrderId, status: 'canceled', filledQty: qty }
    case 'order_refused':
      return { type, clientOrderId, purpose: 'close', code: '40310000', message: 'no' }
    case 'order_denied':
      return { type, clientOrderId, purpose: 'close', code: 'kill_switch', numbers: {} }
    case 'fill': {
      const counts = {
        qty,
        filledQty: qty,
        orderQty: 3,
        price: '0.42',
        decisionMid: null,
        slippageCents: null,
        at_ms: order,
      }
      return { type, tradeId, clientOrderId, executionId: `${order}-${qty}`, purpose: 'close', ...counts }
    }
  }
}

const anyEvent = fc
  .tuple(fc.constantFrom(...types), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 }))
  .map(([type, order, qty]) => eventOf(type, order, qty))

const journalOf = (events: readonly JournalEvent[]): JournalEntry[] =>
  events.map((event, at) => entryOf(event, at + 1, { atMarket_ms: 1000 * at, atWall_ms: 2000 * at }))

const belongsTo = ({ event }: JournalEntry, order: number): boolean =>
  'clientOrderId' in event && event.clientOrderId === idOf(order)

describe('the orders of a day', () => {
  it('prop_each says what its own entries say alone, in the order in which they were first sent', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const entries = journalOf(events)
        const sent = events.flatMap((event) => (event.type === 'order_intent' ? [event.attempt] : []))
        const alone = [...new Set(sent)].flatMap((order) =>
          ordersOf(entries.filter((entry) => belongsTo(entry, order))),
        )
        expect(ordersOf(entries)).toEqual(alone)
      }),
    )
  })

  it('are made in a time that grows with their number: a broker that takes no close is sent thousands', () => {
    let reads = 0
    const ORDERS = 1000
    const events = Array.from({ length: ORDERS }, (_, at) => [
      eventOf('order_intent', at, 1),
      eventOf('order_refused', at, 1),
    ]).flat()
    const entries = journalOf(events).map((entry) => ({
      ...entry,
      get event() {
        reads += 1
        return entry.event
      },
    }))
    expect(ordersOf(entries).map(({ status }) => status)).toEqual(Array.from({ length: ORDERS }, () => 'refused'))
    expect(reads).toBeLessThan(20 * entries.length)
  })
})
