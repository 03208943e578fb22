/** Exact fractions on BigInt: a second way to compute what the rules compute, sharing nothing with it. */

export interface Rational {
  readonly n: bigint
  readonly d: bigint
}

/** The fraction that a number's shortest decimal is. */
export function rational(value: number | string): Rational {
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(String(value)) ?? []
  const power = Number(exponent) - fraction.length
  const digits = BigInt(`${sign}${whole}${fraction}`)
  return power >= 0 ? { n: digits * 10n ** BigInt(power), d: 1n } : { n: digits, d: 10n ** BigInt(-power) }
}

export const add = (a: Rational, b: Rational): Rational => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d })
export const sub = (a: Rational, b: Rational): Rational => add(a, { n: -b.n, d: b.d })
export const mul = (a: Rational, b: Rational): Rational => ({ n: a.n * b.n, d: a.d * b.d })
export const div = (a: Rational, b: Rational): Rational =>
  b.n < 0n ? { n: -a.n * b.d, d: -a.d * b.n } : { n: a.n * b.d, d: a.d * b.n }

/** −1, 0 or 1 as a is below, at or above b. */
export function compare(a: Rational, b: Rational): -1 | 0 | 1 {
  const difference = a.n * b.d - b.n * a.d
  return difference === 0n ? 0 : difference > 0n ? 1 : -1
}

export const abs = (a: Rational): Rational => ({ n: a.n < 0n ? -a.n : a.n, d: a.d })

/** Whole cents, half away from zero. */
export function cents(a: Rational): number {
  const size = (abs(a).n * 100n * 2n + a.d) / (2n * a.d)
  return Number(a.n < 0n ? -size : size) + 0
}
