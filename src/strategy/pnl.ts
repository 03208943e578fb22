/**
 * The three P&Ls, always named, in dollars a position.
 *
 * Entry points: `rulePnl`, `netPnl`, `brokerPnl` (rounded once to the cent), `exactRulePnl`, `exactNetPnl`,
 * `exactBrokerPnl` (unrounded), `stopMid`, `targetMid` (levels for people). Cents: `centsOf` of `exact.ts`.
 *
 * - `rulePnl`: the backtest's own, mids less its modelled costs.
 * - `netPnl`: fills less the assumed commission at opening and at closing. For an open position, as if closed now.
 * - `brokerPnl`: fills less the fees that were really charged.
 */
import { approxCosts, exactCosts } from './costs.ts'
import { type Decimal, exact, roundedDollars, roundTo } from './exact.ts'
import { MULTIPLIER } from './rules.ts'
import { legCount } from './structure.ts'
import type { StrategyConfig } from './types.ts'

/** Commission is assumed at opening and again at closing. */
const SIDES_CHARGED = 2
/** Levels for display: a hundredth of a cent a share. */
const LEVEL_DECIMALS = 4

export interface RuleTrade {
  readonly decisionMid: number
  readonly mid: number
  readonly contracts: number
}

export interface FilledTrade {
  readonly entryFill: number
  /** Price of closing: the exit's fill, or what closing now would cost. */
  readonly close: number
  readonly contracts: number
}

/** A quantity in doubles with the sum of its terms' sizes, as `signOf` wants them. */
export interface Approx {
  readonly value: number
  readonly magnitude: number
}

export function exactRulePnl({ decisionMid, mid, contracts }: RuleTrade, config: StrategyConfig): Decimal {
  const { total } = exactCosts(decisionMid, contracts, config)
  return exact(decisionMid).minus(mid).times(MULTIPLIER).times(contracts).minus(total)
}

export function approxRulePnl({ decisionMid, mid, contracts }: RuleTrade, config: StrategyConfig): Approx {
  const { total } = approxCosts(decisionMid, contracts, config)
  const lot = MULTIPLIER * contracts
  return {
    value: (decisionMid - mid) * lot - total,
    magnitude: (Math.abs(decisionMid) + Math.abs(mid)) * lot + Math.abs(total),
  }
}

/** `(decision mid − mid) × 100 × contracts − total costs`. */
export function rulePnl(trade: RuleTrade, config: StrategyConfig): number {
  const { value, magnitude } = approxRulePnl(trade, config)
  return roundedDollars(value, magnitude, () => exactRulePnl(trade, config))
}

/** The commission that `netPnl` assumes for opening and closing. */
export function assumedCommission(contracts: number, config: StrategyConfig): number {
  const each = exact(config.profile.commissionPerContract).times(contracts)
  return roundTo(each.times(legCount(config.structure)).times(SIDES_CHARGED), 2)
}

export function exactNetPnl({ entryFill, close, contracts }: FilledTrade, config: StrategyConfig): Decimal {
  const commission = exact(config.profile.commissionPerContract).times(contracts).times(legCount(config.structure))
  return exact(entryFill).minus(close).times(MULTIPLIER).times(contracts).minus(commission.times(SIDES_CHARGED))
}

export function approxNetPnl({ entryFill, close, contracts }: FilledTrade, config: StrategyConfig): Approx {
  const commission = config.profile.commissionPerContract * contracts * legCount(config.structure) * SIDES_CHARGED
  const lot = MULTIPLIER * contracts
  return {
    value: (entryFill - close) * lot - commission,
    magnitude: (Math.abs(entryFill) + Math.abs(close)) * lot + Math.abs(commission),
  }
}

/** `(entry fill − close) × 100 × contracts − commission × legs`, at opening and closing. */
export function netPnl(trade: FilledTrade, config: StrategyConfig): number {
  const { value, magnitude } = approxNetPnl(trade, config)
  return roundedDollars(value, magnitude, () => exactNetPnl(trade, config))
}

/** One execution as the broker reports it: prices a share and fees in dollars, exact decimals. */
export interface Execution {
  readonly side: 'buy' | 'sell'
  readonly price: number | string
  readonly qty: number
}

export function exactBrokerPnl(executions: readonly Execution[], fees: number | string): Decimal {
  let cash = exact(fees).times(-1)
  for (const { side, price, qty } of executions) {
    const amount = exact(price).times(MULTIPLIER).times(qty)
    cash = side === 'sell' ? cash.plus(amount) : cash.minus(amount)
  }
  return cash
}

/** Cash of all executions of a closed trade less the fees charged. */
export function brokerPnl(executions: readonly Execution[], fees: number | string): number {
  return roundTo(exactBrokerPnl(executions, fees), 2)
}

/** The position's mid at which `rulePnl` is minus the maximum loss of a trade; above it the stop fires. For display. */
export function stopMid(decisionMid: number, contracts: number, config: StrategyConfig): number {
  const { total } = exactCosts(decisionMid, contracts, config)
  const loss = exact(config.profile.maxLossPerTrade).minus(total)
  return roundTo(loss.div(MULTIPLIER * contracts).plus(decisionMid), LEVEL_DECIMALS)
}

/** The position's mid at which `rulePnl` is the profit target; below it the target fires. For display. */
export function targetMid(decisionMid: number, contracts: number, config: StrategyConfig): number {
  const { total, netPremium } = exactCosts(decisionMid, contracts, config)
  const gain = netPremium.times(config.limits.profitTargetShare).plus(total)
  return roundTo(exact(decisionMid).minus(gain.div(MULTIPLIER * contracts)), LEVEL_DECIMALS)
}
