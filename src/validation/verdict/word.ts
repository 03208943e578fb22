/**
 * From evidence to a word. The same wagers decide in a verdict and in the simulation of its error rates.
 *
 * Entry points: `MeanTests`, `wordOf`, `gatedWord`.
 */

import type { Registration } from '../../session/registration.ts'
import { ChargedWager } from '../stats/charged-wager.ts'
import { MemoryCharge } from '../stats/memory-charge.ts'
import { Stakes } from '../stats/stakes.ts'
import { designsOf } from './designs.ts'
import { aboveAllowance, BEYOND_RUNGS, TAIL_RUNGS } from './tail.ts'

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

export interface GateState {
  readonly state: 'passed' | 'failed' | 'unknown'
  /** What it withholds when it has failed. */
  readonly withholds: 'every_word' | 'consistent'
}

/**
 * The word that gates leave of one. CONSISTENT needs every gate passed: of what nobody has checked nothing good is
 * said. That the target is missed, or that live and replay differ, is not hidden by a gate that is unknown.
 */
export function gatedWord(word: VerdictWord, gates: readonly GateState[]): VerdictWord {
  if (gates.some(({ state, withholds }) => state === 'failed' && withholds === 'every_word')) return 'INSUFFICIENT'
  return word === 'CONSISTENT' && gates.some(({ state }) => state !== 'passed') ? 'INSUFFICIENT' : word
}

/**
 * The wagers on the mean, a day at a time. The lower ones are against a mean that includes what the tail takes. Where a
 * P&L is not known, each side is given the value that is worse for its claim.
 */
export class MeanTests {
  #zero: ChargedWager
  #above: ChargedWager
  /** Null where the target is beyond what a day can earn: then no mean reaches it. */
  #below: ChargedWager | null
  #lowerStakes: Stakes
  #upperStakes: Stakes | null
  #lowerMemory: MemoryCharge
  #upperMemory: MemoryCharge | null
  readonly #floor: number
  readonly #ceiling: number
  readonly #lowerWealth: number
  readonly #upperWealth: number

  constructor(registration: Registration) {
    const { targetDailyCents, tailAllowanceCents: allowance, floorCents, ceilingCents } = registration
    const { lower, upper } = designsOf(registration)
    const over = (mean: number): ChargedWager =>
      new ChargedWager({ side: 'mean_at_most', mean, limit: floorCents, allowance, steps: TAIL_RUNGS })
    this.#zero = over(0)
    this.#above = over(targetDailyCents)
    this.#below =
      upper === null
        ? null
        : new ChargedWager({
            side: 'mean_at_least',
            mean: targetDailyCents,
            limit: ceilingCents,
            allowance: aboveAllowance(registration),
            steps: BEYOND_RUNGS,
          })
    this.#lowerStakes = new Stakes(lower, floorCents, 1)
    this.#upperStakes = upper === null ? null : new Stakes(upper, ceilingCents, -1)
    this.#lowerMemory = new MemoryCharge(lower.hypothesis, floorCents)
    this.#upperMemory = upper === null ? null : new MemoryCharge(upper.hypothesis, ceilingCents)
    this.#floor = floorCents
    this.#ceiling = ceilingCents
    this.#lowerWealth = 1 / registration.alphaConsistent
    this.#upperWealth = 1 / registration.alphaInconsistent
  }

  add(forLowerCents: number, forUpperCents: number = forLowerCents): void {
    const stake = this.#lowerStakes.next
    this.#zero.add(forLowerCents, stake)
    this.#above.add(forLowerCents, stake)
    this.#lowerStakes.add(forLowerCents)
    this.#lowerMemory.add(Math.max(forLowerCents, this.#floor), stake)
    if (this.#upperStakes === null) return
    const upperStake = this.#upperStakes.next
    this.#below?.add(forUpperCents, upperStake)
    this.#upperStakes.add(forUpperCents)
    this.#upperMemory?.add(Math.min(forUpperCents, this.#ceiling), upperStake)
  }

  /** An independent copy, to try a future. */
  copy(registration: Registration): MeanTests {
    const copy = new MeanTests(registration)
    copy.#zero = this.#zero.copy()
    copy.#above = this.#above.copy()
    copy.#below = this.#below?.copy() ?? null
    copy.#lowerStakes = this.#lowerStakes.copy()
    copy.#upperStakes = this.#upperStakes?.copy() ?? null
    copy.#lowerMemory = this.#lowerMemory.copy()
    copy.#upperMemory = this.#upperMemory?.copy() ?? null
    return copy
  }

  get tailCovered(): boolean {
    return this.#zero.isCovered
  }

  get lowerAboveZero(): boolean {
    return this.#zero.total >= this.#lowerWealth * Math.exp(this.#lowerMemory.log)
  }

  get lowerAboveTarget(): boolean {
    return this.#above.total >= this.#lowerWealth * Math.exp(this.#lowerMemory.log)
  }

  get upperBelowTarget(): boolean {
    if (this.#below === null) return true
    const needed = this.#upperWealth * Math.exp(this.#upperMemory?.log ?? 0)
    return this.#below.isCovered && this.#below.total >= needed
  }

  get word(): VerdictWord {
    return wordOf(this, false)
  }
}
