/** An order in the simulated broker's books, and how the desk sees it. */
import type { BrokerOrder, OrderRequest, OrderStatus } from '../../broker/port.ts'

export interface SimOrder {
  readonly id: string
  readonly request: OrderRequest
  readonly submittedAt_ms: number
  status: OrderStatus
  filledQty: number
  /** Σ net price × quantity, whole cents a share. */
  filledCents: number
  /** The same of each leg, in the request's order. */
  readonly legCents: number[]
  updatedAt_ms: number
  /** As last shown; null after a change. */
  view: BrokerOrder | null
}

export const isClosingOrder = ({ legs }: OrderRequest): boolean => legs[0].positionIntent.endsWith('_to_close')

export const remainingOf = (order: SimOrder): number => order.request.qty - order.filledQty

/** The broker's averages have a few decimals more than a price. */
const AVERAGE_DECIMALS = 6

export function viewOf(order: SimOrder): BrokerOrder {
  if (order.view !== null) return order.view
  const { id, request, status, filledQty, filledCents, legCents, submittedAt_ms, updatedAt_ms } = order
  const averageOf = (cents: number) => (filledQty === 0 ? null : (cents / filledQty / 100).toFixed(AVERAGE_DECIMALS))
  order.view = {
    id,
    clientOrderId: request.clientOrderId,
    status,
    qty: request.qty,
    filledQty,
    filledAvgPrice: averageOf(filledCents),
    limitPrice: request.limitPrice,
    legs: request.legs.map(({ symbol, side }, at) => {
      return { symbol, side, filledQty, filledAvgPrice: averageOf(legCents[at] ?? 0) }
    }),
    submittedAt_ms,
    updatedAt_ms,
  }
  return order.view
}
