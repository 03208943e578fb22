/**
 * Everything that is said of one campaign: verdict, success criteria and costs. The slash command and the terminal both
 * show this. Entry points: `assess`, `assessmentText`, `assessmentDocument`. Pure; `uniform` is seeded by the caller.
 */

import type { Registration } from '../session/registration.ts'
import { type CostAssumptions, type CostFindings, estimateCosts } from './costs/cost-estimates.ts'
import { type NetCommission, netCommissionLine, netCommissionOf } from './costs/net-commission.ts'
import { type CriteriaBox, evaluateCriteria } from './criteria/criteria.ts'
import { CRITERIA_LEGEND, costLines, criteriaLines } from './criteria/criteria-text.ts'
import type { VerdictCampaign } from './verdict/campaigns.ts'
import type { VerdictDay } from './verdict/day.ts'
import { type GateFacts, gatesOf } from './verdict/gates.ts'
import { type RegisteredPlan, registrationOf } from './verdict/registration.ts'
import { evaluateVerdict, type Verdict } from './verdict/verdict.ts'
import { verdictDocument } from './verdict/verdict-document.ts'
import { verdictText } from './verdict/verdict-text.ts'

export interface Assessment {
  readonly verdict: Verdict
  readonly costs: CostFindings
  /** What of net P&L is an assumption. */
  readonly commission: NetCommission
  readonly criteria: readonly CriteriaBox[]
  /** Where campaigns of the same profile on other accounts stand, a line each. */
  readonly elsewhere: readonly string[]
}

export interface AssessmentOptions {
  /** Configurations tried elsewhere, the first one of this account included. */
  readonly variants: number
  /** Dearest premium the rules accept, dollars a share. */
  readonly premiumMax: number
  /** Entries a day may have. */
  readonly entriesPerDay: number
  readonly assumptions: CostAssumptions
  /** Of days that do not tell it themselves. */
  readonly optionFeed: 'indicative' | 'opra' | null
  readonly lookaheads: GateFacts['lookaheads']
  /** The days are the desk's own, not a file's: then they must have been registered. */
  readonly isOfDesk: boolean
  readonly uniform: () => number
}

export function assess(campaign: VerdictCampaign, options: AssessmentOptions): Assessment {
  const { variants, assumptions, lookaheads, isOfDesk, uniform } = options
  const { days, source } = campaign
  const [first] = days
  if (first === undefined) throw new Error('expected a campaign with at least one day')
  const registered = first.registered
  const registration = registered?.registration ?? derived(campaign, first.plan, options)
  const gates = gatesOf(days, { registered, isOfDesk, lookaheads })
  const verdict = evaluateVerdict({
    campaign,
    registration,
    registered,
    variants: Math.max(variants, registration.variants),
    gates,
    uniform,
  })
  const optionFeed = weakestFeed(days, options.optionFeed)
  const samples = days.flatMap(({ evidence }) => evidence?.costs ?? [])
  const costs = estimateCosts(samples, assumptions, { kind: source.kind, optionFeed }, uniform)
  return {
    verdict,
    costs,
    commission: netCommissionOf(days),
    criteria: evaluateCriteria({ verdict, days, costs }),
    elsewhere: [],
  }
}

/**
 * Where nothing was registered: from the first day's plan. Every earlier configuration of the account was a try, too.
 */
function derived(
  { source, number }: VerdictCampaign,
  plan: RegisteredPlan,
  { variants, premiumMax, entriesPerDay }: AssessmentOptions,
): Registration {
  return registrationOf(plan, { source: source.kind, variants: variants + number - 1, premiumMax, entriesPerDay })
}

/**
 * Of the days with costs: what one of them on the lesser feed, or on one not told, cannot prove, all together cannot.
 */
function weakestFeed(days: readonly VerdictDay[], untold: 'indicative' | 'opra' | null): 'indicative' | 'opra' | null {
  const feeds = days.flatMap(({ evidence }) =>
    evidence === null || evidence.costs.length === 0 ? [] : [evidence.feeds?.option ?? untold],
  )
  if (feeds.length === 0) return untold
  if (feeds.includes('indicative')) return 'indicative'
  return feeds.every((feed) => feed === 'opra') ? 'opra' : null
}

/** A campaign as one of another account is told of. */
export function standing({ verdict: { word, campaign, counts, to } }: Assessment): string {
  return `Account ${campaign.accountId} of the same profile: its campaign ${campaign.number} stands at ${word} after ${counts.days} trading days, to ${to}. Campaigns on several accounts are so many chances to be right by luck.`
}

export function assessmentText({ verdict, costs, commission, criteria, elsewhere }: Assessment): string {
  return [
    verdictText(verdict),
    ...(elsewhere.length === 0 ? [] : ['', 'Other accounts', ...elsewhere.map((line) => `  ${line}`)]),
    '',
    `Success criteria   ${CRITERIA_LEGEND}`,
    ...criteriaLines(criteria).map((line) => `  ${line}`),
    '',
    'Costs',
    ...[...costLines(costs), netCommissionLine(commission)].map((line) => `  ${line}`),
  ].join('\n')
}

export function assessmentDocument({
  verdict,
  costs,
  commission,
  criteria,
  elsewhere,
}: Assessment): Readonly<Record<string, unknown>> {
  return { ...verdictDocument(verdict), criteria, costs, commission, elsewhere }
}
