/** What closing a position would cost right now: pure, in whole cents. Entry point: `closingCost`. */
import { centsOf, exact } from '../strategy/exact.ts'
import { MULTIPLIER } from '../strategy/rules.ts'
import type { StatusView } from './views.ts'

export interface ClosingCost {
  readonly contracts: number
  /** Dollars a share; null while no usable quote is known. */
  readonly mid: number | null
  /** Price of buying it back at once: one leg at the ask, a spread at short ask less long bid. */
  readonly close: number | null
  /** What the market takes between mid and that price. */
  readonly spreadCents: number | null
  /** Net P&L of the position if closed at that price. */
  readonly netPnlCents: number | null
}

/** Null: nothing is open. */
export function closingCost({ position }: Pick<StatusView, 'position'>): ClosingCost | null {
  if (position === null) return null
  const { contracts, mid, close, netPnlCents } = position
  const isKnown = mid !== null && close !== null && Number.isFinite(mid) && Number.isFinite(close)
  const spreadCents = isKnown ? centsOf(exact(close).minus(mid).times(MULTIPLIER).times(contracts).toString()) : null
  return { contracts, mid, close, spreadCents, netPnlCents }
}
