import { describe, expect, test } from 'vitest'
import { sequence } from '../../src/config/prng.ts'
import type { CostSource } from '../../src/report/day/cost-proof.ts'
import { type CostSample, costSampleSchema, costSamplesOf } from '../../src/report/day/cost-sample.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { estimateCosts } from '../../src/validation/costs/cost-estimates.ts'

const assumptions = PROFILES['25k']
const paper: CostSource = { kind: 'PAPER', optionFeed: 'opra' }

/** $1,000 of premium, a spread of `spread` % and slippage of `slippage` %; the model charged 4.3 %. */
const sample = (spread: number, slippage: number, feesCents: number | null = null): CostSample => ({
  grossCents: 100_000,
  contracts: 25,
  feesCents,
  spreadCents: spread * 1000,
  slippageCents: slippage * 1000,
  assumedCents: 4300,
})

const estimate = (samples: readonly CostSample[], source = paper) =>
  estimateCosts(samples, assumptions, source, sequence('costs').uniform)

describe('costs estimated from trades', () => {
  test('stand beside what was assumed, with an interval around them', () => {
    const found = estimate([2, 3, 4, 5, 6, 4].map((spread) => sample(spread, 1, 125)))
    const [commission, spread, slippage] = found.estimates
    expect(spread).toMatchObject({ assumed: 3.5, estimate: expect.closeTo(4, 9), samples: 6 })
    expect(spread?.lower).toBeLessThan(4)
    expect(spread?.upper).toBeGreaterThan(4)
    expect(slippage).toMatchObject({ assumed: 0.8, estimate: expect.closeTo(1, 9), lower: 1, upper: 1 })
    expect(commission).toMatchObject({ assumed: 0.65, estimate: expect.closeTo(0.05, 9) })
    expect(found.actualToAssumed?.ratio).toBeCloseTo(5 / 4.3, 9)
  })

  test('too few trades give no estimate, and unknown parts are no zero', () => {
    expect(estimate([1, 2, 3, 4].map((spread) => sample(spread, 1))).estimates[1]?.estimate).toBeNull()
    const blind = [1, 2, 3, 4, 5, 6].map((spread) => ({ ...sample(spread, 1), spreadCents: null }))
    expect(estimate(blind)).toMatchObject({
      actualToAssumed: null,
      estimates: [{}, { estimate: null, samples: 0 }, {}],
    })
  })

  test('say what their source can prove: never fees or slippage on paper, nothing on a simulator', () => {
    const FIVE = Array.from({ length: 5 }, () => sample(2, 0))
    const proofs = (source: CostSource) => estimate(FIVE, source).estimates.map(({ proves }) => proves)
    expect(proofs(paper)).toEqual([false, true, false])
    expect(proofs({ kind: 'PAPER', optionFeed: 'indicative' })).toEqual([false, false, false])
    expect(proofs({ kind: 'REPLAY', optionFeed: null })).toEqual([false, true, false])
    expect(proofs({ kind: 'SIM', optionFeed: null })).toEqual([false, false, false])
  })

  test('dear trades weigh as they cost', () => {
    const dear = { ...sample(10, 0), grossCents: 900_000, spreadCents: 9000 }
    const found = estimate([dear, ...[2, 2, 2, 2].map((spread) => sample(spread, 0))])
    expect(found.estimates[1]?.estimate).toBeCloseTo(((9000 + 8000) / 1_300_000) * 100, 9)
  })

  test('too few trades prove nothing, whatever the feed', () => {
    const found = estimateCosts([], PROFILES['25k'], { kind: 'PAPER', optionFeed: 'opra' }, () => 0.5)
    expect(found.estimates[1]).toMatchObject({
      estimate: null,
      proves: false,
      reason: expect.stringContaining('fewer than 5 trades'),
    })
  })
})

describe('a trade’s costs out of its events', () => {
  const entry = {
    type: 'entry_decided',
    tradeId: 't1',
    at_ms: 0,
    strike: 742,
    hedgeStrike: null,
    targetStrike: 742,
    spot: 741.5,
    mid: 1.2,
    sellPrice: 1.19,
    vixEstimate: 12,
    rangePct: 0.4,
    structure: 'short_put',
    contracts: 25,
    costs: { commissionCents: 1625, spreadCents: 10_500, slippageCents: 2400, totalCents: 14_525 },
    stopMid: 1.5,
    targetMid: 0.6,
    trueMaxLossCents: null,
  } as const
  const exit = {
    type: 'exit_decided',
    tradeId: 't1',
    at_ms: 1,
    reason: 'profit_target',
    alsoFired: [],
    mid: 0.5,
    close: 0.52,
    spot: 741,
    rulePnlCents: 0,
    netPnlCents: 0,
    actor: null,
  } as const
  const closed = {
    type: 'trade_closed',
    tradeId: 't1',
    date: '2026-07-17',
    structure: 'short_put',
    strike: 742,
    hedgeStrike: null,
    contracts: 25,
    entryFill: '1.18',
    entry_ms: 0,
    decisionMid: 1.2,
    exitFill: '0.53',
    exit_ms: 1,
    exitMid: 0.5,
    reason: 'profit_target',
    alsoFired: [],
    brokerPnlCents: 162_500,
    netPnlCents: 159_250,
    rulePnlCents: 0,
    commissionCents: 3250,
    dayNetPnlCents: 159_250,
    targetDailyCents: 34_177,
  } as const

  test('both sides of spread and slippage add up, to the cent', () => {
    const events: JournalEvent[] = [{ ...entry }, { ...exit, alsoFired: [] }, { ...closed, alsoFired: [] }]
    const [found] = costSamplesOf(events)
    // 1.20 to 1.19 and 0.50 to 0.52; then 1.19 to 1.18 and 0.52 to 0.53.
    expect(found).toEqual({
      grossCents: 300_000,
      contracts: 25,
      feesCents: null,
      spreadCents: 7500,
      slippageCents: 5000,
      assumedCents: 12_900,
    })
    expect(costSampleSchema.parse(found)).toEqual(found)
    // Of 25 that were to be sold, 5 were: the model's charge is for those.
    const [partly] = costSamplesOf([
      { ...entry },
      { ...exit, alsoFired: [] },
      { ...closed, contracts: 5, alsoFired: [] },
    ])
    expect(partly).toMatchObject({ grossCents: 60_000, assumedCents: 2580, spreadCents: 1500, slippageCents: 1000 })
  })

  test('an exit without a quote has no known spread, and an open trade no costs', () => {
    const blind: JournalEvent[] = [
      { ...entry },
      { ...exit, alsoFired: [], mid: null, close: null },
      { ...closed, alsoFired: [] },
    ]
    expect(costSamplesOf(blind)).toMatchObject([{ spreadCents: null, slippageCents: null }])
    expect(costSamplesOf([{ ...entry }])).toEqual([])
  })
})
