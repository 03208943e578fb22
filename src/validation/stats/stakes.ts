/**
 * How much to bet each day against a claim about a mean: the stake that would make the wealth grow fastest if the mean
 * were what the team hopes for (or fears), at the spread of the days so far.
 *
 * The growth-optimal stake against "the mean is m" is about effect / (variance + effect²) of a day's room (J. Kelly,
 * Bell Syst. Tech. J. 35 (1956) 917–926); the variance is of the days before, so the stake is fixed before its day is
 * known. A predictable stake keeps the wealth a supermartingale whatever it is (Waudby-Smith and Ramdas 2024, section 4
 * on predictable plug-ins): a bad guess costs speed, never an error rate.
 *
 * Entry points: `BetDesign`, `Stakes`.
 *
 * 1. A stake depends on the days before it and on the design, never on the hypothesis that is tested: all means share
 *    it.
 */

/** What the bets are made for, fixed beforehand, in the units of the values. */
export interface BetDesign {
  /** The claim that matters most, like a mean of 0. */
  readonly hypothesis: number
  /** How far the mean is from it if the other side is right; above 0. */
  readonly effect: number
  /** A day's spread as it is thought of before there are days; above 0. */
  readonly spread: number
  /** Whether what a memory of the days may have added is taken off (`memory-charge.ts`). */
  readonly chargesMemory?: boolean
}

/** A little below the fastest growth: far less variable, hardly slower. */
const PART_OF_FASTEST = 0.8
/** The spread thought of beforehand counts as much as this many days. */
const PRIOR_DAYS = 10
/** Never everything: a day at the limit must leave something to bet with. */
const STAKE_MAX = 0.99

export class Stakes {
  readonly #design: BetDesign
  readonly #limit: number
  readonly #sign: 1 | -1
  #days = PRIOR_DAYS
  #squares: number

  /** `limit`: the floor for bets on a higher mean (`sign` 1), the ceiling for those on a lower one (−1). */
  constructor(design: BetDesign, limit: number, sign: 1 | -1) {
    const { hypothesis, effect, spread } = design
    if (!(sign * (hypothesis - limit) > 0 && effect > 0 && spread > 0)) {
      throw new RangeError(
        `expected a hypothesis inside its limit, effect and spread above 0, got ${hypothesis}, ${effect}, ${spread}`,
      )
    }
    this.#design = design
    this.#limit = limit
    this.#sign = sign
    this.#squares = PRIOR_DAYS * spread * spread
  }

  /** Of the coming day, as a part of what it may lose. */
  get next(): number {
    const { hypothesis, effect } = this.#design
    const room = this.#sign * (hypothesis - this.#limit)
    const fastest = (effect * room) / (this.#squares / this.#days + effect * effect)
    return Math.min(STAKE_MAX, PART_OF_FASTEST * fastest)
  }

  /** Takes the day. */
  add(value: number): void {
    const { hypothesis, effect } = this.#design
    const inside = this.#sign > 0 ? Math.max(value, this.#limit) : Math.min(value, this.#limit)
    this.#days++
    this.#squares += (inside - hypothesis - (this.#sign * effect) / 2) ** 2
  }

  /** An independent copy, to try a future. */
  copy(): Stakes {
    const copy = new Stakes(this.#design, this.#limit, this.#sign)
    copy.#days = this.#days
    copy.#squares = this.#squares
    return copy
  }
}
