/**
 * Exact P&L in whole ten-billionths of a dollar: the fast way of what `pnl.ts` computes with decimals.
 *
 * Entry points: `fixedCost`, `fixedRulePnl`, `fixedNetPnl`, `fixedOf`, `dollarsOfFixed`.
 *
 * 1. Prices, percentages and commissions with at most four decimals are integers when scaled; so are their products.
 *    Every step is checked against the integers a double holds exactly.
 * 2. What does not fit (an average fill with many decimals, absurd sizes) is NaN: ask the decimals instead.
 */
import { scaled } from './exact.ts'
import { MULTIPLIER } from './rules.ts'
import { legCount } from './structure.ts'
import type { StrategyConfig } from './types.ts'

/** From the scale of prices (10⁻⁴) to that of a product of two scaled figures over a hundred (10⁻¹⁰). */
const RESCALE = 1_000_000
const PER_CENT = 100_000_000
/** Commission is assumed at opening and again at closing. */
const SIDES_CHARGED = 2

const whole = (value: number): number => (Number.isSafeInteger(value) ? value : Number.NaN)

/** A position of `contracts` at a price, scaled. */
const amount = (price: number, contracts: number): number => whole(price * MULTIPLIER * whole(contracts))

function commission(contracts: number, { profile, structure }: StrategyConfig): number {
  return whole(scaled(profile.commissionPerContract) * whole(contracts) * legCount(structure))
}

/** An amount in dollars. */
export function fixedOf(dollars: number): number {
  return whole(scaled(dollars) * RESCALE)
}

/** The backtest's total cost of a trade decided at `mid`. */
export function fixedCost(mid: number, contracts: number, config: StrategyConfig): number {
  const { bidAskCostPct, slippagePct } = config.profile
  const onPremium = amount(scaled(mid), contracts) * whole(scaled(bidAskCostPct) + scaled(slippagePct))
  return whole(whole(onPremium) + whole(commission(contracts, config) * RESCALE))
}

export function fixedRulePnl(decisionMid: number, mid: number, contracts: number, config: StrategyConfig): number {
  const move = whole(amount(scaled(decisionMid) - scaled(mid), contracts) * RESCALE)
  return whole(move - fixedCost(decisionMid, contracts, config))
}

export function fixedNetPnl(entryFill: number, close: number, contracts: number, config: StrategyConfig): number {
  const move = amount(scaled(entryFill) - scaled(close), contracts)
  return whole(whole(move - SIDES_CHARGED * commission(contracts, config)) * RESCALE)
}

/** Dollars rounded to the cent, half away from zero. */
export function dollarsOfFixed(fixed: number): number {
  const size = Math.abs(fixed) + PER_CENT / 2
  // The quotient may have been rounded up to the next whole; the product and the difference are exact. (`%` is slow.)
  const quotient = Math.floor(size / PER_CENT)
  const cents = quotient * PER_CENT > size ? quotient - 1 : quotient
  return fixed < 0 && cents > 0 ? -cents / 100 : cents / 100
}
