/** The gates before an entry, in the order of the rules: the first that fails is the reason. */
import { exact, signOf } from './exact.ts'
import type { BarMeasure } from './indicators.ts'
import { entryWindow } from './rules.ts'
import type { DecisionInput, Quote, SkipDecision, SkipReason, StrategyConfig } from './types.ts'

/** Why there is no entry, with the number that decided and its limit. */
export interface Refused {
  readonly reason: SkipReason
  readonly measured: SkipDecision['measured']
}

export const refused = (reason: SkipReason, value: number | null = null, limit: number | null = null): Refused => ({
  reason,
  measured: { value, limit },
})

type GateInput = Omit<DecisionInput, 'bars' | 'chain'>

export interface TwoSided {
  readonly bid: number
  readonly ask: number
}

/** The spot quote where it can be used at `now_ms`: both sides above 0, not crossed, not older than the limit. */
export function usableSpot(spot: Quote, now_ms: number, ageMax_s: number): TwoSided | null {
  const { bid, ask, t_ms } = spot
  if (bid === null || ask === null || !(bid > 0) || !(ask > 0) || bid > ask) return null
  return t_ms !== null && now_ms - t_ms > ageMax_s * 1000 ? null : { bid, ask }
}

/** Gates 1 to 3: those that need no market data. */
function dayGates(input: GateInput, { profile, limits }: StrategyConfig): Refused | null {
  const { now_ms, session, day } = input
  const { from_ms, to_ms } = entryWindow(session, limits)
  if (now_ms < from_ms || now_ms > to_ms) return refused('outside_entry_window')
  if (day.open) return refused('position_open')
  if (day.entries >= limits.maxDailyTrades) return refused('max_daily_trades', day.entries, limits.maxDailyTrades)
  const left = signOf(day.netPnl + profile.maxDailyLoss, Math.abs(day.netPnl) + profile.maxDailyLoss, () =>
    exact(day.netPnl).plus(profile.maxDailyLoss),
  )
  return left <= 0 ? refused('daily_loss_limit', day.netPnl, -profile.maxDailyLoss) : null
}

/** Gates 4 to 7: the bars. */
function marketGates(measure: BarMeasure, { limits }: StrategyConfig): Refused | null {
  if (measure.count < limits.barsMin) return refused('warming_up', measure.count, limits.barsMin)
  if (measure.vixEstimate > limits.vixMax) return refused('high_vix', measure.vixEstimate, limits.vixMax)
  if (measure.rangeExceeds(limits.rangeExtremePct)) {
    return refused('extreme_volatility', measure.rangePct, limits.rangeExtremePct)
  }
  if (measure.rangeExceeds(limits.rangeModeratePct)) {
    return refused('moderate_volatility', measure.rangePct, limits.rangeModeratePct)
  }
  return null
}

/** All eight gates; what passes is the spot quote to go on with. */
export function passGates(
  input: GateInput,
  measure: BarMeasure,
  config: StrategyConfig,
): { readonly refused: Refused } | { readonly refused: null; readonly spot: TwoSided } {
  const failed = dayGates(input, config) ?? marketGates(measure, config)
  if (failed !== null) return { refused: failed }
  const { spot, now_ms } = input
  const usable = usableSpot(spot, now_ms, config.limits.quoteAgeMax_s)
  if (usable !== null) return { refused: null, spot: usable }
  const age_s = spot.t_ms === null ? null : (now_ms - spot.t_ms) / 1000
  return { refused: refused('stale_quote', age_s, config.limits.quoteAgeMax_s) }
}
