/**
 * Contracts that were missed at the broker and counted as closed by somebody else, at an estimate, because no order
 * explained them. Pure. Entry points: `estimated`, `withoutCounted`.
 *
 * 1. The broker's list of orders may lag behind its positions: where a fill of the desk's own turns out to be what was
 *    missed, it takes the estimate's place, so that nothing is counted as closed twice.
 */
import { exact } from '../strategy/exact.ts'
import { changedTrade } from './changed.ts'
import { addFill } from './money.ts'
import { heldQty, type Trade } from './state.ts'

/** What changes of a trade of which `qty` more are missed at `at_ms`. */
export function estimated(trade: Trade, price: string, qty: number, at_ms: number): Partial<Trade> {
  const notional = addFill(trade.estimate?.notional ?? '0', price, qty)
  return { estimatedQty: trade.estimatedQty + qty, estimate: { notional, until_ms: at_ms } }
}

/**
 * The trade as `qty` contracts are counted that the desk's own order closed at `at_ms`. What was closed before the
 * estimate was made was among what was missed; and more than was held has been counted before in any case.
 */
export function withoutCounted(trade: Trade, qty: number, at_ms: number): Trade {
  const { estimate, estimatedQty } = trade
  if (estimate === undefined || estimatedQty === 0) return trade
  const wasMissed = at_ms < estimate.until_ms ? qty : 0
  const counted = Math.min(estimatedQty, Math.max(wasMissed, qty - heldQty(trade)))
  if (counted <= 0) return trade
  const notional = exact(estimate.notional).times(counted).div(estimatedQty).round(8)
  return changedTrade(trade, {
    closedQty: trade.closedQty - counted,
    closedNotional: exact(trade.closedNotional).minus(notional).toFixed(),
    estimatedQty: estimatedQty - counted,
    estimate: { ...estimate, notional: exact(estimate.notional).minus(notional).toFixed() },
  })
}
