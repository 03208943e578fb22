/** A day on which the broker takes no close: what it costs, and that nothing of it is lost. */
import { expect, test } from 'vitest'
import type { OrderStatus } from '../../src/broker/port.ts'
import { EMPTY_CLOSES_KEPT } from '../../src/session/forgotten.ts'
import { brokerOrder, type Desk, holdingDesk } from '../support/session.ts'

const REFUSED = { kind: 'refused', code: 40310000, message: 'no', retryAfter_ms: null } as const

/** So many closes refused one after the other, and the next one just sent. */
function refusedCloses(attempts: number): Desk {
  const desk = holdingDesk().quote('09:51', [4.5, 4.54], [0.2, 0.22])
  for (let done = 0; done < attempts; done += 1) {
    desk.give({ kind: 'order_refused', clientOrderId: desk.sent().clientOrderId, error: REFUSED })
    desk.now_ms += 5001
    desk.give({ kind: 'tick' })
  }
  return desk
}

const HELD = [
  { symbol: 'SPY260717P00742000', qty: -25, avgEntryPrice: '1.90' },
  { symbol: 'SPY260717P00737000', qty: 25, avgEntryPrice: '0.22' },
]

/** What the broker has of the first of them after all, beside the opening. */
function listing(desk: Desk, status: OrderStatus, filledQty: number) {
  const [opening, first] = desk.submits()
  if (opening === undefined || first === undefined) throw new Error('expected an opening and a close')
  return [
    brokerOrder(opening, 'filled', 25, '1.68', desk.now_ms),
    brokerOrder(first, status, filledQty, filledQty > 0 ? '4.30' : null, desk.now_ms),
    brokerOrder(desk.sent(), 'new', 0, null, desk.now_ms),
  ]
}

test('each attempt costs what the one before did, however many there were', () => {
  const desk = refusedCloses(3000)
  expect(desk.state.closeAttempts).toBe(3001)
  expect(Object.keys(desk.state.orders)).toHaveLength(2 + EMPTY_CLOSES_KEPT)
  expect(JSON.stringify(desk.state).length).toBeLessThan(25_000)
  expect(desk.sent().clientOrderId).toBe('p4d-25k-20260717-close-3001')
})

test('is told with its first refusal, and after 5, 10, 20 attempts and on: an hour of it is no hundred alerts', () => {
  const desk = refusedCloses(700)
  const alerts = desk.of('engine_alert').filter(({ code }) => code === 'cannot_flatten')
  expect(alerts.map(({ message }) => Number.parseInt(message, 10))).toEqual([5, 10, 20, 40, 80, 160, 320, 640])
  const refused = desk.of('order_refused').map(({ clientOrderId }) => Number(clientOrderId.split('-').at(-1)))
  expect(refused).toEqual([1, 6, 11, 21, 41, 81, 161, 321, 641])
  const ended = desk.of('order_ended').filter(({ status }) => status.startsWith('refused'))
  expect(refused.length + ended.length).toBe(700)
})

test('nothing is forgotten before there are many, and of the oldest then', () => {
  const known = (attempts: number) => Object.keys(refusedCloses(attempts).state.orders).map((id) => id.slice(17))
  expect(known(EMPTY_CLOSES_KEPT)).toContain('close-1')
  expect(refusedCloses(EMPTY_CLOSES_KEPT).state.forgottenCloses).toBeUndefined()
  const after = known(EMPTY_CLOSES_KEPT + 1)
  expect(after).not.toContain('close-1')
  expect(after).toEqual(expect.arrayContaining(['open-1', 'close-2', `close-${EMPTY_CLOSES_KEPT + 2}`]))
})

test('a forgotten close of which nothing came is no news, at however many readings', () => {
  const desk = refusedCloses(100)
  const [events, { mode }] = [desk.events.length, desk.state]
  for (let reading = 0; reading < 3; reading += 1) desk.reconcile(listing(desk, 'rejected', 0), HELD)
  expect(desk.events.slice(events).map(({ type }) => type)).toEqual(['order_accepted'])
  expect(desk.state.mode).toBe(mode)
})

test('a forgotten close that arrived after all is counted, its intent standing in the journal once', () => {
  const desk = refusedCloses(100)
  const [, first] = desk.submits()
  desk.reconcile(listing(desk, 'filled', 10), HELD)
  expect(desk.state.trade?.closedQty).toBe(10)
  const { clientOrderId } = first ?? desk.sent()
  expect(desk.of('order_intent').filter((intent) => intent.clientOrderId === clientOrderId)).toHaveLength(1)
})

test('what was filled in part is never forgotten', () => {
  const desk = holdingDesk().quote('09:51', [4.5, 4.54], [0.2, 0.22])
  desk.answer('canceled', 1, '4.30')
  const first = desk.sent()
  for (let done = 0; done < 100; done += 1) {
    desk.give({ kind: 'order_refused', clientOrderId: desk.sent().clientOrderId, error: REFUSED })
    desk.now_ms += 5001
    desk.give({ kind: 'tick' })
  }
  expect(first.clientOrderId).toBe('p4d-25k-20260717-close-2')
  expect(desk.state.orders['p4d-25k-20260717-close-1']?.filledQty).toBe(1)
  expect(desk.state.orders[first.clientOrderId]).toBeUndefined()
})
