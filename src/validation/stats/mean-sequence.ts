/**
 * An anytime-valid confidence sequence for a mean, by betting: it may be looked at every day, and stopped at any.
 *
 * Against "the mean is at most m" a gambler stakes a fixed part of what may be lost on every day: the wealth
 * `Π (1 + c·(x − m)/(m − floor))` of a bet `c` in (0, 1) is a non-negative supermartingale while the claim is true, whatever
 * the distribution above `floor`, and whether or not days are alike. Bets are mixed with weights fixed beforehand. By
 * Ville's inequality the wealth ever reaches 1/α with probability at most α: then the claim is given up. All m that are
 * not given up are above the lower bound. Above goes the same way with `ceiling`.
 *
 * I. Waudby-Smith, A. Ramdas, Estimating means of bounded random variables by betting, J. R. Stat. Soc. B 86 (2024) 1–27,
 * in the form of a mixture over fixed bets; J. Ville, Étude critique de la notion de collectif (1939).
 *
 * Entry points: `Wager` (one hypothesis, a day at a time), `lowerBound`, `upperBound`.
 *
 * 1. The lower bound holds for the mean of max(x, floor), the upper one for that of min(x, ceiling): where nothing lies
 *    beyond, for the mean itself. Each side has its own α.
 * 2. No variance, shape or independence is assumed or estimated.
 */

/** Bets as parts of what one day may lose: even steps, weighted by their size, since larger ones find real effects sooner. */
const BETS: readonly { readonly stake: number; readonly weight: number }[] = (() => {
  const count = 20
  const stakes = Array.from({ length: count }, (_, index) => (index + 0.5) / count)
  const total = stakes.reduce((sum, stake) => sum + stake, 0)
  return stakes.map((stake) => ({ stake, weight: stake / total }))
})()

const STAKES = Float64Array.from(BETS, ({ stake }) => stake)
const WEIGHTS = Float64Array.from(BETS, ({ weight }) => weight)
const BISECTIONS = 60
/** Of the bounds, as a part of the range: far below a cent. */
const PRECISION = 1e-10
/** Wealth beyond this no longer grows: evidence is overwhelming, and doubles stay finite. */
const WEALTH_MAX = 1e250

export type Side = 'mean_at_most' | 'mean_at_least'

/**
 * The wealth of betting against one hypothesis. `limit` is the floor (`mean_at_most`) or the ceiling (`mean_at_least`) in the
 * units of the values; values beyond it count as it.
 */
export class Wager {
  readonly #rates: Float64Array
  readonly #wealth: Float64Array
  readonly #limit: number
  readonly #mean: number
  readonly #sign: 1 | -1
  total = 1

  constructor(side: Side, mean: number, limit: number) {
    this.#sign = side === 'mean_at_most' ? 1 : -1
    const room = this.#sign * (mean - limit)
    if (!(room > 0)) throw new RangeError(`expected a mean inside its limit, got ${mean} with ${limit}`)
    this.#rates = STAKES.map((stake) => stake / room)
    this.#wealth = WEIGHTS.slice()
    this.#limit = limit
    this.#mean = mean
  }

  /** Takes a day; the wealth after it. */
  add(value: number): number {
    const inside = this.#sign > 0 ? Math.max(value, this.#limit) : Math.min(value, this.#limit)
    const edge = this.#sign * (inside - this.#mean)
    const rates = this.#rates
    const wealth = this.#wealth
    let total = 0
    for (let bet = 0; bet < wealth.length; bet++) {
      const grown = Math.min((wealth[bet] ?? 0) * (1 + (rates[bet] ?? 0) * edge), WEALTH_MAX)
      wealth[bet] = grown
      total += grown
    }
    this.total = total
    return total
  }

  /** An independent copy, to try a future. */
  copy(): Wager {
    const copy = new Wager(this.#sign > 0 ? 'mean_at_most' : 'mean_at_least', this.#mean, this.#limit)
    copy.#wealth.set(this.#wealth)
    copy.total = this.total
    return copy
  }
}

/** The logarithm of the wealth against `mean`, after all values. */
function logWealth(side: Side, values: readonly number[], mean: number, limit: number): number {
  const sign = side === 'mean_at_most' ? 1 : -1
  const room = sign * (mean - limit)
  const logs = STAKES.map((stake, bet) => {
    let log = Math.log(WEIGHTS[bet] ?? 0)
    for (const value of values) {
      const inside = sign > 0 ? Math.max(value, limit) : Math.min(value, limit)
      log += Math.log1p((stake / room) * sign * (inside - mean))
    }
    return log
  })
  const largest = logs.reduce((a, b) => Math.max(a, b))
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0))
}

/** The highest mean that is given up as too low, so the mean is above it with confidence 1 − α; the floor without days. */
export function lowerBound(values: readonly number[], floor: number, alpha: number): number {
  const threshold = -Math.log(alpha)
  let low = floor
  let high = values.reduce((a, b) => Math.max(a, b), floor)
  const precision = (high - floor) * PRECISION
  for (let step = 0; step < BISECTIONS && high - low > precision; step++) {
    const middle = (low + high) / 2
    // Wealth falls as the mean in question rises.
    if (logWealth('mean_at_most', values, middle, floor) >= threshold) low = middle
    else high = middle
  }
  return low
}

/** The mirror image: the mean is below it with confidence 1 − α; the ceiling without days. */
export function upperBound(values: readonly number[], ceiling: number, alpha: number): number {
  const mirrored = values.map((value) => -value)
  return -lowerBound(mirrored, -ceiling, alpha)
}
