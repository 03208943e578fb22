/**
 * The entry decision: gates, strike, premium quality, structure, in that order. Pure: the same input, the same decision.
 *
 * Entry points: `decide` (bars in any order), `decideMeasured` (the bars already measured, for replays; same result).
 */
import { type ChainColumns, findStrike, packChain } from './chain.ts'
import { costsOf } from './costs.ts'
import { passGates, type Refused, refused, type TwoSided } from './gates.ts'
import { type BarMeasure, measureBars } from './indicators.ts'
import { premiumProblem } from './premium.ts'
import { nearestStrike, targetOf } from './strike.ts'
import { hedgeStrikeOf, positionMarks } from './structure.ts'
import type { Decision, DecisionInput, EnterDecision, StrategyConfig } from './types.ts'

type Plan = Omit<EnterDecision, 'action' | 'vixEstimate' | 'rangePct'>

/** Picks the position to sell, or says why there is none. */
function choosePosition(
  quote: TwoSided,
  chain: ChainColumns,
  config: StrategyConfig,
): { readonly refused: Refused } | { readonly refused: null; readonly plan: Plan } {
  const target = targetOf(quote)
  const short = nearestStrike(chain, target.strike)
  if (short === null) return { refused: refused('no_chain') }
  const problem = premiumProblem(short, config.limits)
  if (problem !== null) return { refused: problem }
  const hedgeStrike = hedgeStrikeOf(short.strike, config.structure, config.width)
  const long = hedgeStrike === null ? null : findStrike(chain, hedgeStrike)
  if (hedgeStrike !== null && long === null) return { refused: refused('no_hedge') }
  const { mid, sell } = positionMarks(short, long)
  if (mid === null || sell === null) return { refused: refused('no_hedge') }
  if (sell <= 0) return { refused: refused('no_hedge', sell, 0) }
  const costs = costsOf(mid, config.profile.contracts, config)
  const { strike } = short
  return {
    refused: null,
    plan: { strike, hedgeStrike, mid, sellPrice: sell, costs, targetStrike: target.strike, spot: target.spot },
  }
}

/** `decide` with the session's completed bars already measured, and the chain in columns. */
export function decideMeasured(
  input: Omit<DecisionInput, 'bars' | 'chain'>,
  chain: ChainColumns,
  measure: BarMeasure,
  config: StrategyConfig,
): Decision {
  const { vixEstimate, rangePct } = measure.indicators(config.limits.barsMin)
  const gates = passGates(input, measure, config)
  const position = gates.refused === null ? choosePosition(gates.spot, chain, config) : gates
  if (position.refused !== null) {
    const { reason, measured } = position.refused
    return { action: 'skip', reason, measured, vixEstimate, rangePct }
  }
  return { action: 'enter', ...position.plan, vixEstimate, rangePct }
}

/** Whether to enter at `now_ms`, what, and at which costs; or the first reason not to. */
export function decide(input: DecisionInput, config: StrategyConfig): Decision {
  const measure = measureBars(input.bars, input.session, input.now_ms)
  return decideMeasured(input, packChain(input.chain), measure, config)
}
