/** Orders of which nobody knows whether they arrived: one position, whatever comes back, and when. */
import { describe, expect, test } from 'vitest'
import type { BrokerError, BrokerOrder } from '../../src/broker/port.ts'
import { at, brokerOrder, CHAIN, type Desk, holdingDesk, watchingDesk } from '../support/session.ts'

const STALE = { code: 'stale_quote', numbers: {} } as const
const HELD_FOR_ORDERS: BrokerError = {
  kind: 'refused',
  code: 40310000,
  message: 'insufficient qty available for order (held_for_orders)',
  retryAfter_ms: null,
}

const entering = (): Desk => watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)

/** A close is on its way; its request has not been answered. */
const exiting = (): Desk => holdingDesk().quote('10:00', [5, 5.04], [1, 1.02]).quote('10:00:01', [5, 5.04], [1, 1.02])

const idOf = (desk: Desk): string => desk.sent().clientOrderId
const submits = (desk: Desk): string[] =>
  desk.effects.flatMap((effect) => (effect.kind === 'submit' ? [effect.request.clientOrderId] : []))
const cancels = (desk: Desk): string[] =>
  desk.effects.flatMap((effect) => (effect.kind === 'cancel' ? [effect.clientOrderId] : []))
const statusOf = (desk: Desk, id: string): string | undefined => desk.state.orders[id]?.status

describe('an opening whose first request may have arrived', () => {
  test('denied when it is to be sent again, it stays open: nothing else is sent, and the broker is asked', () => {
    const desk = entering()
    const id = idOf(desk)
    desk.give({ kind: 'order_missing', clientOrderId: id })
    desk.give({ kind: 'order_denied', clientOrderId: id, denial: STALE, again: true })
    expect(statusOf(desk, id)).toBe('intent')
    expect(desk.effects.at(-1)).toEqual({ kind: 'reconcile' })
    desk.spotAt('09:51:01', 741.15).snapshot(CHAIN)
    expect(new Set(submits(desk))).toEqual(new Set([id]))
  })

  test('refused when it was sent again, and arriving after all, it is held once', () => {
    const desk = entering()
    const request = desk.sent()
    desk.give({ kind: 'order_missing', clientOrderId: request.clientOrderId })
    desk.give({ kind: 'order_refused', clientOrderId: request.clientOrderId, error: HELD_FOR_ORDERS, again: true })
    desk.reconcile([brokerOrder(request, 'filled', 25, '1.68', at('09:50:10'))], [])
    expect(desk.state).toMatchObject({ phase: 'holding', trade: { openedQty: 25 } })
  })

  test('never seen for half a minute, it is given up, and the day opens nothing beside it', () => {
    const desk = entering()
    const id = idOf(desk)
    desk.give({ kind: 'order_missing', clientOrderId: id }).tick('09:50:31')
    desk.give({ kind: 'order_denied', clientOrderId: id, denial: STALE, again: true })
    expect(desk.last('order_ended').status).toBe('never_sent')
    expect(desk.state.phase).toBe('done')
    desk.spotAt('09:52', 741.15).snapshot(CHAIN)
    expect(new Set(submits(desk))).toEqual(new Set([id]))
  })

  test('refused again and again, it is not asked for without end', () => {
    const desk = entering()
    const id = idOf(desk)
    for (let second = 1; second <= 40; second += 1) {
      desk.tick(`09:50:${String(second).padStart(2, '0')}`).give({ kind: 'order_missing', clientOrderId: id })
      desk.give({ kind: 'order_refused', clientOrderId: id, error: HELD_FOR_ORDERS, again: true })
    }
    expect(statusOf(desk, id)).toBe('ended')
    expect(submits(desk).length).toBeLessThanOrEqual(31)
  })

  test('given up and working at the broker, it is asked to end each time it is seen', () => {
    const desk = entering()
    const request = desk.sent()
    desk.give({ kind: 'order_denied', clientOrderId: request.clientOrderId, denial: STALE })
    expect(desk.state.phase).toBe('watching')
    const working = brokerOrder(request, 'new', 0, null, at('09:50:10'))
    desk.reconcile([working], []).tick('09:50:40').reconcile([working], [])
    expect(cancels(desk)).toEqual([request.clientOrderId, request.clientOrderId])
  })

  test('more contracts than the profile sells are all closed, by a halt', () => {
    const desk = entering()
    const first = desk.sent()
    // Denied before it went out, as far as this worker knows.
    desk.give({ kind: 'order_denied', clientOrderId: first.clientOrderId, denial: STALE })
    desk.spotAt('09:51:01', 741.15).snapshot(CHAIN).answer('filled', 25, '1.68')
    desk.reconcile([brokerOrder(first, 'filled', 25, '1.68', at('09:51:10'))], [])
    expect(desk.state).toMatchObject({ mode: 'HALTED', modeReason: 'position_over_limit' })
    desk.quote('09:51:20', [1.9, 1.94], [0.2, 0.22])
    expect(desk.sent()).toMatchObject({ clientOrderId: 'p4d-25k-20260717-close-1', qty: 50 })
  })
})

