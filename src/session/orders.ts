/**
 * What becomes of an order: the broker's view of it, applied to ours.
 *
 * 1. A broker's order is cumulative, so applying the same one twice changes nothing and a missed update is made up for
 *    by the next: every fill is counted once.
 * 2. An order ends only by the broker's word on it: a terminal status or a refusal. "I do not know this id" is no such
 *    word: the request may still be on its way, so the same id is sent again, never a new one (I6).
 * 3. An order whose fills cannot be counted yet does not end: it is looked up.
 */
import { type BrokerError, type BrokerOrder, TERMINAL_ORDER_STATUSES } from '../broker/port.ts'
import { exact } from '../strategy/exact.ts'
import { priceText } from './amounts.ts'
import { changedTrade } from './changed.ts'
import { waited, windowClose_ms } from './clockwork.ts'
import { closeTrade, nextCloseAttempt } from './closing.ts'
import type { Denial } from './denial.ts'
import type { EventOf, JournalEvent } from './events.ts'
import type { Execution } from './input.ts'
import { orderRequest, updateOrder } from './intents.ts'
import { addFill, slippageCents } from './money.ts'
import { afterOpenEnded, giveUpEntry } from './opening.ts'
import { isFlat, isStopping, type MarketView, type OrderState, type SessionState, type Trade } from './state.ts'
import { andThen, type Step, stay, step } from './step.ts'

export function applyOrder(
  state: SessionState,
  order: BrokerOrder,
  execution: Execution | null,
  view: MarketView,
): Step {
  const local = state.orders[order.clientOrderId]
  if (local === undefined) return stay(state)
  const known = accept(bringBack(state, local, order, view), local, order)
  const qty = order.filledQty - local.filledQty
  if (qty <= 0) return andThen(known, (current) => settleStatus(current, order, view))
  const price = fillPrice(local, order, execution, qty)
  if (price === null) {
    return andThen(known, (current) => step(current, [], [{ kind: 'lookup', clientOrderId: local.clientOrderId }]))
  }
  const executionId = execution?.executionId ?? `${order.id}:${order.filledQty}`
  const filled = andThen(known, (current) => addFillTo(current, order, { executionId, price, qty }))
  return andThen(filled, (current) => settleStatus(current, order, view))
}

/** An entry that was given up and filled after all is the desk's position again, and the team hears of it. */
function bringBack(state: SessionState, local: OrderState, order: BrokerOrder, view: MarketView): Step {
  const { givenUp } = state
  const isLate = local.purpose === 'open' && state.trade === null && order.filledQty > local.filledQty
  if (!isLate || givenUp === null) return stay(state)
  const message = `Order ${local.clientOrderId} was filled after the desk had given it up; the position is watched and closed by the rules.`
  const alert: JournalEvent = { type: 'engine_alert', code: 'late_fill', message, critical: true }
  const trade: Trade = { ...givenUp, watchedSince: view.now }
  return step(
    { ...state, trade, givenUp: null, phase: 'holding' },
    [alert],
    [{ kind: 'watch', symbols: trade.symbols }],
  )
}

function accept(step_: Step, local: OrderState, order: BrokerOrder): Step {
  if (local.orderId !== null) return step_
  return andThen(step_, (current) => {
    const accepted = { type: 'order_accepted', clientOrderId: local.clientOrderId, orderId: order.id } as const
    return step(updateOrder(current, local, { orderId: order.id }), [accepted])
  })
}

function addFillTo(state: SessionState, order: BrokerOrder, { executionId, price, qty }: Execution): Step {
  const local = state.orders[order.clientOrderId]
  const { trade } = state
  if (local === undefined || trade === null) return unclaimedFill(state, order)
  if (local.leg !== null) return fillLeg(state, trade, local, { executionId, price, qty })
  const mid = decisionMid(trade, local)
  const fill: EventOf<'fill'> = {
    type: 'fill',
    tradeId: trade.tradeId,
    clientOrderId: local.clientOrderId,
    executionId,
    purpose: local.purpose,
    qty,
    filledQty: order.filledQty,
    orderQty: order.qty,
    price,
    decisionMid: mid,
    slippageCents: slippageCents(local.purpose, mid, price, qty),
    at_ms: order.updatedAt_ms,
  }
  const counted = updateOrder(state, local, {
    filledQty: order.filledQty,
    filledNotional: addFill(local.filledNotional, price, qty),
  })
  const isFirst = local.purpose === 'open' && trade.openedQty === 0
  const entries = isFirst ? state.entries + 1 : state.entries
  return step({ ...counted, trade: addToTrade(trade, local, price, qty, order.updatedAt_ms), entries }, [fill])
}

