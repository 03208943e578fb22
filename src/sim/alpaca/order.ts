/**
 * An order of the simulated broker and what can happen to it. Prices are whole cents; a debit is positive, a credit
 * negative, for single orders too: `limitDebitCents` of a sell at 0.51 is −51.
 */
import type { OrderSide, OrderStatus, PositionIntent } from '../../broker/port.ts'

export interface Leg {
  readonly id: string
  readonly clientOrderId: string
  readonly symbol: string
  readonly side: OrderSide
  readonly intent: PositionIntent
  readonly ratio: number
  filledQty: number
  /** Sum of price × quantity of this leg's fills. */
  filledCents: number
}

export interface Order {
  readonly id: string
  readonly clientOrderId: string
  readonly orderClass: 'simple' | 'mleg'
  readonly type: 'market' | 'limit'
  readonly timeInForce: 'day' | 'gtc'
  readonly qty: number
  readonly limitDebitCents: number | null
  readonly legs: readonly Leg[]
  /** Buying power held for one unfilled unit. */
  readonly heldCentsPerUnit: number
  readonly createdAt_ms: number
  /** Position in the account's sequence: orders of one instant stay in order. */
  readonly sequence: number
  status: OrderStatus
  filledQty: number
  /** Sum of net debit × quantity of the fills. */
  filledDebitCents: number
  updatedAt_ms: number
  filledAt_ms: number | null
  canceledAt_ms: number | null
  expiredAt_ms: number | null
  failedAt_ms: number | null
}

export const isClosing = (intent: PositionIntent): boolean => intent.endsWith('_to_close')

export const remainingQty = (order: Order): number => order.qty - order.filledQty

/** Contracts that working orders may still close on a symbol. */
export function heldForClosing(working: Iterable<Order>, symbol: string): { qty: number; orderIds: string[] } {
  let qty = 0
  const orderIds: string[] = []
  for (const order of working) {
    for (const leg of order.legs) {
      if (leg.symbol !== symbol || !isClosing(leg.intent)) continue
      qty += remainingQty(order) * leg.ratio
      orderIds.push(order.id)
    }
  }
  return { qty, orderIds }
}
