/** Exact sums of the ledger: notionals as decimal strings, P&L as integer cents, rounded once. */
import { centsOf, exact, SCALE, scaled } from '../strategy/exact.ts'
import { MULTIPLIER } from '../strategy/rules.ts'
import { legCount } from '../strategy/structure.ts'
import type { StrategyConfig } from '../strategy/types.ts'
import type { Settlement } from './settled-events.ts'

export function addFill(notional: string, price: string, qty: number): string {
  return exact(notional).plus(exact(price).times(qty)).toFixed()
}

/** Average price a share of `qty` contracts, exact to 8 places. */
export function averagePrice(notional: string, qty: number): string {
  return exact(notional).div(qty).round(8).toFixed()
}

/** The same as a number, for the rules: asked at every quote. */
export function averageOf(notional: string, qty: number): number {
  const average = scaled(Number(notional)) / qty
  return Number.isInteger(average) ? average / SCALE : Number(averagePrice(notional, qty))
}

/** What a fill gave up against the mid it was decided at, cents; positive is a cost; null without a mid. */
export function slippageCents(
  purpose: 'open' | 'close',
  mid: number | null,
  price: string,
  qty: number,
): number | null {
  if (mid === null) return null
  const perShare = purpose === 'open' ? exact(mid).minus(price) : exact(price).minus(mid)
  return centsOf(perShare.times(MULTIPLIER).times(qty))
}

export interface ClosedPnl {
  readonly brokerPnlCents: number
  readonly commissionCents: number
  readonly netPnlCents: number
}

/**
 * P&L of a position sold for `opened` and bought back for `closed`, `qty` contracts each way. What was held through its
 * expiry had no closing order, so no commission of one, but for legs that others closed alone.
 */
export function closedPnl(
  opened: string,
  closed: string,
  qty: number,
  strategy: StrategyConfig,
  settlement?: Pick<Settlement, 'qty' | 'legsClosed'>,
): ClosedPnl {
  const broker = exact(opened).minus(closed).times(MULTIPLIER)
  const legs = legCount(strategy.structure)
  const expiredLegs = legs * (settlement?.qty ?? 0) - (settlement?.legsClosed ?? 0)
  const commission = exact(strategy.profile.commissionPerContract).times(2 * legs * qty - expiredLegs)
  return {
    brokerPnlCents: centsOf(broker),
    commissionCents: centsOf(commission),
    netPnlCents: centsOf(broker.minus(commission)),
  }
}
