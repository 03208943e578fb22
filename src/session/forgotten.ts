/**
 * Closes that ended with nothing filled: of a day of refused closes only the newest are kept, so that no attempt costs
 * more than the one before. Entry points: `withoutEmpty`, `isForgotten`.
 *
 * 1. Nothing that works or was filled in part is ever forgotten: every fill of the day is counted once.
 * 2. A forgotten close is told from an unknown one by its attempt. It is news again only where something came of it.
 */
import { type BrokerOrder, TERMINAL_ORDER_STATUSES } from '../broker/port.ts'
import type { OrderState, SessionState } from './state.ts'

/** Closes of which nothing came, at most, in the books. */
export const EMPTY_CLOSES_KEPT = 50

const isEmpty = ({ purpose, status, filledQty }: OrderState): boolean =>
  purpose === 'close' && status === 'ended' && filledQty === 0

/** The books without the oldest closes of which nothing came. */
export function withoutEmpty(state: SessionState): Pick<SessionState, 'orders' | 'forgottenCloses'> {
  const { orders } = state
  const empty = Object.values(orders).filter(isEmpty)
  if (empty.length <= EMPTY_CLOSES_KEPT) return { orders }
  const attempts = empty.map(({ attempt }) => attempt).sort((a, b) => a - b)
  const newest = attempts[attempts.length - 1 - EMPTY_CLOSES_KEPT] ?? 0
  return {
    orders: Object.fromEntries(Object.entries(orders).filter(([, order]) => !isEmpty(order) || order.attempt > newest)),
    forgottenCloses: Math.max(newest, state.forgottenCloses ?? 0),
  }
}

/** Whether the books had this close and forgot it, there being nothing in it. */
export function isForgotten(state: SessionState, attempt: number): boolean {
  return attempt <= (state.forgottenCloses ?? 0)
}

/** Ended without a fill: it only has to be known. */
export function isOver({ filledQty, status }: BrokerOrder): boolean {
  return filledQty === 0 && TERMINAL_ORDER_STATUSES.has(status)
}
