/**
 * The largest fall from a peak, and what falls are normal for days like these: a band by circular block bootstrap,
 * which keeps runs of bad days together (D. Politis, J. Romano, A circular block-resampling procedure, 1992).
 *
 * Entry points: `maxDrawdown`, `drawdownBand`. Randomness comes in as `uniform`, so a seed gives the same band again.
 */

export interface DrawdownBand {
  readonly observed: number
  /** Quantiles of the largest drawdown over as many days, were the mean `mean`. */
  readonly median: number
  readonly high: number
  /** Part of the resamples whose drawdown is at least the observed one. */
  readonly asDeep: number
  readonly blockDays: number
}

const RESAMPLES = 1000
const HIGH_QUANTILE = 0.95

/** Largest fall of the running total from its highest point so far, start included; 0 or more. */
export function maxDrawdown(values: Iterable<number>): number {
  let [total, peak, deepest] = [0, 0, 0]
  for (const value of values) {
    total += value
    peak = Math.max(peak, total)
    deepest = Math.max(deepest, peak - total)
  }
  return deepest
}

/** Null with fewer than ten days: resampling so few says nothing. */
export function drawdownBand(
  values: readonly number[],
  mean: number,
  uniform: () => number,
  resamples: number = RESAMPLES,
): DrawdownBand | null {
  const count = values.length
  if (count < 10) return null
  const shift = mean - values.reduce((sum, value) => sum + value, 0) / count
  const blockDays = Math.max(1, Math.round(count ** (1 / 3)))
  const observed = maxDrawdown(values)
  const drawn = Array.from({ length: resamples }, () => maxDrawdown(resample(values, shift, blockDays, uniform)))
  drawn.sort((a, b) => a - b)
  const at = (quantile: number): number => drawn[Math.min(resamples - 1, Math.floor(quantile * resamples))] ?? 0
  return {
    observed,
    median: at(0.5),
    high: at(HIGH_QUANTILE),
    asDeep: drawn.filter((drawdown) => drawdown >= observed).length / resamples,
    blockDays,
  }
}

function* resample(
  values: readonly number[],
  shift: number,
  blockDays: number,
  uniform: () => number,
): Generator<number> {
  const count = values.length
  for (let day = 0, start = 0; day < count; day++) {
    if (day % blockDays === 0) start = Math.floor(uniform() * count)
    yield (values[(start + (day % blockDays)) % count] ?? 0) + shift
  }
}
