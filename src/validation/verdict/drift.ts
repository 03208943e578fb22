/**
 * Live against replay of the same days: does the difference have a mean of 0? Entry point: `driftFacts`.
 *
 * Differences count up to the registered limit on either side, so that one missed trade cannot decide alone; those beyond
 * are counted apart. Two-sided: each side has half of α.
 */
import { type Split, sumParts } from '../../replay/attribution.ts'
import { lowerBound, upperBound } from '../stats/mean-sequence.ts'
import { meanOf } from '../stats/moments.ts'
import type { VerdictDay } from './day.ts'
import type { Registration } from './registration.ts'

export interface DriftFacts {
  /** Days with both figures, days without a replay, and differences beyond the limit. */
  readonly paired: number
  readonly unpaired: number
  readonly beyondLimit: number
  /** Mean of live − replay as it is, and the bounds of the limited one; null without a pair. */
  readonly meanCents: number | null
  readonly lowerCents: number | null
  readonly upperCents: number | null
  readonly excludesZero: boolean
  /** Of the paired days that tell it: their difference by cause, in sum, and how many they are. */
  readonly split: Split
  readonly splitDays: number
}

export function driftFacts(
  days: readonly VerdictDay[],
  { driftLimitCents: limit, alphaDrift }: Registration,
): DriftFacts {
  const differences = days.flatMap(({ netPnlCents, replayNetPnlCents }) =>
    netPnlCents === null || replayNetPnlCents === null ? [] : [netPnlCents - replayNetPnlCents],
  )
  const paired = differences.length
  const splits = days.flatMap(({ replaySplit }) => replaySplit ?? [])
  const counts = {
    split: sumParts(splits),
    splitDays: splits.length,
    paired,
    unpaired: days.length - paired,
    beyondLimit: differences.filter((difference) => Math.abs(difference) > limit).length,
  }
  if (paired === 0) return { ...counts, meanCents: null, lowerCents: null, upperCents: null, excludesZero: false }
  const limited = differences.map((difference) => Math.min(limit, Math.max(-limit, difference)))
  const lowerCents = lowerBound(limited, -limit, alphaDrift / 2)
  const upperCents = upperBound(limited, limit, alphaDrift / 2)
  return {
    ...counts,
    meanCents: meanOf(differences),
    lowerCents,
    upperCents,
    excludesZero: lowerCents > 0 || upperCents < 0,
  }
}
