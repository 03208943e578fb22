/** Sample moments of a run of days. Doubles. Entry points: `meanOf`, `momentsOf`. */

export interface Moments {
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
