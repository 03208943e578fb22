/**
 * An anytime-valid confidence sequence for a proportion (execution rate, win rate).
 *
 * The likelihood of the outcomes mixed over Jeffreys' Beta(½, ½), against that of one proportion p, is a martingale
 * when p is true; p stays in the set while the ratio is below 1/α (H. Robbins, Ann. Math. Stat. 41 (1970) 1397–1409).
 * Entry points: `proportionBounds`, `ProportionTest` (one proportion, a trial at a time).
 */

const BISECTIONS = 60

export interface ProportionBounds {
  readonly successes: number
  readonly trials: number
  readonly lower: number
  readonly upper: number
}

/** Log of the mixed likelihood: the product of the predictive probabilities, in any order of the outcomes. */
function logMixture(successes: number, failures: number): number {
  let log = 0
  for (let k = 0; k < successes; k++) log += Math.log((k + 0.5) / (k + 1))
  for (let k = 0; k < failures; k++) log += Math.log((k + 0.5) / (successes + k + 1))
  return log
}

function logLikelihood(p: number, successes: number, failures: number): number {
  return (successes === 0 ? 0 : successes * Math.log(p)) + (failures === 0 ? 0 : failures * Math.log1p(-p))
}

/** Both bounds hold together at all times with confidence 1 − α. */
export function proportionBounds(successes: number, trials: number, alpha: number): ProportionBounds {
  const failures = trials - successes
  if (!(Number.isInteger(successes) && Number.isInteger(trials) && successes >= 0 && failures >= 0)) {
    throw new RangeError(`expected 0 ≤ successes ≤ trials, got ${successes} of ${trials}`)
  }
  if (trials === 0) return { successes, trials, lower: 0, upper: 1 }
  const limit = logMixture(successes, failures) + Math.log(alpha)
  const inside = (p: number): boolean => logLikelihood(p, successes, failures) > limit
  const centre = successes / trials
  return {
    successes,
    trials,
    lower: inside(0) ? 0 : edge(0, centre, inside),
    upper: inside(1) ? 1 : edge(1, centre, inside),
  }
}

/** Whether one proportion, in (0, 1), has left the set yet. */
export class ProportionTest {
  readonly #logs: readonly [failure: number, success: number]
  readonly #limit: number
  #successes = 0
  #failures = 0
  #evidence = 0
  /** Once out, it stays out. */
  excluded = false

  constructor(proportion: number, alpha: number) {
    if (!(proportion > 0 && proportion < 1)) throw new RangeError(`expected a proportion in (0, 1), got ${proportion}`)
    this.#logs = [Math.log1p(-proportion), Math.log(proportion)]
    this.#limit = -Math.log(alpha)
  }

  add(isSuccess: boolean): void {
    const trials = this.#successes + this.#failures + 1
    const seen = isSuccess ? this.#successes++ : this.#failures++
    this.#evidence += Math.log((seen + 0.5) / trials) - this.#logs[isSuccess ? 1 : 0]
    this.excluded ||= this.#evidence >= this.#limit
  }
}

/** The border of the set between a point outside and one inside, on the outer side. */
function edge(outside: number, within: number, inside: (p: number) => boolean): number {
  let [outer, inner] = [outside, within]
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (outer + inner) / 2
    if (inside(middle)) inner = middle
    else outer = middle
  }
  return outer
}
