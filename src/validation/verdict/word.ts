/**
 * From evidence to a word. The same wagers decide in a verdict and in the simulation of its error rates.
 *
 * Entry points: `MeanTests`, `wordOf`.
 */
import { Wager } from '../stats/mean-sequence.ts'
import type { Registration } from './registration.ts'

export const VERDICT_WORDS = ['INSUFFICIENT', 'CONSISTENT', 'INCONSISTENT', 'DRIFTING'] as const
export type VerdictWord = (typeof VERDICT_WORDS)[number]

/** What the mean's interval leaves open. */
export interface MeanEvidence {
  readonly lowerAboveZero: boolean
  readonly lowerAboveTarget: boolean
  readonly upperBelowTarget: boolean
  readonly tailWithinAllowance: boolean
}

/** A mean below the target is the finding that must never be hidden by another one. */
export function wordOf(evidence: MeanEvidence, drifting: boolean): VerdictWord {
  if (evidence.upperBelowTarget) return 'INCONSISTENT'
  if (drifting) return 'DRIFTING'
  const consistent = evidence.lowerAboveZero && evidence.tailWithinAllowance && !evidence.lowerAboveTarget
  return consistent ? 'CONSISTENT' : 'INSUFFICIENT'
}

/**
 * The three wagers on the mean, a day at a time. The lower ones are against a mean that includes the tail's allowance.
 * Where a P&L is not known yet, each side is given the value that is worse for its claim.
 */
export class MeanTests {
  #zero: Wager
  #above: Wager
  /** Null where the target is beyond what a day can earn: then no mean reaches it. */
  #below: Wager | null
  readonly #floor: number
  readonly #allowance: number
  #days = 0
  #excess = 0
  readonly #lowerWealth: number
  readonly #upperWealth: number

  constructor(registration: Registration) {
    const { targetDailyCents, tailAllowanceCents, floorCents, ceilingCents } = registration
    this.#zero = new Wager('mean_at_most', tailAllowanceCents, floorCents)
    this.#above = new Wager('mean_at_most', targetDailyCents + tailAllowanceCents, floorCents)
    this.#below = targetDailyCents < ceilingCents ? new Wager('mean_at_least', targetDailyCents, ceilingCents) : null
    this.#floor = floorCents
    this.#allowance = tailAllowanceCents
    this.#lowerWealth = 1 / registration.alphaConsistent
    this.#upperWealth = 1 / registration.alphaInconsistent
  }

  add(forLowerCents: number, forUpperCents: number = forLowerCents): void {
    this.#zero.add(forLowerCents)
    this.#above.add(forLowerCents)
    this.#below?.add(forUpperCents)
    this.#days++
    if (forLowerCents < this.#floor) this.#excess += this.#floor - forLowerCents
  }

  /** An independent copy, to try a future. */
  copy(registration: Registration): MeanTests {
    const copy = new MeanTests(registration)
    copy.#zero = this.#zero.copy()
    copy.#above = this.#above.copy()
    copy.#below = this.#below === null ? null : this.#below.copy()
    copy.#days = this.#days
    copy.#excess = this.#excess
    return copy
  }

  /** Days beyond the floor have not cost more than the allowance that was made for them. */
  get tailWithinAllowance(): boolean {
    return this.#excess <= this.#allowance * this.#days
  }

  get lowerAboveZero(): boolean {
    return this.#zero.total >= this.#lowerWealth
  }

  get lowerAboveTarget(): boolean {
    return this.#above.total >= this.#lowerWealth
  }

  get upperBelowTarget(): boolean {
    return this.#below === null || this.#below.total >= this.#upperWealth
  }

  get word(): VerdictWord {
    return wordOf(this, false)
  }
}