/** A leg that had lost its partner goes; the P&L of its spread was settled when the partner was missed. */
function fillLeg(state: SessionState, trade: Trade, local: OrderState, { price, qty }: Execution): Step {
  const filled = updateOrder(state, local, {
    filledQty: local.filledQty + qty,
    filledNotional: addFill(local.filledNotional, price, qty),
  })
  const leftovers = trade.leftovers.flatMap((leftover) => {
    if (leftover.symbol !== local.leg) return [leftover]
    const left = Math.max(0, Math.abs(leftover.qty) - qty)
    return left === 0 ? [] : [{ ...leftover, qty: Math.sign(leftover.qty) * left }]
  })
  const message = `The single leg ${local.leg}: ${qty} closed at ${priceText(price)} (order ${local.clientOrderId}).`
  const told: JournalEvent = { type: 'engine_alert', code: 'leg_closed', message, critical: false }
  return step({ ...filled, trade: { ...trade, leftovers } }, [told])
}

/** A fill without a trade to belong to: more was closed than was held. The broker's side decides what stands now. */
function unclaimedFill(state: SessionState, order: BrokerOrder): Step {
  if (state.mode === 'HALTED') return stay(state)
  const message = `Order ${order.clientOrderId} was filled (${order.filledQty}) with nothing held. Check the account by hand.`
  const alert: JournalEvent = { type: 'engine_alert', code: 'unclaimed_fill', message, critical: true }
  return step({ ...state, mode: 'HALTED', modeReason: 'unclaimed_fill' }, [alert])
}

/** The execution's own price where it accounts for all that is new, else what the broker's average implies. */
function fillPrice(local: OrderState, order: BrokerOrder, execution: Execution | null, qty: number): string | null {
  if (execution !== null && execution.qty === qty) return execution.price
  if (order.filledAvgPrice === null) return null
  // The broker rounds its average; what was paid in all is whole cents a share.
  const total = exact(order.filledAvgPrice).times(order.filledQty).round(2)
  return total.minus(local.filledNotional).div(qty).round(8).toFixed()
}

/** A close without a mid, or without a decision behind it, is held against none. */
function decisionMid(trade: Trade, order: OrderState): number | null {
  return order.purpose === 'open' ? trade.decisionMid : (trade.exit?.mid ?? null)
}

function addToTrade(trade: Trade, order: OrderState, price: string, qty: number, at_ms: number): Trade {
  if (order.purpose === 'open') {
    return changedTrade(trade, {
      openedQty: trade.openedQty + qty,
      openedNotional: addFill(trade.openedNotional, price, qty),
      entry_ms: trade.entry_ms ?? at_ms,
    })
  }
  return changedTrade(trade, {
    closedQty: trade.closedQty + qty,
    closedNotional: addFill(trade.closedNotional, price, qty),
    exit_ms: at_ms,
  })
}

function settleStatus(state: SessionState, order: BrokerOrder, view: MarketView): Step {
  const local = state.orders[order.clientOrderId]
  if (local === undefined || local.status === 'ended') return afterLateFill(state, view)
  if (TERMINAL_ORDER_STATUSES.has(order.status)) return endOrder(state, local, order.status, view)
  if (local.status !== 'intent') return stay(state)
  if (local.purpose === 'open' && (isStopping(state) || state.mode !== 'ACTIVE')) {
    // Stopped while the answer was under way: nothing more is to be opened.
    const cancelling = updateOrder(state, local, { status: 'cancelling', since: view.now })
    return step(cancelling, [], [{ kind: 'cancel', clientOrderId: local.clientOrderId, orderId: order.id }])
  }
  return step(updateOrder(state, local, { status: 'working', since: view.now }), [])
}

