/**
 * The backtest's cost model: charged once a trade, on the premium at the decision's mid.
 *
 * Entry points: `exactCosts` (unrounded decimals), `approxCosts` (doubles, for filters), `costsOf` (rounded dollars).
 */
import { type Decimal, exact, roundTo } from './exact.ts'
import { MULTIPLIER } from './rules.ts'
import { legCount } from './structure.ts'
import type { Costs, StrategyConfig } from './types.ts'

/** Dollars a position. `netPremium` is gross less total. */
export interface CostParts<T> {
  readonly gross: T
  readonly commission: T
  readonly spread: T
  readonly slippage: T
  readonly total: T
  readonly netPremium: T
}

export function exactCosts(mid: number, contracts: number, config: StrategyConfig): CostParts<Decimal> {
  const { profile, structure } = config
  const gross = exact(mid).times(MULTIPLIER).times(contracts)
  const commission = exact(profile.commissionPerContract).times(contracts).times(legCount(structure))
  const spread = gross.times(profile.bidAskCostPct).times(0.01)
  const slippage = gross.times(profile.slippagePct).times(0.01)
  const total = commission.plus(spread).plus(slippage)
  return { gross, commission, spread, slippage, total, netPremium: gross.minus(total) }
}

export function approxCosts(mid: number, contracts: number, config: StrategyConfig): CostParts<number> {
  const { profile, structure } = config
  const gross = mid * MULTIPLIER * contracts
  const commission = profile.commissionPerContract * contracts * legCount(structure)
  const spread = gross * profile.bidAskCostPct * 0.01
  const slippage = gross * profile.slippagePct * 0.01
  const total = commission + spread + slippage
  return { gross, commission, spread, slippage, total, netPremium: gross - total }
}

/** The costs of a trade of `contracts` decided at `mid`, each figure rounded once to the cent. */
export function costsOf(mid: number, contracts: number, config: StrategyConfig): Costs {
  const { commission, spread, slippage, total } = exactCosts(mid, contracts, config)
  return {
    commission: roundTo(commission, 2),
    spread: roundTo(spread, 2),
    slippage: roundTo(slippage, 2),
    total: roundTo(total, 2),
  }
}
