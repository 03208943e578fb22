/** Kinds of fields that the parts of the report share. */
import { z } from 'zod'

export const cents = z.int()
export const optionalCents = cents.nullable()
export const ms = z.int()
export const count = z.int().min(0)
export const number = z.number().nullable()
/** Percent; null where there is nothing to be a share of. */
export const pct = number

/** `part` of `whole` in percent, to four places. */
export function pctOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1e6) / 1e4
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** A sum with an unknown part is unknown. */
export function sumKnown(values: readonly (number | null)[]): number | null {
  let total = 0
  for (const value of values) {
    if (value === null) return null
    total += value
  }
  return total
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}

/** Of raw values, in their unit; null where there are none. */
export const quantilesSchema = z.object({
  count,
  median: number,
  /** The smallest value that at least nine of ten do not exceed. */
  p90: number,
  max: number,
})
export type Quantiles = z.infer<typeof quantilesSchema>

export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = values.toSorted((a, b) => a - b)
  const at90 = sorted[Math.ceil(sorted.length * 0.9) - 1]
  return { count: sorted.length, median: median(sorted), p90: at90 ?? null, max: sorted.at(-1) ?? null }
}

/** How often each key occurs and on how many days, most frequent first. */
export function tallyOf<K>(days: readonly (readonly { readonly key: K; readonly count: number }[])[]): readonly {
  readonly key: K
  readonly count: number
  readonly days: number
}[] {
  const found = new Map<K, { key: K; count: number; days: number }>()
  for (const day of days) {
    const seen = new Set<K>()
    for (const { key, count: times } of day) {
      const known = found.get(key) ?? { key, count: 0, days: 0 }
      found.set(key, { key, count: known.count + times, days: known.days + Number(!seen.has(key)) })
      seen.add(key)
    }
  }
  return [...found.values()].toSorted((a, b) => b.count - a.count)
}
