/**
 * The desk's order → Alpaca's. Only the shapes that are safe for options: limit or market, for the day, whole
 * quantities, the position intent always given (a sell-to-close without one, on a position already gone, would open a
 * short).
 *
 * Entry point: `toOrderRequest`.
 */
import type { trading } from '@alpacahq/alpaca-trade-api'
import type { OrderLeg, OrderRequest } from '../port.ts'

const CLIENT_ORDER_ID_LENGTH_MAX = 128
const PRICE = /^\d+(\.\d+)?$/

function assertSane(request: OrderRequest): void {
  const { clientOrderId, qty, limitPrice } = request
  if (clientOrderId === '' || clientOrderId.length > CLIENT_ORDER_ID_LENGTH_MAX) {
    throw new RangeError(`expected a client order id of 1 to ${CLIENT_ORDER_ID_LENGTH_MAX} characters`)
  }
  if (!Number.isSafeInteger(qty) || qty < 1) throw new RangeError(`expected a whole quantity of 1 or more, got ${qty}`)
  if (limitPrice !== null && !PRICE.test(limitPrice)) {
    throw new RangeError(`expected a limit price such as 0.85, never negative, got ${limitPrice}`)
  }
}

/** Alpaca's sign: a credit is negative, a debit positive. */
function multiLegPrice(price: string, legs: readonly OrderLeg[]): string {
  const opening = legs.filter((leg) => leg.positionIntent.endsWith('_to_open')).length
  if (opening !== 0 && opening !== legs.length)
    throw new RangeError('expected all legs to open or all to close, got a mix')
  return opening > 0 && Number(price) !== 0 ? `-${price}` : price
}

/** @throws RangeError for an order that must never be sent: a bug in the caller. */
export function toOrderRequest(request: OrderRequest): trading.PostOrderRequest {
  assertSane(request)
  const { clientOrderId, limitPrice, legs } = request
  const common = {
    clientOrderId,
    qty: String(request.qty),
    type: limitPrice === null ? 'market' : 'limit',
    timeInForce: 'day',
  } as const
  const [only, second] = legs
  if (second === undefined) {
    const { symbol, side, positionIntent } = only
    return { ...common, symbol, side, positionIntent, ...(limitPrice === null ? {} : { limitPrice }) }
  }
  return {
    ...common,
    orderClass: 'mleg',
    legs: legs.map(({ symbol, side, positionIntent }) => ({ symbol, side, positionIntent, ratioQty: '1' })),
    ...(limitPrice === null ? {} : { limitPrice: multiLegPrice(limitPrice, legs) }),
  }
}
