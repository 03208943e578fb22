/**
 * The standard normal distribution. Entry points: `normalCdf`, `normalQuantile`. Doubles; absolute error below 1e-12.
 */

const SERIES_BELOW = 5
const TERMS_MAX = 200
const BISECTIONS_MAX = 80
const QUANTILE_MAX = 12

/** φ(x). */
function density(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)
}

/** Φ(x): the power series about 0, and the continued fraction of the tail beyond it. */
export function normalCdf(x: number): number {
  const size = Math.abs(x)
  if (Number.isNaN(x)) return Number.NaN
  if (size < SERIES_BELOW) {
    let term = size
    let sum = size
    for (let n = 1; n < TERMS_MAX && term > sum * 1e-17; n++) {
      term *= (size * size) / (2 * n + 1)
      sum += term
    }
    const half = sum * density(size)
    return x < 0 ? 0.5 - half : 0.5 + half
  }
  let fraction = size
  for (let n = TERMS_MAX; n >= 1; n--) fraction = size + n / fraction
  const tail = density(size) / fraction
  return x < 0 ? tail : 1 - tail
}

/** Φ⁻¹(p), by bisection. @throws RangeError unless 0 < p < 1. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`expected a probability between 0 and 1, got ${p}`)
  let low = -QUANTILE_MAX
  let high = QUANTILE_MAX
  for (let step = 0; step < BISECTIONS_MAX; step++) {
    const middle = (low + high) / 2
    if (normalCdf(middle) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
