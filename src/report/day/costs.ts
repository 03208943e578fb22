/** Costs as the model estimates them against what the fills came to. Pure. Entry point: `costsOf`. */
import type { Source } from '../../broker/port.ts'
import type { JournalEvent } from '../../session/events.ts'
import { eventsOf, lastEventOf } from '../events-of.ts'
import { costProof } from './cost-proof.ts'
import { costSamplesOf, feesOf } from './cost-sample.ts'
import type { CostAnalysis } from './execution-schema.ts'
import { pctOf, sum, sumKnown } from './fields.ts'

/** The estimate is for what was to be sold; what was filled is its part. */
function estimatesOf(events: readonly JournalEvent[]) {
  return eventsOf(events, 'trade_closed').flatMap(({ tradeId, contracts }) => {
    const entry = eventsOf(events, 'entry_decided').find((event) => event.tradeId === tradeId)
    if (entry === undefined) return []
    const part = (cents: number): number => Math.round((cents * contracts) / entry.contracts)
    const { commissionCents, spreadCents, slippageCents } = entry.costs
    return [{ commission: part(commissionCents), spread: part(spreadCents), slippage: part(slippageCents) }]
  })
}

/** Where the day's option quotes came from; null where it does not tell. */
const feedOf = (events: readonly JournalEvent[]) => lastEventOf(events, 'day_proved')?.feeds.option ?? null

/** Of the closed trades of a day. */
export function costsOf(events: readonly JournalEvent[], source: Source): CostAnalysis {
  const samples = costSamplesOf(events)
  const closed = eventsOf(events, 'trade_closed')
  const assumedCommissionCents = sum(closed.map(({ commissionCents }) => commissionCents))
  const premiumCents = sum(samples.map(({ grossCents }) => grossCents))
  const estimates = estimatesOf(events)
  const of = (pick: (estimate: (typeof estimates)[number]) => number): number => sum(estimates.map(pick))
  const estimated = {
    commissionCents: of(({ commission }) => commission),
    spreadCents: of(({ spread }) => spread),
    slippageCents: of(({ slippage }) => slippage),
  }
  // A trade without its decision has no mid to measure from: the sum is not known then.
  const isWhole = samples.length === closed.length && closed.length > 0
  const spreadCents = isWhole ? sumKnown(samples.map((sample) => sample.spreadCents)) : null
  const slippageCents = isWhole ? sumKnown(samples.map((sample) => sample.slippageCents)) : null
  const totalEstimated = estimated.commissionCents + estimated.spreadCents + estimated.slippageCents
  const both = sumKnown([spreadCents, slippageCents])
  // Beside the estimate's, with the commission that the model charges: once, at opening.
  const total = both === null ? null : both + estimated.commissionCents
  const model = estimated.spreadCents + estimated.slippageCents
  const parameters = ['commission', 'spread', 'slippage'] as const
  return {
    premiumCents,
    estimated: {
      ...estimated,
      impactCents: null,
      totalCents: totalEstimated,
      pctOfPremium: pctOf(totalEstimated, premiumCents),
    },
    actual: {
      commissionCents: feesOf(events),
      spreadCents,
      slippageCents,
      impactCents: null,
      totalCents: total,
      estimatedCommissionCents: total === null ? null : estimated.commissionCents,
      pctOfPremium: total === null ? null : pctOf(total, premiumCents),
    },
    assumedCommissionCents,
    actualToEstimated: both === null || model === 0 ? null : Math.round((both / model) * 1e4) / 1e4,
    proof: parameters.map((parameter) => ({
      parameter,
      ...costProof(parameter, { kind: source.kind, optionFeed: feedOf(events) }),
    })),
  }
}
