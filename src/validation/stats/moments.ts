/** Sample moments of a run of days. Doubles. Entry points: `meanOf`, `momentsOf`, `memoryOf`. */

interface Moments {
  readonly count: number
  readonly mean: number
  /** Sample standard deviation (n − 1); null with fewer than two values. */
  readonly deviation: number | null
  /** Skewness and (not excess) kurtosis by population moments; null where nothing varies. */
  readonly skewness: number | null
  readonly kurtosis: number | null
}

export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

export function momentsOf(values: readonly number[]): Moments {
  const count = values.length
  const mean = meanOf(values)
  let [second, third, fourth] = [0, 0, 0]
  for (const value of values) {
    const d = value - mean
    second += d * d
    third += d ** 3
    fourth += d ** 4
  }
  if (count < 2) return { count, mean, deviation: null, skewness: null, kurtosis: null }
  const deviation = Math.sqrt(second / (count - 1))
  if (second === 0) return { count, mean, deviation, skewness: null, kurtosis: null }
  const variance = second / count
  return { count, mean, deviation, skewness: third / count / variance ** 1.5, kurtosis: fourth / count / variance ** 2 }
}

export interface Memory {
  /** Correlation of neighbouring values. */
  readonly correlation: number
  /** Beyond it, on either side, independent values come in 1 of 20 samples. */
  readonly band: number
}

const MEMORY_DAYS_MIN = 10

/** By Bartlett's approximation for independent values. Null with fewer than ten, or where nothing varies. */
export function memoryOf(values: readonly number[]): Memory | null {
  const mean = meanOf(values)
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  if (values.length < MEMORY_DAYS_MIN || squares === 0) return null
  const products = values.reduce(
    (sum, value, at) => sum + (at === 0 ? 0 : (value - mean) * ((values[at - 1] ?? mean) - mean)),
    0,
  )
  return { correlation: products / squares, band: 1.96 / Math.sqrt(values.length) }
}
