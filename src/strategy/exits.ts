/** The exits of an open position, checked on every quote of it, in the order of the rules. */
import { approxCosts, exactCosts } from './costs.ts'
import { type Decimal, roundedDollars, signOf } from './exact.ts'
import { type Approx, approxNetPnl, approxRulePnl, exactNetPnl, exactRulePnl } from './pnl.ts'
import { sessionEnd_ms } from './rules.ts'
import type { ExitDecision, ExitInput, ExitReason, PositionPnl, StrategyConfig } from './types.ts'

/** Whether an exact P&L plus `offset` is above (1), at (0) or below (-1) zero. */
function against(pnl: Approx, offset: number, exactly: () => Decimal): -1 | 0 | 1 {
  return signOf(pnl.value + offset, pnl.magnitude + Math.abs(offset), () => exactly().plus(offset))
}

/** Exits 1 to 3, and the P&Ls they were held against; none of them where the quote cannot be used. */
function priceExits(input: ExitInput, config: StrategyConfig): PositionPnl & { readonly fired: ExitReason[] } {
  const { decisionMid, entryFill, contracts, mid, close } = input.position
  if (mid === null || close === null) return { rulePnl: null, netPnl: null, fired: [] }
  const { profile, limits } = config
  const ruleTrade = { decisionMid, mid, contracts }
  const filledTrade = { entryFill, close, contracts }
  const rule = approxRulePnl(ruleTrade, config)
  const net = approxNetPnl(filledTrade, config)
  const exactRule = () => exactRulePnl(ruleTrade, config)
  const exactNet = () => exactNetPnl(filledTrade, config)

  const fired: ExitReason[] = []
  const dayLeft: Approx = {
    value: net.value + input.day.netPnl,
    magnitude: net.magnitude + Math.abs(input.day.netPnl),
  }
  if (against(dayLeft, profile.maxDailyLoss, () => exactNet().plus(input.day.netPnl)) <= 0)
    fired.push('daily_loss_limit')
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
  if (input.now_ms >= sessionEnd_ms(input.session, config.limits)) fired.push('session_end')
  if (input.operatorStop) fired.push('operator_stop')
  const [reason, ...alsoFired] = fired
  if (reason === undefined) return { action: 'hold', reason: null, rulePnl, netPnl }
  return { action: 'exit', reason, alsoFired, rulePnl, netPnl }
}
