/**
 * An anytime-valid confidence sequence for a mean, by betting: it may be looked at every day, and stopped at any.
 *
 * Against "the mean is at most m" a gambler stakes a part `c` in (0, 1) of what may be lost on every day: the wealth
 * `Π (1 + c·(x − m)/(m − floor))` is a non-negative supermartingale while the claim is true, whatever the distribution
 * above
 * `floor`, and whether or not days are alike, as long as `c` is fixed before its day. By Ville's inequality the wealth
 * ever reaches 1/α with probability at most α: then the claim is given up. All m that are not given up are above the
 * lower bound. Above goes the same way with `ceiling`.
 *
 * Most of the first dollar follows planned stakes (`stakes.ts`), made for the effect and the spread that matter here;
 * the rest is spread over fixed stakes, which find whatever the plan did not think of.
 *
 * I. Waudby-Smith, A. Ramdas, Estimating means of bounded random variables by betting, J. R. Stat. Soc. B 86 (2024)
 * 1–27: predictable bets, and a mixture over fixed ones; J. Ville, Étude critique de la notion de collectif (1939).
 *
 * Entry points: `Wager` (one hypothesis, a day at a time), `lowerBound`, `upperBound`.
 *
 * 1. The lower bound holds for the mean of max(x, floor), the upper one for that of min(x, ceiling): where nothing lies
 *    beyond, for the mean itself. Each side has its own α.
 * 2. No variance or shape is assumed, and no independence but this: on no day does the mean, given the days before,
 *    exceed what the claim says.
 */
import { MemoryCharge } from './memory-charge.ts'
import { type BetDesign, Stakes } from './stakes.ts'

/** Fixed stakes: even steps, weighted by their size, since larger ones find real effects sooner. */
const FIXED: readonly { readonly stake: number; readonly weight: number }[] = (() => {
  const count = 12
  const stakes = Array.from({ length: count }, (_, index) => (index + 0.5) / count)
  const total = stakes.reduce((sum, stake) => sum + stake, 0)
  return stakes.map((stake) => ({ stake, weight: stake / total }))
})()

const STAKES = Float64Array.from(FIXED, ({ stake }) => stake)
const WEIGHTS = Float64Array.from(FIXED, ({ weight }) => weight)
/** Of the first dollar, where there is a plan. */
const PLANNED_PART = 0.8
const BISECTIONS = 60
/** Of the bounds, as a part of the range: far below a cent. */
const PRECISION = 1e-10
/** Wealth beyond this no longer grows: evidence is overwhelming, and doubles stay finite. */
const WEALTH_MAX = 1e250

export type Side = 'mean_at_most' | 'mean_at_least'

const signOf = (side: Side): 1 | -1 => (side === 'mean_at_most' ? 1 : -1)

/**
 * The wealth of betting against one hypothesis. `limit` is the floor (`mean_at_most`) or the ceiling (`mean_at_least`)
 * in the units of the values; values beyond it count as it.
 */
export class Wager {
  readonly #rates: Float64Array
  readonly #wealth: Float64Array
  readonly #limit: number
  readonly #mean: number
  readonly #sign: 1 | -1
  readonly #room: number
  #planned: number
  total = 1

  /** `isPlanned`: each day comes with its planned stake. */
  constructor(side: Side, mean: number, limit: number, isPlanned = false) {
    this.#sign = signOf(side)
    const room = this.#sign * (mean - limit)
    if (!(room > 0)) throw new RangeError(`expected a mean inside its limit, got ${mean} with ${limit}`)
    this.#planned = isPlanned ? PLANNED_PART : 0
    this.#rates = STAKES.map((stake) => stake / room)
    this.#wealth = WEIGHTS.map((weight) => weight * (1 - this.#planned))
    this.#limit = limit
    this.#mean = mean
    this.#room = room
  }

  /** Takes a day, with its stake in (0, 1) where they are planned; the wealth after it. */
  add(value: number, stake = 0): number {
    const inside = this.#sign > 0 ? Math.max(value, this.#limit) : Math.min(value, this.#limit)
    const edge = this.#sign * (inside - this.#mean)
    const rates = this.#rates
    const wealth = this.#wealth
    this.#planned = Math.min(this.#planned * (1 + (stake / this.#room) * edge), WEALTH_MAX)
    let total = this.#planned
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
    copy.#planned = this.#planned
    copy.total = this.total
    return copy
  }
}

interface Plan {
  /** A stake a day; empty without a design. */
  readonly stakes: readonly number[]
  /** What a memory of the days may have added to the logarithm of the wealth. */
  readonly memoryLog: number
}

function planOf(values: readonly number[], floor: number, design: BetDesign | null): Plan {
  if (design === null) return { stakes: [], memoryLog: 0 }
  const stakes = new Stakes(design, floor, 1)
  const memory = new MemoryCharge(design.hypothesis, floor)
  const planned = values.map((value) => {
    const stake = stakes.next
    stakes.add(value)
    memory.add(value, stake)
    return stake
  })
  return { stakes: planned, memoryLog: design.chargesMemory ? memory.log : 0 }
}

/** The logarithm of the wealth of betting on more than `mean`, after all values; all of them above `floor`. */
function logWealth(values: readonly number[], planned: readonly number[], mean: number, floor: number): number {
  const room = mean - floor
  const edges = values.map((value) => (value - mean) / room)
  const part = planned.length > 0 ? PLANNED_PART : 0
  const logs = Array.from(STAKES, (stake, bet) =>
    edges.reduce((log, edge) => log + Math.log1p(stake * edge), Math.log((WEIGHTS[bet] ?? 0) * (1 - part))),
  )
  if (part > 0)
    logs.push(edges.reduce((log, edge, day) => log + Math.log1p((planned[day] ?? 0) * edge), Math.log(part)))
  const largest = logs.reduce((a, b) => Math.max(a, b))
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0))
}

/**
 * The highest mean that is given up as too low, so the mean is above it with confidence 1 − α; the floor without days.
 */
export function lowerBound(
  values: readonly number[],
  floor: number,
  alpha: number,
  design: BetDesign | null = null,
): number {
  const inside = values.map((value) => Math.max(value, floor))
  const { stakes: planned, memoryLog } = planOf(inside, floor, design)
  const threshold = memoryLog - Math.log(alpha)
  let low = floor
  let high = inside.reduce((a, b) => Math.max(a, b), floor)
  const precision = (high - floor) * PRECISION
  for (let step = 0; step < BISECTIONS && high - low > precision; step++) {
    const middle = (low + high) / 2
    // Wealth falls as the mean in question rises: every stake is the same for all of them.
    if (logWealth(inside, planned, middle, floor) >= threshold) low = middle
    else high = middle
  }
  return low
}

/** The mirror image: the mean is below it with confidence 1 − α; the ceiling without days. */
export function upperBound(
  values: readonly number[],
  ceiling: number,
  alpha: number,
  design: BetDesign | null = null,
): number {
  const mirrored = values.map((value) => -value)
  return -lowerBound(mirrored, -ceiling, alpha, design && { ...design, hypothesis: -design.hypothesis })
}
