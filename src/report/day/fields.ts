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
