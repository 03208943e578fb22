/**
 * Exact decimals. A number stands for the decimal it prints as (its shortest one); `exact` makes that a `Decimal`.
 *
 * Entry points: `exact`, `scaled`, `roundTo`, `centsOf`, `sumOf`, `differenceOf`, `midOf`, `signOf`, `isBeyondDoubt`,
 * `roundedDollars`.
 *
 * 1. Every comparison and every rounding of this module equals the one on exact, unrounded decimals.
 * 2. Doubles are used only as a filter: where their error bound leaves no doubt, or where scaled integers are exact.
 *    The filter never decides a close case; `exactly` is then computed, so a wrong answer is impossible, only a slower one.
 * 3. Rounding goes half away from zero, and never gives a negative zero.
 */
import { Big } from 'big.js'

/** An own constructor: settings made elsewhere in the process cannot reach it. */
const Decimal = Big()
Decimal.RM = 1 // half away from zero
Decimal.DP = 30
export type Decimal = Big

/** Quotes and fills have at most four decimals nearly always: scaled by this they are integers. */
export const SCALE = 10_000
const SCALED_CENT = SCALE / 100
/** Scaled values beyond this could lose their last digit when added or doubled. */
const SCALED_MAX = 2 ** 50
/** Far above the relative error of the few operations between a price and a P&L (about 2⁻⁵⁰). */
const FILTER_RELATIVE_ERROR = 2 ** -40

/** @throws Error where `value` is no finite decimal. */
export function exact(value: number | string | Decimal): Decimal {
  return new Decimal(value)
}

/** Rounds to `decimals` places, half away from zero. */
export function roundTo(value: number | Decimal, decimals: number): number {
  return exact(value).round(decimals, 1).toNumber() + 0
}

/** Whole cents of an amount in dollars, half away from zero. */
export function centsOf(dollars: number | string | Decimal): number {
  const integer = typeof dollars === 'number' ? scaled(dollars) : Number.NaN
  if (Number.isNaN(integer)) return exact(dollars).times(100).round(0, 1).toNumber() + 0
  const size = Math.abs(integer)
  const rest = size % SCALED_CENT
  const cents = (size - rest) / SCALED_CENT + (rest * 2 >= SCALED_CENT ? 1 : 0)
  return integer < 0 ? 0 - cents : cents
}

/** The scaled integer that `value` is exactly, or NaN where it has more decimals or is too large. */
export function scaled(value: number): number {
  const integer = Math.round(value * SCALE)
  return integer / SCALE === value && Math.abs(integer) < SCALED_MAX ? integer : Number.NaN
}

/** a + b, as the double nearest to the exact sum. */
export function sumOf(a: number, b: number): number {
  const sum = (scaled(a) + scaled(b)) / SCALE
  return Number.isNaN(sum) ? exact(a).plus(b).toNumber() : sum + 0
}

/** a − b, as the double nearest to the exact difference. */
export function differenceOf(a: number, b: number): number {
  return sumOf(a, -b)
}

/** (a + b) / 2, as the double nearest to the exact mid. */
export function midOf(a: number, b: number): number {
  const mid = (scaled(a) + scaled(b)) / (2 * SCALE)
  return Number.isNaN(mid) ? exact(a).plus(b).times(0.5).toNumber() : mid + 0
}

/** part / whole × 100, as the double nearest to the exact percentage. */
export function percentOf(part: number, whole: number): number {
  const percent = (scaled(part) * 100) / scaled(whole)
  return Number.isFinite(percent) ? percent : exact(part).times(100).div(whole).toNumber()
}

/** Whether `approx` is so far from zero that its sign is that of the exact quantity; parameters as in `signOf`. */
export function isBeyondDoubt(approx: number, magnitude: number): boolean {
  return Math.abs(approx) > magnitude * FILTER_RELATIVE_ERROR
}

/**
 * The sign of an exact quantity. `approx` is its value in doubles, `magnitude` the sum of the absolute values of the
 * terms it was made of.
 */
export function signOf(approx: number, magnitude: number, exactly: () => Decimal): -1 | 0 | 1 {
  // NaN fails the comparison and so goes the exact way, which throws.
  if (isBeyondDoubt(approx, magnitude)) return approx > 0 ? 1 : -1
  return exactly().cmp(0)
}

/** An exact quantity in dollars rounded once to the cent; parameters as in `signOf`. */
export function roundedDollars(approx: number, magnitude: number, exactly: () => Decimal): number {
  const cents = Math.abs(approx) * 100
  const whole = Math.floor(cents)
  const fromTie = Math.abs(cents - whole - 0.5)
  // Near a half cent, or near enough to zero for the sign to be in doubt, only the exact value can say.
  if (fromTie > magnitude * 100 * FILTER_RELATIVE_ERROR && cents > 1) {
    const rounded = (cents - whole > 0.5 ? whole + 1 : whole) / 100
    return approx < 0 ? -rounded : rounded
  }
  return roundTo(exactly(), 2)
}
