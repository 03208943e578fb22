/**
 * Everything that is said of one campaign: verdict, success criteria and costs. The slash command and the terminal both show
 * this. Entry points: `assess`, `assessmentText`, `assessmentDocument`. Pure; `uniform` is seeded by the caller.
 */
import { type CostAssumptions, type CostFindings, estimateCosts } from './costs/cost-estimates.ts'
import { type CriteriaBox, evaluateCriteria } from './criteria/criteria.ts'
import { CRITERIA_LEGEND, costLines, criteriaLines } from './criteria/criteria-text.ts'
import type { VerdictCampaign } from './verdict/campaigns.ts'
import { gatesOf } from './verdict/gates.ts'
import { registrationOf } from './verdict/registration.ts'
import { evaluateVerdict, type Verdict } from './verdict/verdict.ts'
import { verdictDocument } from './verdict/verdict-document.ts'
import { verdictText } from './verdict/verdict-text.ts'

export interface Assessment {
  readonly verdict: Verdict
  readonly costs: CostFindings
  readonly criteria: readonly CriteriaBox[]
}

export interface AssessmentOptions {
  /** Configurations tried elsewhere, the first one of this account included. */
  readonly variants: number
  /** Dearest premium the rules accept, dollars a share. */
  readonly premiumMax: number
  readonly assumptions: CostAssumptions
  readonly optionFeed: 'indicative' | 'opra' | null
  readonly uniform: () => number
}

export function assess(campaign: VerdictCampaign, options: AssessmentOptions): Assessment {
  const { variants, premiumMax, assumptions, optionFeed, uniform } = options
  const { days, source, number } = campaign
  const [first] = days
  if (first === undefined) throw new Error('expected a campaign with at least one day')
  // Every earlier configuration of the account was a try, too.
  const tried = variants + number - 1
  const registration = registrationOf(first.plan, { source: source.kind, variants: tried, premiumMax })
  const verdict = evaluateVerdict({ campaign, registration, gates: gatesOf(days), uniform })
  const samples = days.flatMap(({ evidence }) => evidence?.costs ?? [])
  const costs = estimateCosts(samples, assumptions, { kind: source.kind, optionFeed }, uniform)
  return { verdict, costs, criteria: evaluateCriteria({ verdict, days, costs }) }
}

export function assessmentText({ verdict, costs, criteria }: Assessment): string {
  return [
    verdictText(verdict),
    '',
    `Success criteria   ${CRITERIA_LEGEND}`,
    ...criteriaLines(criteria).map((line) => `  ${line}`),
    '',
    'Costs',
    ...costLines(costs).map((line) => `  ${line}`),
  ].join('\n')
}

export function assessmentDocument({ verdict, costs, criteria }: Assessment): Readonly<Record<string, unknown>> {
  return { ...verdictDocument(verdict), criteria, costs }
}
