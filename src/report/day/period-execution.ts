/** Decisions, timings, execution and costs of several days. Pure. Entry points: one function a part. */
import { impactWords } from './cost-proof.ts'
import { pctOf, quantilesOf, sum, tallyOf } from './fields.ts'
import type { PeriodDocument } from './period-schema.ts'
import type { DayDocument } from './schema.ts'

export function decisionsOf(all: readonly DayDocument[]): PeriodDocument['decisions'] {
  const tally = tallyOf(
    all.map(({ decisionsByReason }) => decisionsByReason.map(({ reason, count }) => ({ key: reason, count }))),
  )
  return {
    taken: sum(all.map(({ decisions }) => decisions)),
    byReason: tally.map(({ key, count, days }) => ({ reason: key, count, days })),
  }
}

const between = (from: number | null, to: number | null): number[] =>
  from === null || to === null ? [] : [Math.max(0, to - from)]

export function timingsOf(known: readonly DayDocument[]): PeriodDocument['timings'] {
  const trades = known.flatMap(({ timings }) => timings.trades)
  return {
    decidedToFirstFill_ms: quantilesOf(trades.flatMap((one) => between(one.decided_ms, one.firstFill_ms))),
    exitDecidedToFlat_ms: quantilesOf(trades.flatMap((one) => between(one.exitDecided_ms, one.flat_ms))),
    held_ms: quantilesOf(trades.flatMap((one) => between(one.firstFill_ms, one.flat_ms))),
  }
}

interface Slipped {
  readonly cents: number
  readonly premiumCents: number
  readonly assumedCents: number
}

export function executionOf(known: readonly DayDocument[]): PeriodDocument['execution'] {
  const of = (pick: (execution: DayDocument['execution']) => number): number =>
    sum(known.map(({ execution }) => pick(execution)))
  const [ordered, filled] = [of((one) => one.contractsOrdered), of((one) => one.contractsFilled)]
  const [decided, entered] = [of((one) => one.entriesDecided), of((one) => one.entriesFilled)]
  const waits = known.flatMap(({ execution }) => execution.orders.flatMap(({ timeToFill_ms }) => timeToFill_ms ?? []))
  return {
    sent: of((one) => one.sent),
    filled: of((one) => one.filled),
    partlyFilled: of((one) => one.partlyFilled),
    unfilled: of((one) => one.unfilled),
    refused: of((one) => one.refused),
    contractsOrdered: ordered,
    contractsFilled: filled,
    fillRatePct: pctOf(filled, ordered),
    entriesDecided: decided,
    entriesFilled: entered,
    entryFillRatePct: pctOf(entered, decided),
    executions: of(({ fills }) => fills.length),
    inSeveralParts: of((one) => one.inSeveralParts),
    timeToFill_ms: quantilesOf(waits),
    ...slippageOf(known),
  }
}

type Slippage = Pick<
  PeriodDocument['execution'],
  | 'slippageAgainstMidCents'
  | 'slippageAgainstMidPct'
  | 'slippageAgainstTouchCents'
  | 'slippagePct'
  | 'slippageAssumedPct'
  | 'slippageWithin'
  | 'slippageProves'
>

function slippageOf(known: readonly DayDocument[]): Slippage {
  const slipped = (pick: (slippage: DayDocument['execution']['slippage']) => number | null): Slipped[] =>
    known.flatMap(({ execution, costs: { premiumCents, estimated } }) => {
      const cents = pick(execution.slippage)
      return cents === null ? [] : [{ cents, premiumCents, assumedCents: estimated.slippageCents }]
    })
  const total = (of: readonly Slipped[]): number | null => (of.length === 0 ? null : sum(of.map(({ cents }) => cents)))
  const premium = (of: readonly Slipped[]): number => sum(of.map(({ premiumCents }) => premiumCents))
  const mids = slipped(({ againstMidCents }) => againstMidCents)
  const touches = slipped(({ againstTouchCents }) => againstTouchCents)
  const [mid, touch] = [total(mids), total(touches)]
  const slippagePct = touch === null ? null : pctOf(touch, premium(touches))
  const slippageAssumedPct = pctOf(sum(touches.map(({ assumedCents }) => assumedCents)), premium(touches))
  return {
    slippageAgainstMidCents: mid,
    slippageAgainstMidPct: mid === null ? null : pctOf(mid, premium(mids)),
    slippageAgainstTouchCents: touch,
    slippagePct,
    slippageAssumedPct,
    slippageWithin: slippagePct === null || slippageAssumedPct === null ? null : slippagePct <= slippageAssumedPct,
    slippageProves: known.every(({ execution }) => execution.slippage.proves),
  }
}

