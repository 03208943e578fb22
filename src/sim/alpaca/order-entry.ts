/** A new order as the simulated broker enters it. */
import { randomUUID } from 'node:crypto'
import type { AdmittedLeg } from './admission.ts'
import type { Order } from './order.ts'

export interface WantedOrder
  extends Pick<Order, 'orderClass' | 'type' | 'timeInForce' | 'qty' | 'limitDebitCents' | 'heldCentsPerUnit'> {
  /** Null: one is made. */
  readonly clientOrderId: string | null
  readonly legs: readonly AdmittedLeg[]
}

export function newOrder(wanted: WantedOrder, sequence: number, now_ms: number): Order {
  const id = randomUUID()
  const clientOrderId = wanted.clientOrderId ?? randomUUID()
  return {
    id,
    clientOrderId,
    orderClass: wanted.orderClass,
    type: wanted.type,
    timeInForce: wanted.timeInForce,
    qty: wanted.qty,
    limitDebitCents: wanted.limitDebitCents,
    heldCentsPerUnit: wanted.heldCentsPerUnit,
    legs: wanted.legs.map((leg) => ({
      ...leg,
      id: wanted.orderClass === 'mleg' ? randomUUID() : id,
      clientOrderId: wanted.orderClass === 'mleg' ? randomUUID() : clientOrderId,
      filledQty: 0,
      filledCents: 0,
    })),
    createdAt_ms: now_ms,
    sequence,
    status: 'pending_new',
    filledQty: 0,
    filledDebitCents: 0,
    updatedAt_ms: now_ms,
    filledAt_ms: null,
    canceledAt_ms: null,
    expiredAt_ms: null,
    failedAt_ms: null,
  }
}
