/**
 * Live against replay of the same days: does the difference have a mean of 0? Entry points: `driftFacts`, `DriftTests`.
 *
 * Two-sided: each side has half of α.
 *
 * 1. A day's difference counts up to the registered limit on either side. What lay beyond is not dropped: it is charged
 *    to the side that its being cut would help, in the steps of `tail.ts`; where it came to more than they cover there
 *    is no DRIFTING.
 * 2. That differences beyond the limit that have not happened yet are even is an assumption. No test without one could
 *    tell many small gains from one great loss that is still to come.
 */
import { type Split, sumParts } from '../../replay/attribution.ts'
import type { Registration } from '../../session/registration.ts'
import { ChargedWager } from '../stats/charged-wager.ts'
import { lowerBound, upperBound } from '../stats/mean-sequence.ts'
import { meanOf } from '../stats/moments.ts'
import { Stakes } from '../stats/stakes.ts'
import type { VerdictDay } from './day.ts'
import { driftDesign } from './designs.ts'
import { BEYOND_RUNGS, type Charge, chargeOf } from './tail.ts'

export interface DriftFacts {
  /** Days with both figures, days without a replay, and differences beyond the limit. */
  readonly paired: number
  readonly unpaired: number
  /** The unpaired ones by why. */
  readonly unpairedBy: Readonly<Record<string, number>>
  readonly beyondLimit: number
  readonly limitCents: number
  /** What lay beyond came to more than can be charged: the word is withheld. */
  readonly isWithheld: boolean
  /** Mean of live − replay as it is, and its bounds, what lay beyond the limit charged; null without a pair. */
  readonly meanCents: number | null
  readonly lowerCents: number | null
  readonly upperCents: number | null
  readonly excludesZero: boolean
  /** Of the paired days that tell it: their difference by cause, in sum, and how many they are. */
  readonly split: Split
  readonly splitDays: number
}

type DriftTerms = Pick<Registration, 'driftLimitCents' | 'alphaDrift' | 'targetDailyCents'>

/** What differences beyond the limit may cost a day, one step of the charge. */
const ALLOWANCE_PART = 1 / 150
const allowanceOf = ({ driftLimitCents }: DriftTerms): number => driftLimitCents * ALLOWANCE_PART

/** Both sides' wagers, a day at a time. */
export class DriftTests {
  readonly #above: ChargedWager
  readonly #below: ChargedWager
  readonly #aboveStakes: Stakes
  readonly #belowStakes: Stakes
  readonly #wealth: number

  constructor(terms: DriftTerms) {
    const { driftLimitCents: limit, alphaDrift } = terms
    const both = { mean: 0, allowance: allowanceOf(terms), steps: BEYOND_RUNGS }
    this.#above = new ChargedWager({ ...both, side: 'mean_at_most', limit: -limit })
    this.#below = new ChargedWager({ ...both, side: 'mean_at_least', limit })
    this.#aboveStakes = new Stakes(driftDesign(terms), -limit, 1)
    this.#belowStakes = new Stakes(driftDesign(terms), limit, -1)
    this.#wealth = 2 / alphaDrift
  }

  add(differenceCents: number): void {
    this.#above.add(differenceCents, this.#aboveStakes.next)
    this.#below.add(differenceCents, this.#belowStakes.next)
    this.#aboveStakes.add(differenceCents)
    this.#belowStakes.add(differenceCents)
  }

  get excludesZero(): boolean {
    return [this.#above, this.#below].some((side) => side.isCovered && side.total >= this.#wealth)
  }
}

export function driftFacts(days: readonly VerdictDay[], registration: Registration): DriftFacts {
  const { driftLimitCents: limit, alphaDrift } = registration
  const differences = days.flatMap(({ netPnlCents, replayNetPnlCents }) =>
    netPnlCents === null || replayNetPnlCents === null ? [] : [netPnlCents - replayNetPnlCents],
  )
  const paired = differences.length
  const splits = days.flatMap(({ replaySplit }) => replaySplit ?? [])
  const [below, above] = [chargeBeyond(differences, -1, registration), chargeBeyond(differences, 1, registration)]
  const counts = {
    split: sumParts(splits),
    splitDays: splits.length,
    paired,
    unpaired: days.length - paired,
    unpairedBy: unpairedBy(days),
    beyondLimit: differences.filter((difference) => Math.abs(difference) > limit).length,
    limitCents: limit,
    isWithheld: !below.isCovered || !above.isCovered,
  }
  if (paired === 0) return { ...counts, meanCents: null, lowerCents: null, upperCents: null, excludesZero: false }
  const tests = new DriftTests(registration)
  for (const difference of differences) tests.add(difference)
  const design = driftDesign(registration)
  return {
    ...counts,
    meanCents: meanOf(differences),
    lowerCents: lowerBound(differences, -limit, alphaDrift / 2, design) - below.cents,
    upperCents: upperBound(differences, limit, alphaDrift / 2, design) + above.cents,
    excludesZero: !counts.isWithheld && tests.excludesZero,
  }
}

/** Of what lay beyond the limit on one side. */
function chargeBeyond(differences: readonly number[], sign: 1 | -1, terms: DriftTerms): Charge {
  const beyond = differences.reduce((sum, each) => sum + Math.max(0, sign * each - terms.driftLimitCents), 0)
  return chargeOf(BEYOND_RUNGS, beyond, differences.length, allowanceOf(terms))
}

function unpairedBy(days: readonly VerdictDay[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { netPnlCents, replayNetPnlCents, unpaired, status } of days) {
    if (netPnlCents !== null && replayNetPnlCents !== null) continue
    const why = unpaired ?? (status === 'no_session' ? 'no session' : 'not replayed')
    counts[why] = (counts[why] ?? 0) + 1
  }
  return counts
}
