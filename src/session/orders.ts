/**
 * What becomes of an order: the broker's view of it, applied to ours.
 *
 * 1. A broker's order is cumulative, so applying the same one twice changes nothing and a missed update is made up for
 *    by the next: every fill is counted once.
 * 2. An order ends only by the broker's word on it: a terminal status, or a refusal of its first request. "I do not
 *    know this id" is no such word, nor is a no to its second request: the first may still be on its way, so the same
 *    id is sent and looked up again, never a new one (I6), until it cannot arrive any more; and then the day opens
 *    nothing more.
 * 3. An order whose fills cannot be counted yet does not end: it is looked up.
 * 4. What the broker shows working is working, whatever was believed before.
 */

import { type BrokerOrder, TERMINAL_ORDER_STATUSES } from '../broker/port.ts'
import { exact } from '../strategy/exact.ts'
import { priceText } from './amounts.ts'
import { changedTrade } from './changed.ts'
import { closeTrade, nextCloseAttempt } from './closing.ts'
import { withoutCounted } from './estimate.ts'
import type { EventOf, JournalEvent } from './events.ts'
import { isHalted } from './holds.ts'
import type { Execution } from './input.ts'
import { updateOrder } from './intents.ts'
import { addFill, slippageCents } from './money.ts'
import { afterOpenEnded, giveUpEntry } from './opening.ts'
import { fitToBroker, isForeign } from './order-fit.ts'
import { cancelNow } from './patience.ts'
import {
  activeOrder,
  heldQty,
  isFlat,
  isStopping,
  type MarketView,
  type OrderState,
  type SessionState,
  type Trade,
} from './state.ts'
import { andThen, type Step, stay, step } from './step.ts'

export function applyOrder(
  state: SessionState,
  order: BrokerOrder,
  execution: Execution | null,
  view: MarketView,
): Step {
  if (state.orders[order.clientOrderId] === undefined) return stay(state)
  const fitted = fitToBroker(state, order, view)
  return isForeign(fitted.state, order)
    ? fitted
    : andThen(fitted, (current) => applyOwn(current, order, execution, view))
}

function applyOwn(state: SessionState, order: BrokerOrder, execution: Execution | null, view: MarketView): Step {
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
  const filled = andThen(known, (current) => addFillTo(current, order, { executionId, price, qty }, view))
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

function addFillTo(
  state: SessionState,
  order: BrokerOrder,
  { executionId, price, qty }: Execution,
  view: MarketView,
): Step {
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
    ...(local.purpose === 'open' ? { strike: trade.strike, hedgeStrike: trade.hedgeStrike } : {}),
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
  const filled = { ...counted, trade: addToTrade(trade, local, price, qty, order.updatedAt_ms), entries }
  return andThen(step(filled, [fill]), (current) =>
    heldQty(current.trade) < 0 ? unclaimedFill(current, order) : haltAboveLimit(current, view),
  )
}

/** I13, from the broker's side: more is held than the profile sells. Whatever brought it about, it goes at once. */
function haltAboveLimit(state: SessionState, view: MarketView): Step {
  const { contracts } = state.strategy.profile
  const held = heldQty(state.trade)
  if (held <= contracts || isHalted(state)) return stay(state)
  const message = `${held} contracts are held, the profile sells ${contracts}: the account is halted and all of it is closed. Check the broker's own screen.`
  const alert: JournalEvent = { type: 'engine_alert', code: 'position_over_limit', message, critical: true }
  const halted = step({ ...state, mode: 'HALTED', modeReason: 'position_over_limit' }, [alert])
  return andThen(halted, (current) => (current.phase === 'entering' ? cancelNow(current, view) : stay(current)))
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

/**
 * A fill without a trade to belong to, or beyond it: more was closed than was held. The broker's side decides what
 * stands now.
 */
function unclaimedFill(state: SessionState, order: BrokerOrder): Step {
  if (isHalted(state)) return stay(state)
  const message = `Order ${order.clientOrderId} was filled (${order.filledQty}) with ${state.trade === null ? 'nothing' : 'less'} held. Check the account by hand.`
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
  const known = withoutCounted(trade, qty, at_ms)
  return changedTrade(known, {
    closedQty: known.closedQty + qty,
    closedNotional: addFill(known.closedNotional, price, qty),
    exit_ms: at_ms,
  })
}

function settleStatus(state: SessionState, order: BrokerOrder, view: MarketView): Step {
  const local = state.orders[order.clientOrderId]
  if (local === undefined) return stay(state)
  if (local.status === 'ended') {
    return TERMINAL_ORDER_STATUSES.has(order.status) ? afterLateFill(state, view) : workingAfterAll(state, order, view)
  }
  if (TERMINAL_ORDER_STATUSES.has(order.status)) return endOrder(state, local, order.status, view)
  if (local.status !== 'intent') return stay(state)
  if (local.purpose === 'open' && (isStopping(state) || state.mode !== 'ACTIVE')) {
    // Stopped while the answer was under way: nothing more is to be opened.
    const cancelling = updateOrder(state, local, { status: 'cancelling', since: view.now })
    return step(cancelling, [], [{ kind: 'cancel', clientOrderId: local.clientOrderId, orderId: order.id }])
  }
  return step(updateOrder(state, local, { status: 'working', since: view.now }), [])
}

/**
 * Believed to be over, and the broker shows it working. A close is taken up again, where no other one is under way; all
 * else is asked to end.
 */
function workingAfterAll(state: SessionState, order: BrokerOrder, view: MarketView): Step {
  const local = state.orders[order.clientOrderId]
  if (local === undefined) return stay(state)
  const isWanted = local.purpose === 'close' && state.trade !== null && activeOrder(state) === null
  if (isWanted) return step(updateOrder(state, local, { status: 'working', since: view.now }), [])
  return step(state, [], [{ kind: 'cancel', clientOrderId: local.clientOrderId, orderId: order.id }])
}

/** A fill that arrived after the order's end was known can complete the close. */
function afterLateFill(state: SessionState, view: MarketView): Step {
  const { trade } = state
  return trade !== null && isFlat(trade) ? closeTrade(state, trade, view) : stay(state)
}

export function endOrder(state: SessionState, local: OrderState, status: string, view: MarketView): Step {
  const { clientOrderId, filledQty } = local
  const ended = updateOrder(state, local, { status: 'ended', since: view.now })
  const event: JournalEvent = { type: 'order_ended', clientOrderId, status, filledQty }
  return andThen(step(ended, [event]), (current) => {
    const { trade } = current
    if (local.purpose === 'open') return afterOpening(current, status, view)
    if (trade === null) return stay(current)
    if (isFlat(trade)) return closeTrade(current, trade, view)
    // After anything but a fill or our own cancel the clock tries again: a broker that rejects would be asked in a
    // tight loop.
    return status === 'canceled' || status === 'filled' ? nextCloseAttempt(current, trade, view) : stay(current)
  })
}

/** What was never seen may come after all: nothing is opened beside it. */
function afterOpening(state: SessionState, status: string, view: MarketView): Step {
  const isLost = status === 'never_sent' && heldQty(state.trade) === 0
  if (!isLost) return afterOpenEnded(state, view, `order ${status}`)
  return giveUpEntry(
    state,
    'the broker never showed the order; it is watched for, and nothing more is opened today',
    false,
  )
}
