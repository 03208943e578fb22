/**
 * From evidence to a word. The same wagers decide in a verdict and in the simulation of its error rates.
 *
 * Entry points: `MeanTests`, `wordOf`.
 */
import { Wager } from '../stats/mean-sequence.ts'
import { Stakes } from '../stats/stakes.ts'
import { designsOf } from './designs.ts'
import type { Registration } from './registration.ts'
import { TAIL_RUNGS, tailRung } from './tail.ts'

export const VERDICT_WORDS = ['INSUFFICIENT', 'CONSISTENT', 'INCONSISTENT', 'DRIFTING'] as const
export type VerdictWord = (typeof VERDICT_WORDS)[number]

/** What the mean's interval leaves open. */
export interface MeanEvidence {
  readonly lowerAboveZero: boolean
  readonly lowerAboveTarget: boolean
  readonly upperBelowTarget: boolean
  /** What the tail has cost so far is covered by what the lower bound is reduced by. */
  readonly tailCovered: boolean
}

/** A mean below the target is the finding that must never be hidden by another one. */
export function wordOf(evidence: MeanEvidence, drifting: boolean): VerdictWord {
  if (evidence.upperBelowTarget) return 'INCONSISTENT'
  if (drifting) return 'DRIFTING'
  const consistent = evidence.lowerAboveZero && evidence.tailCovered && !evidence.lowerAboveTarget
  return consistent ? 'CONSISTENT' : 'INSUFFICIENT'
}

/**
 * The wagers on the mean, a day at a time. The lower ones are against a mean that includes what the tail takes, one for each
 * of its steps. Where a P&L is not known yet, each side is given the value that is worse for its claim.
 */
export class MeanTests {
  #zero: readonly Wager[]
  #above: readonly Wager[]
  /** Null where the target is beyond what a day can earn: then no mean reaches it. */
  #below: Wager | null
  #lowerStakes: Stakes
  #upperStakes: Stakes | null
  readonly #floor: number
  readonly #allowance: number
  #days = 0
  #excess = 0
  readonly #lowerWealth: number
  readonly #upperWealth: number

  constructor(registration: Registration) {
    const { targetDailyCents, tailAllowanceCents, floorCents, ceilingCents } = registration
    const { lower, upper } = designsOf(registration)
    const over = (mean: number): Wager[] =>
      TAIL_RUNGS.map((times) => new Wager('mean_at_most', mean + times * tailAllowanceCents, floorCents, true))
    this.#zero = over(0)
    this.#above = over(targetDailyCents)
    this.#below = upper === null ? null : new Wager('mean_at_least', targetDailyCents, ceilingCents, true)
    this.#lowerStakes = new Stakes(lower, floorCents, 1)
    this.#upperStakes = upper === null ? null : new Stakes(upper, ceilingCents, -1)
    this.#floor = floorCents
    this.#allowance = tailAllowanceCents
    this.#lowerWealth = 1 / registration.alphaConsistent
    this.#upperWealth = 1 / registration.alphaInconsistent
  }

  add(forLowerCents: number, forUpperCents: number = forLowerCents): void {
    const stake = this.#lowerStakes.next
    for (const wager of this.#zero) wager.add(forLowerCents, stake)
    for (const wager of this.#above) wager.add(forLowerCents, stake)
    this.#lowerStakes.add(forLowerCents)
    this.#below?.add(forUpperCents, this.#upperStakes?.next)
    this.#upperStakes?.add(forUpperCents)
    this.#days++
    if (forLowerCents < this.#floor) this.#excess += this.#floor - forLowerCents
  }

  /** An independent copy, to try a future. */
  copy(registration: Registration): MeanTests {
    const copy = new MeanTests(registration)
    copy.#zero = this.#zero.map((wager) => wager.copy())
    copy.#above = this.#above.map((wager) => wager.copy())
    copy.#below = this.#below?.copy() ?? null
    copy.#lowerStakes = this.#lowerStakes.copy()
    copy.#upperStakes = this.#upperStakes?.copy() ?? null
    copy.#days = this.#days
    copy.#excess = this.#excess
    return copy
  }

  #exceeds(wagers: readonly Wager[]): boolean {
    const rung = tailRung(this.#excess, this.#days, this.#allowance) ?? TAIL_RUNGS.length - 1
    return (wagers[rung]?.total ?? 0) >= this.#lowerWealth
  }

  get tailCovered(): boolean {
    return tailRung(this.#excess, this.#days, this.#allowance) !== null
  }

  get lowerAboveZero(): boolean {
    return this.#exceeds(this.#zero)
  }

  get lowerAboveTarget(): boolean {
    return this.#exceeds(this.#above)
  }

  get upperBelowTarget(): boolean {
    return this.#below === null || this.#below.total >= this.#upperWealth
  }

  get word(): VerdictWord {
    return wordOf(this, false)
  }
}
