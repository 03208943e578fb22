/**
 * Orders over REST: submit, cancel, look up, list.
 *
 * Entry points: `submitOrder`, `cancelOrder`, `findOrder`, `listOrders`.
 *
 * 1. A submission is sent once. Without a readable answer it is `ambiguous`: look it up by its client order id.
 * 2. A cancel may be repeated, so it is, `CANCEL_ATTEMPTS_MAX` times, on anything that is not an answer.
 */
import type { WallClock } from '../config/clock.ts'
import type { BrokerClients } from './clients.ts'
import { brokerError } from './errors.ts'
import { toOrderRequest } from './mapping/order-request.ts'
import { toOrder } from './mapping/orders.ts'
import type { BrokerErrorKind, BrokerOrder, BrokerResult, OrderRequest } from './port.ts'
import { type RequestTerms, send } from './requests.ts'

const CANCEL_ATTEMPTS_MAX = 3
const CANCEL_PAUSE_MS = 100
const CANCEL_PAUSE_MAX_MS = 2000
const ORDERS_PER_PAGE = 500
/** Far more orders than a desk with one trade a day sends. */
const ORDER_PAGES_MAX = 10

const CANCEL_AGAIN: ReadonlySet<BrokerErrorKind> = new Set<BrokerErrorKind>(['ambiguous', 'rate_limited'])

export interface OrderCallContext {
  readonly clients: BrokerClients
  readonly clock: WallClock
  readonly wait_ms: number
  /** Aborted when the broker is closed. */
  readonly closing: AbortSignal
}

function terms(
  context: OrderCallContext,
  priority: RequestTerms['priority'],
  effect: RequestTerms['effect'],
): RequestTerms {
  return { budget: context.clients.tradingBudget, priority, effect, wait_ms: context.wait_ms }
}

export function submitOrder(
  context: OrderCallContext,
  request: OrderRequest,
  maySend?: () => boolean,
): Promise<BrokerResult<BrokerOrder>> {
  // Outside the attempt: an order that must not be sent is a bug, and may throw.
  const postOrderRequest = toOrderRequest(request)
  return send({ ...terms(context, 'order', 'changes'), maySend }, async () =>
    toOrder(await context.clients.orders.postOrder({ postOrderRequest }), request.legs),
  )
}

export async function cancelOrder(context: OrderCallContext, orderId: string): Promise<BrokerResult<null>> {
  const cancelOnce = (): Promise<BrokerResult<null>> =>
    send(terms(context, 'order', 'changes'), async () => {
      await context.clients.orders.deleteOrderByOrderID({ orderId })
      return null
    })
  let result = await cancelOnce()
  for (let attempts = 1; attempts < CANCEL_ATTEMPTS_MAX; attempts += 1) {
    if (result.ok || !CANCEL_AGAIN.has(result.error.kind) || context.closing.aborted) return result
    const pause_ms = result.error.retryAfter_ms ?? CANCEL_PAUSE_MS * 2 ** (attempts - 1)
    await context.clock.sleep(Math.min(pause_ms, CANCEL_PAUSE_MAX_MS), context.closing)
    result = await cancelOnce()
  }
  return result
}

export async function findOrder(context: OrderCallContext, clientOrderId: string): Promise<BrokerResult<BrokerOrder>> {
  const { orders } = context.clients
  const lookup = terms(context, 'order', 'reads')
  const found = await send(lookup, async () => {
    const order = await orders.getOrderByClientOrderId({ clientOrderId })
    return { mapped: toOrder(order), orderClass: order.orderClass }
  })
  if (!found.ok) return found
  const { mapped, orderClass } = found.value
  // This lookup has no way to ask for the legs; the one by order id has.
  if (orderClass !== 'mleg' || mapped.legs.length > 0) return { ok: true, value: mapped }
  return send(lookup, async () => toOrder(await orders.getOrderByOrderID({ orderId: mapped.id, nested: true })))
}

export async function listOrders(
  context: OrderCallContext,
  since_ms: number,
): Promise<BrokerResult<readonly BrokerOrder[]>> {
  const all: BrokerOrder[] = []
  for (let page = 0; page < ORDER_PAGES_MAX; page += 1) {
    const last = all.at(-1)
    // `after` is exclusive, so one millisecond earlier; further pages go by order id, which no two orders share.
    const from = last === undefined ? { after: new Date(since_ms - 1).toISOString() } : { afterOrderId: last.id }
    const listed = await send(terms(context, 'read', 'reads'), async () => {
      const query = { status: 'all', direction: 'asc', nested: true, limit: ORDERS_PER_PAGE } as const
      const answer = await context.clients.orderReads.getAllOrders({ ...query, ...from })
      return answer.map((order) => toOrder(order))
    })
    if (!listed.ok) return listed
    all.push(...listed.value)
    if (listed.value.length < ORDERS_PER_PAGE) {
      return { ok: true, value: all.filter((order) => order.submittedAt_ms >= since_ms) }
    }
  }
  const most = ORDER_PAGES_MAX * ORDERS_PER_PAGE
  return { ok: false, error: brokerError('unavailable', `expected at most ${most} orders since ${since_ms}, got more`) }
}
