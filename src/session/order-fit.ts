/**
 * The broker's order held against the intent it bears the id of (I7). Entry points: `fitToBroker`, `isForeign`.
 *
 * 1. A close that is another one than intended (the watchdog sent it first, under the same derived id) is a close all
 *    the same: the books take over what it closes, one leg or fewer contracts.
 * 2. Anything else under an own id is none of ours: it is not counted, asked to end, and the account is halted.
 */
import { type BrokerOrder, TERMINAL_ORDER_STATUSES } from '../broker/port.ts'
import type { JournalEvent } from './events.ts'
import { orderRequest, updateOrder } from './intents.ts'
import type { MarketView, OrderState, SessionState, Trade } from './state.ts'
import { type Step, stay, step } from './step.ts'

/** Why the account is halted by it. */
const MISMATCH = 'order_mismatch'

export function fitToBroker(state: SessionState, order: BrokerOrder, view: MarketView): Step {
  const other = otherThan(state, order)
  if (other === null) return stay(state)
  const { trade, local } = other
  const close = local.purpose === 'close' ? otherClose(trade, local, order) : null
  return close === null ? refuse(state, local, order, view) : taken(state, local, close)
}

/** Not an order of this session's, though it bears the id of one. */
export function isForeign(state: SessionState, order: BrokerOrder): boolean {
  return otherThan(state, order) !== null
}

/** What it should have been, where it is not that. Looked at until it is known: an intent is of the present trade. */
function otherThan(state: SessionState, order: BrokerOrder): { trade: Trade; local: OrderState } | null {
  const local = state.orders[order.clientOrderId]
  const trade = state.trade ?? state.givenUp
  if (local === undefined || local.orderId !== null || trade === null) return null
  return isSame(trade, local, order) ? null : { trade, local }
}

/** Legs, sides and quantity; what an answer does not say is no difference. */
function isSame(trade: Trade, local: OrderState, { legs, qty }: BrokerOrder): boolean {
  if (legs.length === 0) return true
  const { legs: intended } = orderRequest(trade, local)
  if (qty !== local.qty || legs.length !== intended.length) return false
  return intended.every(({ symbol, side }) => legs.some((leg) => leg.symbol === symbol && leg.side === side))
}

/** The close that it is; null: it closes something else. */
function otherClose(trade: Trade, local: OrderState, order: BrokerOrder): Partial<OrderState> | null {
  const { qty, legs, limitPrice } = order
  const whole = orderRequest(trade, { ...local, leg: null }).legs
  const isOurs = legs.every(({ symbol, side }) => whole.some((leg) => leg.symbol === symbol && leg.side === side))
  if (!isOurs) return null
  return { qty, limitPrice, leg: legs.length < whole.length ? (legs[0]?.symbol ?? null) : null }
}

function taken(state: SessionState, local: OrderState, close: Partial<OrderState>): Step {
  const what = close.leg == null ? `${close.qty} of it` : `${close.qty} of ${close.leg}`
  const message = `Order ${local.clientOrderId} was sent otherwise than the books had it: it closes ${what}, and counts as that.`
  return step(updateOrder(state, local, close), [alert('close_adopted', message, false)])
}

function refuse(state: SessionState, local: OrderState, order: BrokerOrder, view: MarketView): Step {
  const { clientOrderId } = local
  const isOver = TERMINAL_ORDER_STATUSES.has(order.status)
  const cancel = isOver ? [] : [{ kind: 'cancel', clientOrderId, orderId: order.id } as const]
  if (state.modeReason === MISMATCH && local.status === 'ended') return step(state, [], cancel)
  const legs = order.legs.map(({ side, symbol }) => `${side} ${symbol}`).join(', ')
  const message = `Order ${clientOrderId} is not what the desk has under this id: the broker shows ${order.qty} × ${legs}. The account is halted; check the broker's own screen.`
  const ended = updateOrder(state, local, { status: 'ended', since: view.now })
  return step({ ...ended, mode: 'HALTED', modeReason: MISMATCH }, [alert(MISMATCH, message, true)], cancel)
}

function alert(code: string, message: string, critical: boolean): JournalEvent {
  return { type: 'engine_alert', code, message, critical }
}