describe('a close whose first request may have arrived', () => {
  test('refused when it was sent again, it is taken up as the broker shows it, and no second one is sent', () => {
    const desk = exiting()
    const request = desk.sent()
    desk.give({ kind: 'order_missing', clientOrderId: request.clientOrderId })
    desk.give({ kind: 'order_refused', clientOrderId: request.clientOrderId, error: HELD_FOR_ORDERS, again: true })
    desk.reconcile([brokerOrder(request, 'new', 0, null, desk.now_ms)], [])
    expect(statusOf(desk, request.clientOrderId)).toBe('working')
    expect(new Set(submits(desk))).toEqual(new Set(['p4d-25k-20260717-open-1', request.clientOrderId]))
  })

  test('refused at once and seen working all the same, it is the close that is worked on', () => {
    const desk = exiting()
    const request = desk.sent()
    desk.give({ kind: 'order_refused', clientOrderId: request.clientOrderId, error: HELD_FOR_ORDERS })
    expect(statusOf(desk, request.clientOrderId)).toBe('ended')
    desk.reconcile([brokerOrder(request, 'new', 0, null, desk.now_ms)], []).tick('10:00:10')
    expect(statusOf(desk, request.clientOrderId)).toBe('cancelling')
    expect(idOf(desk)).toBe(request.clientOrderId)
  })
})

describe('an order under an own id that is not the one intended', () => {
  const single = (desk: Desk, qty: number): BrokerOrder => {
    const request = desk.sent()
    const [short] = request.legs
    const leg = { symbol: short.symbol, side: 'buy', filledQty: qty, filledAvgPrice: '5.04' } as const
    return { ...brokerOrder(request, 'filled', qty, '5.04', desk.now_ms), qty, legs: [leg] }
  }

  test('a close of one leg under the id of a whole one closes no spread', () => {
    const desk = exiting()
    const id = idOf(desk)
    desk.reconcile([single(desk, 10)], [])
    expect(desk.state.orders[id]).toMatchObject({ leg: 'SPY260717P00742000', qty: 10, filledQty: 10 })
    expect(desk.state.trade).toMatchObject({ openedQty: 25, closedQty: 0 })
    expect(desk.last('engine_alert').code).not.toBe('order_mismatch')
  })

  test('a close of fewer contracts counts as that', () => {
    const desk = exiting()
    const request = desk.sent()
    const smaller = { ...brokerOrder(request, 'filled', 10, '4.05', desk.now_ms), qty: 10 }
    desk.reconcile([smaller], [])
    expect(desk.state.trade?.closedQty).toBe(10)
    expect(desk.sent()).toMatchObject({ clientOrderId: 'p4d-25k-20260717-close-2', qty: 15 })
  })

  test('an opening of something else halts, is not counted, and is asked to end', () => {
    const desk = entering()
    const request = desk.sent()
    const other = { symbol: 'SPY260717P00700000', side: 'sell', filledQty: 0, filledAvgPrice: null } as const
    const order = { ...brokerOrder(request, 'new', 0, null, desk.now_ms), legs: [other] }
    desk.give({ kind: 'order', order, execution: null })
    expect(desk.state).toMatchObject({ mode: 'HALTED', modeReason: 'order_mismatch' })
    expect(desk.last('engine_alert')).toMatchObject({ code: 'order_mismatch', critical: true })
    expect(cancels(desk)).toEqual([request.clientOrderId])
    desk.give({ kind: 'order', order, execution: null })
    expect(desk.events.filter(({ type }) => type === 'engine_alert')).toHaveLength(1)
  })
})
