/** The exits of an open position, checked on every quote of it, in the order of the rules. */
import { approxCosts, exactCosts } from './costs.ts'
import { type Decimal, isBeyondDoubt, roundedDollars, signOf } from './exact.ts'
import { dollarsOfFixed, fixedCost, fixedNetPnl, fixedOf, fixedRulePnl } from './fixed.ts'
import { type Approx, approxNetPnl, approxRulePnl, exactNetPnl, exactRulePnl } from './pnl.ts'
import { MULTIPLIER, sessionEnd_ms } from './rules.ts'
import type { ExitDecision, ExitInput, ExitReason, PositionPnl, StrategyConfig } from './types.ts'

/** Whether an exact P&L plus `offset` is above (1), at (0) or below (-1) zero. */
function against(pnl: Approx, offset: number, exactly: () => Decimal): -1 | 0 | 1 {
  return signOf(pnl.value + offset, pnl.magnitude + Math.abs(offset), () => exactly().plus(offset))
}

const isSafe = Number.isSafeInteger
const NONE: readonly ExitReason[] = []

type PriceExits = PositionPnl & { readonly fired: readonly ExitReason[] }

/** A position whose quote can be used. */
interface Marked {
  readonly decisionMid: number
  readonly entryFill: number
  readonly contracts: number
  readonly mid: number
  readonly close: number
}

/** Exits 1 to 3, and the P&Ls they were held against; none of them where the quote cannot be used. */
function priceExits(input: ExitInput, config: StrategyConfig): PriceExits {
  const { decisionMid, entryFill, contracts, mid, close } = input.position
  if (mid === null || close === null) return { rulePnl: null, netPnl: null, fired: NONE }
  const position = { decisionMid, entryFill, contracts, mid, close }
  return fixedExits(position, input.day.netPnl, config) ?? decimalExits(position, input.day.netPnl, config)
}

/** The same as `decimalExits` in whole numbers; null where a figure does not fit them, or the target is too near to tell. */
function fixedExits(position: Marked, dayNetPnl: number, config: StrategyConfig): PriceExits | null {
  const { decisionMid, entryFill, contracts, mid, close } = position
  const { profile, limits } = config
  const rule = fixedRulePnl(decisionMid, mid, contracts, config)
  const net = fixedNetPnl(entryFill, close, contracts, config)
  const day = fixedOf(dayNetPnl) + fixedOf(profile.maxDailyLoss)
  const dayLeft = net + day
  const stop = -fixedOf(profile.maxLossPerTrade)
  const gross = fixedOf(decisionMid) * MULTIPLIER * contracts
  const netPremium = gross - fixedCost(decisionMid, contracts, config)
  const target = limits.profitTargetShare * netPremium
  const magnitude = Math.abs(rule) + Math.abs(gross) + Math.abs(target)
  const isExact = isSafe(day) && isSafe(dayLeft) && isSafe(rule) && isSafe(stop)
  if (!isExact || !isBeyondDoubt(rule - target, magnitude)) return null
  const isStopped = rule < stop || net < stop
  let fired = NONE
  // Most quotes fire nothing.
  if (dayLeft <= 0 || isStopped || rule > target) {
    const reasons: ExitReason[] = []
    if (dayLeft <= 0) reasons.push('daily_loss_limit')
    if (isStopped) reasons.push('stop_loss')
    if (rule > target) reasons.push('profit_target')
    fired = reasons
  }
  return { rulePnl: dollarsOfFixed(rule), netPnl: dollarsOfFixed(net), fired }
}

/** With decimals, whatever the figures are. */
function decimalExits(position: Marked, dayNetPnl: number, config: StrategyConfig): PriceExits {
  const { decisionMid, entryFill, contracts, mid, close } = position
  const { profile, limits } = config
  const ruleTrade = { decisionMid, mid, contracts }
  const filledTrade = { entryFill, close, contracts }
  const rule = approxRulePnl(ruleTrade, config)
  const net = approxNetPnl(filledTrade, config)
  const exactRule = () => exactRulePnl(ruleTrade, config)
  const exactNet = () => exactNetPnl(filledTrade, config)

  const fired: ExitReason[] = []
  const dayLeft: Approx = {
    value: net.value + dayNetPnl,
    magnitude: net.magnitude + Math.abs(dayNetPnl),
  }
  if (against(dayLeft, profile.maxDailyLoss, () => exactNet().plus(dayNetPnl)) <= 0) fired.push('daily_loss_limit')
  const stopped =
    against(rule, profile.maxLossPerTrade, exactRule) < 0 || against(net, profile.maxLossPerTrade, exactNet) < 0
  if (stopped) fired.push('stop_loss')
  const { netPremium, gross } = approxCosts(decisionMid, contracts, config)
  const aboveTarget = signOf(
    rule.value - limits.profitTargetShare * netPremium,
    rule.magnitude + Math.abs(gross) + Math.abs(netPremium),
    () => exactRule().minus(exactCosts(decisionMid, contracts, config).netPremium.times(limits.profitTargetShare)),
  )
  if (aboveTarget > 0) fired.push('profit_target')
  return {
    rulePnl: roundedDollars(rule.value, rule.magnitude, exactRule),
    netPnl: roundedDollars(net.value, net.magnitude, exactNet),
    fired,
  }
}

/**
 * Whether the position is closed now: the first exit that holds is the reason, the others that hold are `alsoFired`.
 * A loss exit on a wide quote still needs its confirmation: see `confirm.ts`.
 */
export function evaluateExit(input: ExitInput, config: StrategyConfig): ExitDecision {
  const { rulePnl, netPnl, fired } = priceExits(input, config)
  const isLate = input.now_ms >= sessionEnd_ms(input.session, config.limits)
  if (fired.length === 0 && !isLate && !input.operatorStop) return { action: 'hold', reason: null, rulePnl, netPnl }
  const all: ExitReason[] = [...fired]
  if (isLate) all.push('session_end')
  if (input.operatorStop) all.push('operator_stop')
  const [reason, ...alsoFired] = all as [ExitReason, ...ExitReason[]]
  return { action: 'exit', reason, alsoFired, rulePnl, netPnl }
}
