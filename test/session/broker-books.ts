/** The broker's side of a spread as tests of reconciliation read it, and the desk that reads it. */
import type { BrokerOrder, BrokerOrderLeg, BrokerPosition } from '../../src/broker/port.ts'
import type { BrokerBooks } from '../../src/session/reconcile.ts'
import { at, type Desk } from '../support/session.ts'

export const SHORT = 'SPY260717P00742000'
export const LONG = 'SPY260717P00737000'

export const position = (symbol: string, qty: number): BrokerPosition => ({ symbol, qty, avgEntryPrice: '1.00' })
export const leg = (symbol: string, side: 'buy' | 'sell', filledQty = 0): BrokerOrderLeg => ({
  symbol,
  side,
  filledQty,
  filledAvgPrice: null,
})

export function order(clientOrderId: string, change: Partial<BrokerOrder>): BrokerOrder {
  return {
    id: `broker-${clientOrderId}`,
    clientOrderId,
    status: 'filled',
    qty: 25,
    filledQty: 25,
    filledAvgPrice: '1.68',
    limitPrice: '1.68',
    legs: [leg(SHORT, 'sell'), leg(LONG, 'buy')],
    submittedAt_ms: at('09:50'),
    updatedAt_ms: at('09:51'),
    ...change,
  }
}

export function read(desk: Desk, books: Partial<BrokerBooks>): Desk {
  const whole = { orders: [], positions: [], activities: [], cash: null, ...books }
  return desk.give({ kind: 'reconcile', isFirst: false, books: whole })
}

/** The same reading twice: what a difference needs to count. */
export const readTwice = (desk: Desk, books: Partial<BrokerBooks>) => read(read(desk, books), books)
export const OPEN = 'p4d-25k-20260717-open-1'
export const CLOSE = 'p4d-25k-20260717-close-1'
