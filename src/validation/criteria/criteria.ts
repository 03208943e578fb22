/**
 * The success criteria of the validation plan, phases 1 to 3, each box worked out from a campaign's days.
 *
 * Entry point: `evaluateCriteria`. Pure.
 *
 * 1. No box is ticked by hand, by too few days, or by data that cannot prove it. Only PAPER days tick anything; costs
 *    and slippage are never ticked by fills that a paper account makes up at the quote.
 * 2. A box is `met` only where every gate it rests on is passed: one that failed, or was not checked yet, keeps it
 *    open.
 * 3. A rate or a mean is `met` when its whole interval lies within the range asked for, `not_met` when none of it does.
 */
import type { CostFindings } from '../costs/cost-estimates.ts'
import type { VerdictDay } from '../verdict/day.ts'
import { GATE_NAMES } from '../verdict/gates.ts'
import type { Verdict } from '../verdict/verdict.ts'
import * as box from './boxes.ts'

export type BoxState = 'met' | 'not_met' | 'open' | 'cannot_prove'

export interface CriteriaBox {
  readonly phase: 1 | 2 | 3
  readonly title: string
  readonly state: BoxState
  readonly evidence: string
}

export interface CriteriaInput {
  readonly verdict: Verdict
  readonly days: readonly VerdictDay[]
  readonly costs: CostFindings
}

/** Trading days of a phase: one week, one month, two months. */
const PHASE_DAYS = { 1: 5, 2: 21, 3: 42 } as const

type GateName = keyof typeof GATE_NAMES
/** Means and rates rest on everything: on figures of days that are the strategy's, tested as was said beforehand. */
const ALL: readonly GateName[] = ['registered', 'lookahead', 'parity', 'broker']

/** The plan's boxes in its order. */
export function evaluateCriteria(input: CriteriaInput): readonly CriteriaBox[] {
  const earlier = [
    of(1, 'System executes trades without errors', ['broker'], box.withoutErrors),
    of(1, 'Strike selection matches backtest logic', ['lookahead', 'parity'], box.strikeParity),
    of(1, 'Risk management triggers appropriately', ['parity'], box.riskTriggers),
    of(1, 'Cost estimates within 20 % of actual', ['broker'], box.costsWithin),
    of(2, 'Daily P&L within ±50 % of backtest expectations', ALL, (given) => box.meanWithin(given, 0.5)),
    of(2, 'Execution rate matches filtering predictions', ALL, box.executionRate),
    of(2, 'Win rate consistent with historical performance', ALL, box.winRate),
    of(2, 'No major risk control failures', ['broker'], box.noFailures),
    of(3, 'Daily P&L within ±25 % of target consistently', ALL, (given) => box.meanWithin(given, 0.25)),
    of(3, 'Proven risk management effectiveness', ['parity', 'broker'], box.riskProven),
    of(3, 'Cost models validated and optimized', ['broker'], box.costsWithin),
  ].map((make) => make(input))
  return [
    ...earlier,
    of(3, 'Ready for live trading deployment', ALL, ({ verdict }) => readiness(earlier, verdict))(input),
  ]
}

/** A box with what every box asks for: paper days, as many as its phase is long, and every gate below it passed. */
function of(
  phase: CriteriaBox['phase'],
  title: string,
  rests: readonly GateName[],
  judge: (input: CriteriaInput) => box.Judged,
) {
  return (input: CriteriaInput): CriteriaBox => {
    const { verdict } = input
    const { kind } = verdict.campaign.source
    const judged = judge(input)
    const open = (why: string): CriteriaBox => ({ phase, title, state: 'open', evidence: `${judged.evidence}; ${why}` })
    if (kind !== 'PAPER') return { ...open(`only PAPER days count, these are ${kind}`), state: 'cannot_prove' }
    if (judged.state !== 'met') return { phase, title, ...judged }
    const notPassed = gatesNotPassed(rests, verdict)
    if (notPassed !== null) return open(notPassed)
    // Days on which the desk did not run count in every mean, but show nothing of a phase.
    const days = verdict.counts.days - verdict.counts.noSession
    return days < PHASE_DAYS[phase] ? open(`${days} of ${PHASE_DAYS[phase]} days`) : { phase, title, ...judged }
  }
}

/**
 * Which gates keep a box open, and why; null where all are passed. One that the verdict does not show was not checked.
 */
function gatesNotPassed(rests: readonly GateName[], { gates }: Verdict): string | null {
  const stateOf = (gate: GateName) => gates.find(({ name }) => name === GATE_NAMES[gate])?.state ?? 'unknown'
  const named = (words: string, state: 'failed' | 'unknown'): string[] => {
    const names = rests.filter((gate) => stateOf(gate) === state).map((gate) => GATE_NAMES[gate])
    return names.length === 0 ? [] : [`${words}: ${names.join(', ')}`]
  }
  const found = [...named('failed', 'failed'), ...named('not checked yet', 'unknown')]
  return found.length === 0 ? null : found.join('; ')
}

function readiness(earlier: readonly CriteriaBox[], verdict: Verdict): box.Judged {
  const unmet = earlier.filter(({ state }) => state !== 'met').length
  const failed = earlier.some(({ state }) => state === 'not_met') || verdict.word === 'INCONSISTENT'
  const open = earlier.some(({ state }) => state === 'open') || verdict.word !== 'CONSISTENT'
  const state = failed ? 'not_met' : open ? 'open' : unmet > 0 ? 'cannot_prove' : 'met'
  const evidence = `${earlier.length - unmet} of ${earlier.length} boxes met, verdict ${verdict.word}`
  const limit = state === 'cannot_prove' ? '; the rest needs fills of a real account' : ''
  return { state, evidence: `${evidence}${limit}` }
}
