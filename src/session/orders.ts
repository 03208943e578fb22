/**
 * What becomes of an order: the broker's view of it, applied to ours.
 *
 * 1. A broker's order is cumulative, so applying the same one twice changes nothing and a missed update is made up for
 *    by the next: every fill is counted once.
 * 2. An order ends only by the broker's word: a terminal status, a refusal, or "I do not know this id".
 */
import { type BrokerError, type BrokerOrder, TERMINAL_ORDER_STATUSES } from '../broker/port.ts'
import { exact } from '../strategy/exact.ts'
import { closeTrade, nextCloseAttempt } from './closing.ts'
import type { EventOf, JournalEvent } from './events.ts'
import type { Execution } from './input.ts'
import { orderRequest, updateOrder } from './intents.ts'
import { addFill, slippageCents } from './money.ts'
import { afterOpenEnded } from './opening.ts'
import { heldQty, type MarketView, type OrderState, type SessionState, type Trade } from './state.ts'
import { andThen, type Step, stay, step } from './step.ts'

export function applyOrder(
  state: SessionState,
  order: BrokerOrder,
  execution: Execution | null,
  view: MarketView,
): Step {
  const local = state.orders[order.clientOrderId]
  if (local === undefined || state.trade === null) return stay(state)
  const filled = applyFills(state, local, order, execution)
  return andThen(filled, (current) => settleStatus(current, order, view))
}

function applyFills(state: SessionState, local: OrderState, order: BrokerOrder, execution: Execution | null): Step {
  const accepted: JournalEvent[] =
    local.orderId === null ? [{ type: 'order_accepted', clientOrderId: local.clientOrderId, orderId: order.id }] : []
  const known = updateOrder(state, local, { orderId: order.id })
  const qty = order.filledQty - local.filledQty
  const price = qty > 0 ? fillPrice(local, order, execution, qty) : null
  const trade = state.trade
  if (price === null || trade === null) return accepted.length === 0 ? stay(state) : step(known, accepted)
  const fill: EventOf<'fill'> = {
    type: 'fill',
    tradeId: trade.tradeId,
    clientOrderId: local.clientOrderId,
    executionId: execution?.executionId ?? `${order.id}:${order.filledQty}`,
    purpose: local.purpose,
    qty,
    filledQty: order.filledQty,
    orderQty: order.qty,
    price,
    decisionMid: decisionMid(trade, local),
    slippageCents: slippageCents(local.purpose, decisionMid(trade, local), price, qty),
    at_ms: order.updatedAt_ms,
  }
  const next = updateOrder(
    known,
    { ...local, orderId: order.id },
    {
      filledQty: order.filledQty,
      filledNotional: addFill(local.filledNotional, price, qty),
    },
  )
  return step(
    {
      ...next,
      trade: addToTrade(trade, local, price, qty, order.updatedAt_ms),
      entries: local.purpose === 'open' && trade.openedQty === 0 ? state.entries + 1 : state.entries,
    },
    [...accepted, fill],
  )
}

/** The execution's own price where it accounts for all that is new, else what the broker's average implies. */
function fillPrice(local: OrderState, order: BrokerOrder, execution: Execution | null, qty: number): string | null {
  if (execution !== null && execution.qty === qty) return execution.price
  if (order.filledAvgPrice === null) return null
  // The broker rounds its average; what was paid in all is whole cents a share.
  const total = exact(order.filledAvgPrice).times(order.filledQty).round(2)
  return total.minus(local.filledNotional).div(qty).round(8).toFixed()
}

function decisionMid(trade: Trade, order: OrderState): number {
  return order.purpose === 'open' ? trade.decisionMid : (trade.exit?.mid ?? trade.decisionMid)
}

function addToTrade(trade: Trade, order: OrderState, price: string, qty: number, at_ms: number): Trade {
  if (order.purpose === 'open') {
    return {
      ...trade,
      openedQty: trade.openedQty + qty,
      openedNotional: addFill(trade.openedNotional, price, qty),
      entry_ms: trade.entry_ms ?? at_ms,
    }
  }
  return {
    ...trade,
    closedQty: trade.closedQty + qty,
    closedNotional: addFill(trade.closedNotional, price, qty),
  }
}

function settleStatus(state: SessionState, order: BrokerOrder, view: MarketView): Step {
  const local = state.orders[order.clientOrderId]
  if (local === undefined || local.status === 'ended') return afterLateFill(state, view)
  if (TERMINAL_ORDER_STATUSES.has(order.status)) return endOrder(state, local, order.status, view)
  if (local.status !== 'intent') return stay(state)
  return step(updateOrder(state, local, { status: 'working', since: view.now }), [])
}

/** A fill that arrived after the order's end was known can complete the close. */
function afterLateFill(state: SessionState, view: MarketView): Step {
  const { trade } = state
  const flat = trade !== null && trade.openedQty > 0 && heldQty(trade) === 0
  return flat ? closeTrade(state, trade, view) : stay(state)
}

export function endOrder(state: SessionState, local: OrderState, status: string, view: MarketView): Step {
  const ended = updateOrder(state, local, { status: 'ended', since: view.now })
  const event: JournalEvent = {
    type: 'order_ended',
    clientOrderId: local.clientOrderId,
    status,
    filledQty: local.filledQty,
  }
  return andThen(step(ended, [event]), (current) => {
    if (local.purpose === 'open') return afterOpenEnded(current, view, `order ${status}`)
    const { trade } = current
    if (trade === null) return stay(current)
    if (heldQty(trade) === 0) return closeTrade(current, trade, view)
    // After anything but our own cancel the clock tries again: a broker that rejects would be asked in a tight loop.
    return status === 'canceled' ? nextCloseAttempt(current, trade, view) : stay(current)
  })
}

export function refuseOrder(state: SessionState, id: string, error: BrokerError, view: MarketView): Step {
  const local = state.orders[id]
  if (local === undefined || local.status === 'ended') return stay(state)
  const refused: JournalEvent = {
    type: 'order_refused',
    clientOrderId: id,
    purpose: local.purpose,
    code: error.code === null ? error.kind : String(error.code),
    message: error.message,
  }
  const ended = updateOrder(state, local, { status: 'ended', since: view.now })
  return andThen(step(ended, [refused]), (current) =>
    // A refused close is tried again by the clock, not at once: the reason may need a moment to pass.
    local.purpose === 'open' ? afterOpenEnded(current, view, `refused: ${error.message}`) : stay(current),
  )
}

/** The broker does not know the id: an opening intent lapses, a close is sent again under the same id. */
export function missingOrder(state: SessionState, id: string, view: MarketView): Step {
  const local = state.orders[id]
  if (local === undefined || local.status === 'ended' || state.trade === null) return stay(state)
  if (local.purpose === 'open') return endOrder(state, local, 'never_sent', view)
  const request = orderRequest(state.trade, local)
  return step(updateOrder(state, local, { since: view.now }), [], [{ kind: 'submit', request }])
}
