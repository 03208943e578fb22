/**
 * Invariants of the state machine that no single rule shows: what is nobody's is told, and no two closes work at once.
 */
import { describe, expect, test } from 'vitest'
import type { OrderRequest } from '../../src/broker/port.ts'
import { activeOrder } from '../../src/session/state.ts'
import { brokerOrder, CHAIN, holdingDesk, watchingDesk } from '../support/session.ts'

const PREFIX = 'p4d-25k-20260717-'
const request = (clientOrderId: string): OrderRequest => ({
  clientOrderId,
  qty: 25,
  limitPrice: '1.00',
  legs: [{ symbol: 'SPY260717P00742000', side: 'sell', positionIntent: 'sell_to_open' }],
})

describe('what is nobody’s', () => {
  test('an order under the desk’s prefix that is no order of the desk stops opening, and is told once', () => {
    const order = brokerOrder(request(`${PREFIX}other-1`), 'new', 0, null, 0)
    const desk = watchingDesk().reconcile([order], []).reconcile([order], [])
    expect(desk.state.mode).toBe('REDUCING')
    expect(desk.of('engine_alert')).toMatchObject([{ code: 'unknown_order', critical: true }])
    expect(desk.last('engine_alert').message).toContain(`${PREFIX}other-1`)
  })

  test('a fill of an order whose trade is over halts the session', () => {
    const desk = holdingDesk('short_put').quote('09:51', [2.3, 2.32]).answer('filled', 25, '2.32')
    expect(desk.state.trade).toBeNull()
    desk.answer('filled', 26, '2.32')
    expect(desk.state.mode).toBe('HALTED')
    expect(desk.last('engine_alert')).toMatchObject({ code: 'unclaimed_fill', critical: true })
  })
})

describe('closes', () => {
  test('never two at once, whatever the clock says', () => {
    const desk = holdingDesk('short_put').quote('09:51', [2.3, 2.32])
    for (const time of ['09:51:01', '09:51:30', '09:52:30', '09:55']) {
      desk.tick(time)
      expect(activeOrder(desk.state)?.clientOrderId).toBe(`${PREFIX}close-1`)
    }
    expect(new Set(desk.submits().map(({ clientOrderId }) => clientOrderId)).size).toBe(2)
  })

  test('an entry that is working keeps another from being made', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)
    desk.spotAt('09:51', 741.15).snapshot(CHAIN)
    expect(desk.submits()).toHaveLength(1)
  })
})

test('a day that was resumed after its loss limit, and reaches it again, is held again', () => {
  const desk = holdingDesk()
  // A breach counted the open position; the team resumed, and the day's realised loss is just above its limit.
  desk.state = { ...desk.state, breachedDay: true, mode: 'ACTIVE', netPnlCents: 1 - desk.state.plan.maxDailyLossCents }
  desk.quote('09:51', [4.5, 4.54], [0.2, 0.22])
  expect(desk.state).toMatchObject({ phase: 'exiting', mode: 'REDUCING' })
  expect(desk.of('risk_breach')).toMatchObject([{ limit: 'max_daily_loss' }])
})