export function costsOf(known: readonly DayDocument[]): PeriodDocument['costs'] {
  const traded = known.filter(({ trades }) => trades.length > 0)
  const measured = known.flatMap(({ costs }) =>
    costs.actual.totalCents === null ? [] : [{ ...costs, actualCents: costs.actual.totalCents }],
  )
  const actualCents = sum(measured.map((costs) => costs.actualCents))
  const premiumCents = sum(known.map(({ costs }) => costs.premiumCents))
  const estimatedCents = sum(known.map(({ costs }) => costs.estimated.totalCents))
  // The commission is the estimate's own on either side: it would only hide how far apart the rest is.
  const given = sum(measured.map(({ actual }) => (actual.spreadCents ?? 0) + (actual.slippageCents ?? 0)))
  const model = sum(measured.map(({ estimated }) => estimated.spreadCents + estimated.slippageCents))
  return {
    premiumCents,
    estimatedCents,
    actualCents,
    estimatedOfKnownCents: sum(measured.map(({ estimated }) => estimated.totalCents)),
    estimatedCommissionCents: sum(measured.map(({ estimated }) => estimated.commissionCents)),
    daysKnown: measured.length,
    pctOfPremium: pctOf(actualCents, sum(measured.map((costs) => costs.premiumCents))),
    daysTraded: traded.length,
    estimatedPctOfPremium: pctOf(estimatedCents, premiumCents),
    actualToEstimated: model === 0 ? null : Math.round((given / model) * 1e4) / 1e4,
    parts: [
      ...(['commission', 'spread', 'slippage'] as const).map((part) => costPart(part, known, traded)),
      impact(known),
    ],
  }
}

type CostPart = PeriodDocument['costs']['parts'][number]

function costPart(
  part: 'commission' | 'spread' | 'slippage',
  known: readonly DayDocument[],
  traded: readonly DayDocument[],
): CostPart {
  const field = `${part}Cents` as const
  const found = traded.flatMap(({ costs }) => {
    const actual = costs.actual[field]
    return actual === null ? [] : [{ actual, estimated: costs.estimated[field] }]
  })
  const proofs = known.flatMap(({ costs }) => costs.proof.filter(({ parameter }) => parameter === part))
  const isNone = found.length === 0
  return {
    part,
    estimatedCents: sum(known.map(({ costs }) => costs.estimated[field])),
    actualCents: isNone ? null : sum(found.map(({ actual }) => actual)),
    estimatedOfKnownCents: isNone ? null : sum(found.map(({ estimated }) => estimated)),
    daysKnown: found.length,
    proves: proofs.length > 0 && proofs.every(({ proves }) => proves),
    reason: [...new Set(proofs.map(({ reason }) => reason))].join('; '),
  }
}

/** It has no figure, neither in the model nor in what was filled: what is known of it is said in its place. */
const impact = (known: readonly DayDocument[]): CostPart => ({
  part: 'impact',
  estimatedCents: null,
  actualCents: null,
  estimatedOfKnownCents: null,
  daysKnown: 0,
  proves: false,
  reason: [...new Set(known.map(({ profile, source }) => impactWords(profile, source.kind)))].join('; '),
})
