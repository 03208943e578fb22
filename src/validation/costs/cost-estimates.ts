/**
 * The cost model's parameters estimated again from what trades really cost, with intervals, beside what is assumed.
 *
 * Entry point: `estimateCosts`. Pure: randomness for resampling comes in.
 *
 * 1. A percentage is the ratio of sums (costs over premium), so that dear trades weigh as they cost.
 * 2. An estimate says what its source can prove; numbers of a source that cannot prove a cost are shown, and prove
 *    nothing.
 * 3. Nothing here changes a rule or a backtest: the assumptions stay until somebody changes the configuration.
 */
import { type CostParameter, type CostSource, costProof } from '../../report/day/cost-proof.ts'
import type { CostSample } from '../../report/day/cost-sample.ts'

export interface CostAssumptions {
  readonly commissionPerContract: number
  readonly bidAskCostPct: number
  readonly slippagePct: number
}

export interface CostEstimate {
  readonly parameter: CostParameter
  readonly unit: 'dollars a contract' | '% of premium'
  readonly assumed: number
  /** Null with fewer than `SAMPLES_MIN` trades. */
  readonly estimate: number | null
  readonly lower: number | null
  readonly upper: number | null
  readonly samples: number
  readonly proves: boolean
  readonly reason: string
}

export interface CostFindings {
  readonly estimates: readonly CostEstimate[]
  /**
   * Spread and slippage really paid over what the model charged for them, with its interval; null with too few trades.
   */
  readonly actualToAssumed: { readonly ratio: number; readonly lower: number; readonly upper: number } | null
  /** Every part of it is proven by its source. */
  readonly proves: boolean
}

const SAMPLES_MIN = 5
const RESAMPLES = 2000
const CONFIDENCE = 0.95

interface Pair {
  readonly cost: number
  readonly base: number
}

export function estimateCosts(
  samples: readonly CostSample[],
  assumptions: CostAssumptions,
  source: CostSource,
  uniform: () => number,
): CostFindings {
  const pairs = (cost: (sample: CostSample) => number | null, base: (sample: CostSample) => number): Pair[] =>
    samples.flatMap((sample) => {
      const value = cost(sample)
      return value === null ? [] : [{ cost: value, base: base(sample) }]
    })
  const estimate = (
    parameter: CostParameter,
    unit: CostEstimate['unit'],
    assumed: number,
    of: readonly Pair[],
    scale: number,
  ) => {
    const found = ratioOf(of, uniform)
    const proof = costProof(parameter, source)
    // A source that could show it shows nothing without trades.
    const few = { proves: false, reason: `fewer than ${SAMPLES_MIN} trades with quotes at entry and exit` }
    const scaled = (value: number | undefined): number | null => (value === undefined ? null : value * scale)
    return {
      parameter,
      unit,
      assumed,
      estimate: scaled(found?.ratio),
      lower: scaled(found?.lower),
      upper: scaled(found?.upper),
      samples: of.length,
      ...(found === null && proof.proves ? few : proof),
    }
  }
  const gross = (sample: CostSample): number => sample.grossCents
  // Fees in dollars a contract: cents over contracts, over a hundred.
  const fees = pairs(
    ({ feesCents }) => feesCents,
    ({ contracts }) => contracts,
  )
  const estimates = [
    estimate('commission', 'dollars a contract', assumptions.commissionPerContract, fees, 0.01),
    estimate(
      'spread',
      '% of premium',
      assumptions.bidAskCostPct,
      pairs(({ spreadCents }) => spreadCents, gross),
      100,
    ),
    estimate(
      'slippage',
      '% of premium',
      assumptions.slippagePct,
      pairs(({ slippageCents }) => slippageCents, gross),
      100,
    ),
  ]
  const both = pairs(
    ({ spreadCents, slippageCents }) =>
      spreadCents === null || slippageCents === null ? null : spreadCents + slippageCents,
    ({ assumedCents }) => assumedCents,
  )
  return { estimates, actualToAssumed: ratioOf(both, uniform), proves: estimates.every(({ proves }) => proves) }
}

/** Ratio of sums with a percentile bootstrap interval over trades. */
function ratioOf(
  pairs: readonly Pair[],
  uniform: () => number,
): { ratio: number; lower: number; upper: number } | null {
  if (pairs.length < SAMPLES_MIN) return null
  const ratio = (of: readonly Pair[]): number =>
    of.reduce((sum, { cost }) => sum + cost, 0) / of.reduce((sum, { base }) => sum + base, 0)
  if (!Number.isFinite(ratio(pairs))) return null
  const drawn = Array.from({ length: RESAMPLES }, () =>
    ratio(pairs.map((pair) => pairs[Math.floor(uniform() * pairs.length)] ?? pair)),
  ).filter(Number.isFinite)
  drawn.sort((a, b) => a - b)
  const at = (quantile: number): number => drawn[Math.round(quantile * (drawn.length - 1))] ?? ratio(pairs)
  return { ratio: ratio(pairs), lower: at((1 - CONFIDENCE) / 2), upper: at((1 + CONFIDENCE) / 2) }
}
