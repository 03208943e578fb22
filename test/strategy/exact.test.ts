import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  centsOf,
  differenceOf,
  exact,
  midOf,
  percentOf,
  roundedDollars,
  roundTo,
  signOf,
  sumOf,
} from '../../src/strategy/exact.ts'
import { abs, add, cents, compare, div, mul, type Rational, rational, sub } from '../support/rational.ts'

/** Prices as they come (cents, hundredths of cents) and any double that is not absurd. */
const price = fc.oneof(
  fc.integer({ min: 0, max: 100_000 }).map((value) => value / 100),
  fc.integer({ min: 0, max: 10_000_000 }).map((value) => value / 10_000),
  fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
)

/** Whether no double is nearer to `value` than `got`. */
function isNearest(got: number, value: Rational): boolean {
  const error = abs(sub(exactly(got), value))
  const step = Math.max(Number.MIN_VALUE, Math.abs(got) * Number.EPSILON)
  return [got - step, got + step].every((other) => compare(error, abs(sub(exactly(other), value))) <= 0)
}

/** The fraction that a double is in binary, not its shortest decimal. */
function exactly(value: number): Rational {
  let power = 0
  let scaled = value
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    power++
  }
  return { n: BigInt(scaled), d: 2n ** BigInt(power) }
}

describe('exact decimals', () => {
  test('a number stands for its shortest decimal', () => {
    expect(exact(0.1).plus(0.2).toFixed()).toBe('0.3')
    expect(exact('1.005').times(100).toFixed()).toBe('100.5')
  })

  test.each([
    [0.125, 0.13],
    [-0.125, -0.13],
    [1.005, 1.01],
    [-1280.3125, -1280.31],
    [71.075, 71.08],
    [-0.004, 0],
  ])('%d rounds half away from zero to %d cents', (value, rounded) => {
    expect(roundTo(value, 2)).toBe(rounded)
    expect(centsOf(value)).toBe(Math.round(rounded * 100) + 0)
  })

  test('sums, differences and mids of prices carry no binary noise', () => {
    expect(sumOf(0.1, 0.2)).toBe(0.3)
    expect(differenceOf(0.3, 0.1)).toBe(0.2)
    expect(midOf(1.87, 1.88)).toBe(1.875)
    expect(percentOf(0.3, 100)).toBe(0.3)
    expect(Object.is(differenceOf(0.1, 0.1), 0)).toBe(true)
  })

  test('what is no finite number throws, and never decides', () => {
    expect(() => exact(Number.NaN)).toThrow()
    expect(() => signOf(Number.NaN, 1, () => exact(Number.NaN))).toThrow()
    expect(() => sumOf(Number.POSITIVE_INFINITY, 1)).toThrow()
  })

  test('prop_sums_and_mids_are_the_nearest_doubles', () => {
    fc.assert(
      fc.property(price, price, (a, b) => {
        const [ra, rb] = [rational(a), rational(b)]
        expect(isNearest(sumOf(a, b), add(ra, rb))).toBe(true)
        expect(isNearest(differenceOf(a, b), sub(ra, rb))).toBe(true)
        expect(isNearest(midOf(a, b), div(add(ra, rb), rational(2)))).toBe(true)
      }),
    )
  })

  test('prop_the_sign_equals_that_of_exact_fractions', () => {
    // Around a tie on purpose: b is a, shifted by nothing or a little.
    const shift = fc.constantFrom(0, 0, 1e-9, -1e-9, 0.0001, -0.0001, 0.01)
    fc.assert(
      fc.property(price, shift, fc.integer({ min: 1, max: 500 }), (a, by, lot) => {
        const b = a + by
        const got = signOf((a - b) * lot, (Math.abs(a) + Math.abs(b)) * lot, () => exact(a).minus(b).times(lot))
        expect(got).toBe(compare(rational(a), rational(b)))
      }),
    )
  })

  test('prop_rounded_dollars_equal_the_exact_rounding', () => {
    fc.assert(
      fc.property(price, price, fc.integer({ min: 1, max: 500 }), fc.boolean(), (a, b, lot, tie) => {
        // Half of the cases end on a half cent.
        const extra = tie ? 0.005 : 0
        const approx = (a - b) * lot + extra
        const magnitude = (a + b) * lot + extra
        const got = roundedDollars(approx, magnitude, () => exact(a).minus(b).times(lot).plus(extra))
        const value = add(mul(sub(rational(a), rational(b)), rational(lot)), rational(extra))
        expect(got).toBe(cents(value) / 100)
      }),
    )
  })
})
