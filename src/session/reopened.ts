/**
 * An ended session of the day that left something at the broker after all: an opening whose request arrived when nobody
 * waited for it any more. Pure. Entry points: `lateOpening`, `reopened`.
 *
 * 1. Its books decide: nothing is left but what the broker has of its openings and they have not.
 * 2. Open again it opens nothing; what was left is adopted by its first reading of the broker's side, is closed by the
 *    rules (at once where the team asked for a stop), and then the session has ended again.
 */
import { type BrokerOrder, TERMINAL_ORDER_STATUSES } from '../broker/port.ts'
import type { Actor, EventOf } from './events.ts'
import { clientOrderIdPrefix } from './intents.ts'
import { isStopping, type OrderState, type SessionState } from './state.ts'

const DESK: Actor = { id: 'desk', name: 'the desk', via: 'system' }

/** The newest opening of this ended session that works at the broker, or was filled beyond its books; null: none. */
export function lateOpening(state: SessionState, orders: readonly BrokerOrder[]): BrokerOrder | null {
  if (state.phase !== 'ended' || state.trade !== null) return null
  const prefix = `${clientOrderIdPrefix(state)}open-`
  const isLate = ({ clientOrderId, status, filledQty }: BrokerOrder) =>
    clientOrderId.startsWith(prefix) &&
    (!TERMINAL_ORDER_STATUSES.has(status) || filledQty > (state.orders[clientOrderId]?.filledQty ?? 0))
  return orders.findLast(isLate) ?? null
}

/** The session as it stood before it gave its last entry up, and on its way to its end. */
export function reopened(state: SessionState): SessionState {
  const unfilled = Object.values(state.orders).filter(({ purpose, filledQty }) => purpose === 'open' && filledQty === 0)
  const last = unfilled.at(-1)
  const orders = Object.fromEntries(Object.entries(state.orders).filter(([, order]) => !isUnseen(order)))
  const ending = { ...state, ...(isStopping(state) ? {} : { drain: { actor: DESK, kind: 'drain' } as const }) }
  if (last === undefined || !isUnseen(last) || state.givenUp === null) return { ...ending, orders, phase: 'done' }
  const awaited: OrderState = { ...last, status: 'intent' }
  return {
    ...ending,
    phase: 'entering',
    trade: state.givenUp,
    givenUp: null,
    orders: { ...orders, [last.clientOrderId]: awaited },
  }
}

/**
 * Given up before the broker ever showed it. Others than the last belong to no entry that is remembered: adopted as
 * found.
 */
export function isUnseen({ purpose, status, orderId, filledQty }: OrderState): boolean {
  return purpose === 'open' && status === 'ended' && orderId === null && filledQty === 0
}

export function reopenedAlert({ clientOrderId, filledQty, qty }: BrokerOrder): EventOf<'engine_alert'> {
  const message = `Order ${clientOrderId} of this desk reached the broker after its session had ended (${filledQty} of ${qty} filled). The session is open again, only to cancel what works and to close what was filled.`
  return { type: 'engine_alert', code: 'session_reopened', message, critical: true }
}
