/**
 * What a memory of the days could have made of a wager's wealth: bets assume that the mean, given the days before,
 * stays what the claim says. Where good days follow good ones it does not, and the wealth grows on average by about the
 * products of neighbouring bets' gains. Their sum so far, where it is above 0, is taken off the wealth's logarithm.
 * Pure.
 *
 * Entry point: `MemoryCharge`.
 *
 * 1. A charge is never below 0: on days without a memory every promise of the wager holds as before, a little later.
 * 2. Of a memory from one day to the next the charge is on average what that adds; it is an approximation, measured by
 *    `verdict --simulate`, and no bound for every kind of memory. More lags cost more time than they mend.
 * 3. It does not depend on the mean in question: bounds stay in order.
 */

/** Days that the claim counts as, while the mean of the days so far is still a guess. */
const PRIOR_DAYS = 10

export class MemoryCharge {
  readonly #room: number
  /** What the last day's bet gained beyond the mean of the days so far. */
  #gain = 0
  #days = PRIOR_DAYS
  #sum: number
  #charge = 0

  /** `hypothesis` and `limit` as for the stakes. */
  constructor(hypothesis: number, limit: number) {
    this.#room = Math.abs(hypothesis - limit)
    this.#sum = PRIOR_DAYS * hypothesis
  }

  /** Takes a day, cut at the limit, with the stake it had. */
  add(inside: number, stake: number): void {
    this.#days += 1
    this.#sum += inside
    const gain = (stake * (inside - this.#sum / this.#days)) / this.#room
    this.#charge += gain * this.#gain
    this.#gain = gain
  }

  /** To be taken off the logarithm of the wealth. */
  get log(): number {
    return Math.max(0, this.#charge)
  }

  /** An independent copy, to try a future. */
  copy(): MemoryCharge {
    const copy = new MemoryCharge(this.#room, 0)
    copy.#gain = this.#gain
    copy.#days = this.#days
    copy.#sum = this.#sum
    copy.#charge = this.#charge
    return copy
  }
}
