/**
 * How many more trading days a word would take, were the mean what it is supposed to be and the days otherwise like
 * those so far. The campaign goes on from its present evidence with resampled days. Entry point: `daysToGo`.
 */

import type { Registration } from '../../session/registration.ts'
import { meanOf } from '../stats/moments.ts'
import type { MeanTests, VerdictWord } from './word.ts'

export interface DaysToGo {
  readonly word: VerdictWord
  /** The mean that is supposed, cents a day. */
  readonly meanCents: number
  /** Trading days within which half and four fifths of the futures show the word; null beyond `DAYS_MAX`. */
  readonly median: number | null
  readonly eighty: number | null
}

export const DAYS_MAX = 1500
/** Fewer days do not show what days are like. */
export const DAYS_MIN = 10
const FUTURES = 200

interface DaysToGoInput {
  readonly registration: Registration
  /** The evidence so far. */
  readonly tests: MeanTests
  /** The known days so far, in cents. */
  readonly values: readonly number[]
  readonly uniform: () => number
}

/**
 * Null with fewer than `DAYS_MIN` days, and where the figures show the word already: then no more days are what it
 * takes.
 */
export function daysToGo(word: VerdictWord, meanCents: number, input: DaysToGoInput): DaysToGo | null {
  const { registration, tests, values, uniform } = input
  if (values.length < DAYS_MIN || tests.word === word) return null
  const shift = meanCents - meanOf(values)
  const found: number[] = []
  for (let future = 0; future < FUTURES; future++) {
    const ahead = tests.copy(registration)
    let days = 0
    while (ahead.word !== word && days < DAYS_MAX) {
      ahead.add((values[Math.floor(uniform() * values.length)] ?? 0) + shift)
      days++
    }
    if (ahead.word === word) found.push(days)
  }
  found.sort((a, b) => a - b)
  const at = (share: number): number | null => found[Math.ceil(share * FUTURES) - 1] ?? null
  return { word, meanCents, median: at(0.5), eighty: at(0.8) }
}