/** A fill that arrived after the order's end was known can complete the close. */
function afterLateFill(state: SessionState, view: MarketView): Step {
  const { trade } = state
  return trade !== null && isFlat(trade) ? closeTrade(state, trade, view) : stay(state)
}

function endOrder(state: SessionState, local: OrderState, status: string, view: MarketView): Step {
  const { clientOrderId, filledQty } = local
  const ended = updateOrder(state, local, { status: 'ended', since: view.now })
  const event: JournalEvent = { type: 'order_ended', clientOrderId, status, filledQty }
  return andThen(step(ended, [event]), (current) => {
    const { trade } = current
    if (local.purpose === 'open') return afterOpenEnded(current, view, `order ${status}`)
    if (trade === null) return stay(current)
    if (isFlat(trade)) return closeTrade(current, trade, view)
    // After anything but a fill or our own cancel the clock tries again: a broker that rejects would be asked in a tight loop.
    return status === 'canceled' || status === 'filled' ? nextCloseAttempt(current, trade, view) : stay(current)
  })
}

/** Of a close that is refused again and again, the team hears the first and every fifth time. */
const REFUSALS_POSTED_EVERY = 5

export function refuseOrder(state: SessionState, id: string, error: BrokerError, view: MarketView): Step {
  const local = state.orders[id]
  if (local === undefined || local.status === 'ended') return stay(state)
  const code = error.code === null ? error.kind : String(error.code)
  const { purpose, attempt, filledQty } = local
  const isPosted = purpose === 'open' || attempt % REFUSALS_POSTED_EVERY === 1
  const event: JournalEvent = isPosted
    ? { type: 'order_refused', clientOrderId: id, purpose, code, message: error.message }
    : { type: 'order_ended', clientOrderId: id, status: `refused ${code}`, filledQty }
  const ended = updateOrder(state, local, { status: 'ended', since: view.now })
  if (purpose === 'open') {
    // What a broker refuses (buying power, level, the hour) it refuses in the next minute too: the day is done with it.
    return andThen(step(ended, [event]), (current) => giveUpEntry(current, `refused: ${error.message}`, false))
  }
  // A refused close is tried again by the clock, once the broker was asked what it is that stands there.
  return step(ended, [event], [{ kind: 'reconcile' }])
}

/** Not sent at all. An opening is given up; a close is tried again by the clock. */
export function denyOrder(state: SessionState, id: string, denial: Denial, view: MarketView): Step {
  const local = state.orders[id]
  if (local === undefined || local.status === 'ended') return stay(state)
  const { code, numbers } = denial
  const denied: JournalEvent = { type: 'order_denied', clientOrderId: id, purpose: local.purpose, code, numbers }
  const ended = updateOrder(state, local, { status: 'ended', since: view.now })
  if (local.purpose === 'close') return step(ended, [denied], [{ kind: 'reconcile' }])
  return andThen(step(ended, [denied]), (current) => giveUpEntry(current, `denied: ${code}`, !FINAL_DENIALS.has(code)))
}

/** What the next minute will not have changed. */
const FINAL_DENIALS: ReadonlySet<Denial['code']> = new Set<Denial['code']>([
  'buying_power',
  'contracts_limit',
  'instrument_not_allowed',
  'orders_per_day',
  'daily_loss_limit',
])

/** An opening that may not be sent any more lapses when the broker has not known it for this long. */
const LAPSE_S = 30

/**
 * The broker does not know the id. The same id is sent again while that is still wanted; the broker takes it once. Where
 * it is not, the request could still arrive: it is asked for until it cannot be on its way any more.
 */
export function missingOrder(state: SessionState, id: string, view: MarketView): Step {
  const local = state.orders[id]
  if (local === undefined || local.status !== 'intent' || state.trade === null) return stay(state)
  const isWanted = local.purpose === 'close' || mayStillOpen(state, view)
  if (isWanted) return step(state, [], [{ kind: 'submit', request: orderRequest(state.trade, local) }])
  if (!waited(local.since, view.now, LAPSE_S)) return stay(state)
  return endOrder(state, local, 'never_sent', view)
}

function mayStillOpen(state: SessionState, view: MarketView): boolean {
  return !isStopping(state) && state.mode === 'ACTIVE' && view.now.market_ms <= windowClose_ms(state)
}
