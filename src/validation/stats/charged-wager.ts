/**
 * A wager on a mean whose days may lie beyond the limit that its bets rest on. What lay beyond is counted as the limit,
 * and its cost is charged to the hypothesis in a few steps, so that the claim is about the whole mean again.
 *
 * Entry points: `ChargedWager`, `chargeStep`.
 *
 * 1. Charged is the first step (in allowances a day) that covers what has lain beyond so far; beyond the last one
 *    `isCovered` is false, and the wager may be given no weight.
 * 2. A wager of another step is the same days bet again: the stakes do not depend on the hypothesis.
 */
import { type Side, Wager } from './mean-sequence.ts'

/**
 * Index of the first of `steps` (in allowances) that covers what days beyond the limit have come to; null: none does.
 */
export function chargeStep(
  steps: readonly number[],
  beyondCents: number,
  days: number,
  allowanceCents: number,
): number | null {
  const step = steps.findIndex((times) => beyondCents <= times * allowanceCents * days)
  return step < 0 ? null : step
}

interface ChargedOptions {
  readonly side: Side
  readonly mean: number
  /** Floor or ceiling. */
  readonly limit: number
  readonly allowance: number
  /** Rising; 0: nothing is charged until something lay beyond. */
  readonly steps: readonly number[]
}

export class ChargedWager {
  readonly #options: ChargedOptions
  readonly #values: number[] = []
  readonly #stakes: number[] = []
  #step = 0
  #beyond = 0
  #isCovered = true
  #wager: Wager

  constructor(options: ChargedOptions) {
    this.#options = options
    this.#wager = this.#wagerOf(0)
  }

  add(value: number, stake: number): void {
    const { side, limit, steps, allowance } = this.#options
    this.#values.push(value)
    this.#stakes.push(stake)
    this.#beyond += Math.max(0, side === 'mean_at_most' ? limit - value : value - limit)
    const covering = chargeStep(steps, this.#beyond, this.#values.length, allowance)
    this.#isCovered = covering !== null
    const step = covering ?? steps.length - 1
    if (step === this.#step) {
      this.#wager.add(value, stake)
      return
    }
    this.#step = step
    this.#wager = this.#wagerOf(step)
    for (const [day, each] of this.#values.entries()) this.#wager.add(each, this.#stakes[day])
  }

  get total(): number {
    return this.#wager.total
  }

  get isCovered(): boolean {
    return this.#isCovered
  }

  /** An independent copy, to try a future. */
  copy(): ChargedWager {
    const copy = new ChargedWager(this.#options)
    copy.#values.push(...this.#values)
    copy.#stakes.push(...this.#stakes)
    copy.#step = this.#step
    copy.#beyond = this.#beyond
    copy.#isCovered = this.#isCovered
    copy.#wager = this.#wager.copy()
    return copy
  }

  #wagerOf(step: number): Wager {
    const { side, mean, limit, allowance, steps } = this.#options
    const charge = (steps[step] ?? 0) * allowance
    return new Wager(side, side === 'mean_at_most' ? mean + charge : mean - charge, limit, true)
  }
}
