/**
 * Probabilistic and deflated Sharpe ratio and the minimum track record length, on daily Sharpe ratios.
 *
 * D. Bailey, M. López de Prado, The Sharpe ratio efficient frontier, J. Risk 15 (2012) 3–44; The deflated Sharpe ratio,
 * J. Portfolio Management 40 (2014) 94–107. These rest on a normal limit and on one look: they accompany the confidence
 * sequence and decide nothing.
 *
 * Entry points: `sharpeFacts`, `probabilisticSharpe`, `expectedBestSharpe`, `minimumTrackRecord`.
 */
import { momentsOf } from './moments.ts'
import { normalCdf, normalQuantile } from './normal.ts'

const EULER = 0.577_215_664_901_532_9
const TRADING_DAYS_A_YEAR = 252

export interface SharpeFacts {
  /** Mean over standard deviation of a day, and the same times √252. */
  readonly daily: number
  readonly yearly: number
  /**
   * Probability that the true Sharpe ratio is above 0; and above the best of as many worthless variants as were tried.
   */
  readonly probabilistic: number
  readonly deflated: number
  readonly variants: number
  /**
   * Days after which the probability reaches the confidence at the present shape; null where the mean is not above 0.
   */
  readonly minimumDays: number | null
}

/**
 * Variance factor of an estimated Sharpe ratio with this shape. Positive for every sample: kurtosis ≥ 1 + skewness².
 */
function shapeFactor(sharpe: number, skewness: number, kurtosis: number): number {
  return 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe
}

export function probabilisticSharpe(
  sharpe: number,
  benchmark: number,
  { days, skewness, kurtosis }: { days: number; skewness: number; kurtosis: number },
): number {
  const factor = shapeFactor(sharpe, skewness, kurtosis)
  if (factor <= 0) return sharpe > benchmark ? 1 : 0
  return normalCdf(((sharpe - benchmark) * Math.sqrt(days - 1)) / Math.sqrt(factor))
}

/** The best daily Sharpe ratio that `variants` worthless strategies are expected to show in `days` days. */
export function expectedBestSharpe(variants: number, days: number): number {
  if (variants <= 1) return 0
  const spread = Math.sqrt(1 / (days - 1))
  return spread * ((1 - EULER) * normalQuantile(1 - 1 / variants) + EULER * normalQuantile(1 - 1 / (variants * Math.E)))
}

export function minimumTrackRecord(
  sharpe: number,
  confidence: number,
  { skewness, kurtosis }: { skewness: number; kurtosis: number },
): number | null {
  if (sharpe <= 0) return null
  const factor = shapeFactor(sharpe, skewness, kurtosis)
  return Math.max(2, Math.ceil(1 + factor * (normalQuantile(confidence) / sharpe) ** 2))
}

/** Null with fewer than three days, or where nothing varies. `variants` counts this one: 1 where no other was tried. */
export function sharpeFacts(values: readonly number[], variants: number, confidence: number): SharpeFacts | null {
  const { count, mean, deviation, skewness, kurtosis } = momentsOf(values)
  if (count < 3 || deviation === null || skewness === null || kurtosis === null) return null
  const daily = mean / deviation
  const shape = { days: count, skewness, kurtosis }
  return {
    daily,
    yearly: daily * Math.sqrt(TRADING_DAYS_A_YEAR),
    probabilistic: probabilisticSharpe(daily, 0, shape),
    deflated: probabilisticSharpe(daily, expectedBestSharpe(variants, count), shape),
    variants,
    minimumDays: minimumTrackRecord(daily, confidence, shape),
  }
}
