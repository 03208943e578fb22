/**
 * Exits that no rule decided say what the rules would have said of the position at that moment, as far as quotes told.
 */
import { describe, expect, test } from 'vitest'
import type { BrokerOrder, BrokerPosition } from '../../src/broker/port.ts'
import { at, brokerOrder, type Desk, holdingDesk } from '../support/session.ts'

const [SHORT, LONG] = ['SPY260717P00742000', 'SPY260717P00737000'] as const

/** A mark of the position at 09:52: mid 3.705, so that both the stop's P&Ls are beyond its $1,000. */
const falling = () => holdingDesk().quote('09:51', [1.9, 1.94], [0.2, 0.22])
const fell = (desk: Desk) => {
  desk.legs = [
    { bid: 4.1, ask: 4.14, t_ms: at('09:52') },
    { bid: 0.4, ask: 0.43, t_ms: at('09:52') },
  ]
  desk.now_ms = at('09:52')
  return desk
}
const MID = 3.705
/** As `strategy.md` has it: (1.71 − 3.705) × 100 × 25 less the modelled costs of 1.71; and at 3.74 to buy it back. */
const NET_CENTS = (168 - 374) * 2500 - 6500

const gone = (desk: Desk, positions: readonly BrokerPosition[], orders: readonly BrokerOrder[] = []): Desk =>
  desk.reconcile(orders, positions).reconcile(orders, positions)

describe('what the rules said', () => {
  test('of a position that somebody else closed', () => {
    const desk = gone(fell(falling()), [])
    const closed = desk.last('trade_closed')
    expect(closed).toMatchObject({
      reason: 'closed_elsewhere',
      exitMid: MID,
      alsoFired: expect.arrayContaining(['stop_loss']),
    })
    expect(closed.rulePnlCents).toBeLessThan(-100_000)
  })

  test('of one whose legs were out of balance, for all of it', () => {
    const desk = gone(fell(falling()), [{ symbol: LONG, qty: 25, avgEntryPrice: '0.21' }])
    expect(desk.last('exit_decided')).toMatchObject({
      reason: 'legs_out_of_balance',
      mid: MID,
      netPnlCents: NET_CENTS,
      alsoFired: expect.arrayContaining(['stop_loss']),
    })
    expect(desk.last('exit_decided').rulePnlCents).not.toBeNull()
  })

  test('nothing, where nothing is quoted or only legs are left', () => {
    const desk = holdingDesk()
    desk.now_ms = at('09:52')
    gone(desk, [{ symbol: SHORT, qty: -25, avgEntryPrice: '1.9' }])
    expect(desk.last('exit_decided')).toMatchObject({ mid: null, rulePnlCents: null, netPnlCents: null, alsoFired: [] })
  })
})

describe('a close that was sent while no engine was there', () => {
  const adopted = (desk: Desk, updatedAt_ms: number) => {
    const [open] = desk.submits()
    if (open === undefined) throw new Error('expected an opening order')
    const clientOrderId = open.clientOrderId.replace(/open-\d+$/, 'close-1')
    const legs = [
      { symbol: SHORT, side: 'buy', filledQty: 25, filledAvgPrice: '4.14' },
      { symbol: LONG, side: 'sell', filledQty: 25, filledAvgPrice: '0.40' },
    ] as const
    const order = { ...brokerOrder({ ...open, clientOrderId }, 'filled', 25, '3.74', updatedAt_ms), legs }
    return desk.reconcile([order], []).last('trade_closed')
  }

  test('says what the rules said where quotes are of its time', () => {
    const closed = adopted(fell(falling()), at('09:51:30'))
    expect(closed).toMatchObject({ reason: 'watchdog', exitMid: MID, alsoFired: expect.arrayContaining(['stop_loss']) })
    expect(closed.rulePnlCents).not.toBeNull()
  })

  test('and nothing where they are much younger: those prices decided nothing', () => {
    const closed = adopted(fell(falling()), at('09:50:30'))
    expect(closed).toMatchObject({ reason: 'watchdog', exitMid: null, rulePnlCents: null, alsoFired: [] })
  })
})
