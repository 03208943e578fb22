import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sequence } from '../../src/config/prng.ts'
import { drawdownBand, maxDrawdown } from '../../src/validation/stats/drawdown.ts'
import { lowerBound, upperBound, Wager } from '../../src/validation/stats/mean-sequence.ts'
import { momentsOf } from '../../src/validation/stats/moments.ts'
import { normalCdf, normalQuantile } from '../../src/validation/stats/normal.ts'
import { proportionBounds } from '../../src/validation/stats/proportion-sequence.ts'
import {
  expectedBestSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeFacts,
} from '../../src/validation/stats/sharpe.ts'
import { Stakes } from '../../src/validation/stats/stakes.ts'

const values = fc.array(fc.integer({ min: -900, max: 900 }), { minLength: 1, maxLength: 40 })

describe('the normal distribution', () => {
  test('has its tabulated values', () => {
    for (const [x, p] of [
      [0, 0.5],
      [1, 0.841_344_746_068_543],
      [1.959_963_984_540_054, 0.975],
      [-3, 0.001_349_898_031_63],
      [-6, 9.865_876_450_377e-10],
    ] as const) {
      expect(normalCdf(x)).toBeCloseTo(p, 12)
      expect(normalQuantile(p)).toBeCloseTo(x, 6)
    }
    expect(() => normalQuantile(1)).toThrow(/between 0 and 1/)
  })
})

describe('the confidence sequence of a mean', () => {
  test('the wealth of one day is the mixture of its bets', () => {
    const wager = new Wager('mean_at_most', 0, -100)
    // Stakes 1/24, 3/24 … 23/24, weighted by themselves.
    const average = Array.from({ length: 12 }, (_, i) => (i + 0.5) / 12)
    const stake = average.reduce((sum, c) => sum + c * c, 0) / average.reduce((sum, c) => sum + c, 0)
    expect(wager.add(100)).toBeCloseTo(1 + stake, 12)
    expect(new Wager('mean_at_most', 0, -100).add(-500)).toBeCloseTo(1 - stake, 12)
    expect(new Wager('mean_at_least', 50, 100).add(0)).toBeCloseTo(1 + stake, 12)
    // With a plan, four fifths of the dollar are on the day's planned stake.
    expect(new Wager('mean_at_most', 0, -100, true).add(100, 0.5)).toBeCloseTo(1 + 0.8 * 0.5 + 0.2 * stake, 12)
  })

  test('prop_the bound is where the wealth reaches 1/α', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0.001, max: 0.2, noNaN: true }), (days, alpha) => {
        const lower = lowerBound(days, -1000, alpha)
        const wealth = (mean: number): number => {
          const wager = new Wager('mean_at_most', mean, -1000)
          for (const day of days) wager.add(day)
          return wager.total
        }
        if (lower > -999.9) expect(wealth(lower - 0.01)).toBeGreaterThanOrEqual(1 / alpha)
        expect(wealth(lower + 0.01)).toBeLessThan(1 / alpha)
      }),
    )
  })

  test('prop_with a plan the bound is where the planned wealth reaches 1/α, and nothing of a day moves its own stake', () => {
    const design = { hypothesis: 0, effect: 100, spread: 300 }
    fc.assert(
      fc.property(values, fc.double({ min: 0.001, max: 0.2, noNaN: true }), (days, alpha) => {
        const lower = lowerBound(days, -1000, alpha, design)
        const wealth = (mean: number): number => {
          const wager = new Wager('mean_at_most', mean, -1000, true)
          const stakes = new Stakes(design, -1000, 1)
          for (const day of days) {
            wager.add(day, stakes.next)
            stakes.add(day)
          }
          return wager.total
        }
        if (lower > -999.9) expect(wealth(lower - 0.01)).toBeGreaterThanOrEqual(1 / alpha)
        expect(wealth(lower + 0.01)).toBeLessThan(1 / alpha)
        const mirrored = days.map((day) => -day)
        expect(upperBound(mirrored, 1000, alpha, design)).toBeCloseTo(-lower, 6)
      }),
    )
  })

  test('prop_wealth is fair: its mean over all orders of signs is one while the claim is true', () => {
    // Every path of ±size is equally likely and has mean 0: the average wealth is exactly 1, whatever the plan.
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 900 }),
        (sizes, effect, spread) => {
          let sum = 0
          for (let path = 0; path < 1 << sizes.length; path++) {
            const wager = new Wager('mean_at_most', 0, -1000, true)
            const stakes = new Stakes({ hypothesis: 0, effect, spread }, -1000, 1)
            for (const [index, size] of sizes.entries()) {
              const day = (path >> index) & 1 ? size : -size
              wager.add(day, stakes.next)
              stakes.add(day)
            }
            sum += wager.total
          }
          expect(sum / (1 << sizes.length)).toBeCloseTo(1, 9)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('stakes follow the spread of the days so far, stay below one, and a copy goes its own way', () => {
    const design = { hypothesis: 0, effect: 100, spread: 300 }
    const calm = new Stakes(design, -1000, 1)
    // 0.8 · 100 · 1000 / (300² + 100²)
    expect(calm.next).toBeCloseTo(0.8, 12)
    const wild = calm.copy()
    for (let day = 0; day < 50; day++) {
      calm.add(50)
      wild.add(day % 2 === 0 ? 900 : -900)
    }
    expect(calm.next).toBe(0.99)
    expect(wild.next).toBeLessThan(0.15)
    expect(() => new Stakes({ ...design, hypothesis: -1000 }, -1000, 1)).toThrow(/inside its limit/)
    expect(() => new Stakes({ ...design, effect: 0 }, -1000, 1)).toThrow(/above 0/)
  })

  test('prop_the upper bound mirrors the lower one, and both enclose the sample mean', () => {
    fc.assert(
      fc.property(values, (days) => {
        const lower = lowerBound(days, -1000, 0.05)
        const upper = upperBound(days, 1000, 0.05)
        expect(upper).toBeCloseTo(
          -lowerBound(
            days.map((day) => -day),
            -1000,
            0.05,
          ),
          6,
        )
        const mean = days.reduce((sum, day) => sum + day, 0) / days.length
        expect(lower).toBeLessThanOrEqual(mean)
        expect(upper).toBeGreaterThanOrEqual(mean)
      }),
    )
  })

  test('prop_a worse day never raises the lower bound, and one beyond the floor is as bad as the floor', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 500 }), (days, worse) => {
        const [first = 0, ...rest] = days
        expect(lowerBound([first - worse, ...rest], -1000, 0.05)).toBeLessThanOrEqual(
          lowerBound(days, -1000, 0.05) + 1e-6,
        )
        expect(lowerBound([-1000, ...rest], -1000, 0.05)).toBe(lowerBound([-50_000, ...rest], -1000, 0.05))
      }),
    )
  })

  test('without days only the limits are known, and a mean beyond its limit cannot be tested', () => {
    expect([lowerBound([], -500, 0.05), upperBound([], 700, 0.05)]).toEqual([-500, 700])
    expect(() => new Wager('mean_at_most', -500, -500)).toThrow(/inside its limit/)
  })

  test('overwhelming evidence stays a number', () => {
    const wager = new Wager('mean_at_most', 0, -1)
    for (let day = 0; day < 5000; day++) wager.add(100)
    expect(Number.isFinite(wager.total)).toBe(true)
    wager.add(-1)
    expect(wager.total).toBeGreaterThan(20)
  })
})

describe('the confidence sequence of a proportion', () => {
  test('is the whole range without trials and narrows around the share', () => {
    expect(proportionBounds(0, 0, 0.05)).toMatchObject({ lower: 0, upper: 1 })
    const few = proportionBounds(12, 20, 0.05)
    const many = proportionBounds(1200, 2000, 0.05)
    expect(few.lower).toBeLessThan(many.lower)
    expect(many.lower).toBeGreaterThan(0.55)
    expect(many.upper).toBeLessThan(0.65)
  })

  test('all successes leave 1 inside, none leave 0 inside', () => {
    expect(proportionBounds(30, 30, 0.05)).toMatchObject({ upper: 1 })
    expect(proportionBounds(0, 30, 0.05)).toMatchObject({ lower: 0 })
    expect(() => proportionBounds(3, 2, 0.05)).toThrow(RangeError)
  })

  test('covers the true share at every look in at least 1 − α of runs', () => {
    const { uniform } = sequence('proportion')
    let missed = 0
    for (let run = 0; run < 400; run++) {
      let successes = 0
      for (let trial = 1; trial <= 150; trial++) {
        successes += Number(uniform() < 0.609)
        if (trial % 5 !== 0) continue
        const { lower, upper } = proportionBounds(successes, trial, 0.1)
        if (lower > 0.609 || upper < 0.609) {
          missed++
          break
        }
      }
    }
    // 10 % of 400 and four standard errors.
    expect(missed).toBeLessThan(64)
    expect(missed).toBeGreaterThan(0)
  })
})

describe('the Sharpe ratios', () => {
  // D. Bailey, M. López de Prado (2014), the worked example: 5 years of daily returns, 100 trials with a yearly
  // variance of ½.
  test('reproduce the published example of a deflated ratio', () => {
    const shape = { days: 1250, skewness: -3, kurtosis: 10 }
    expect(probabilisticSharpe(2.5 / Math.sqrt(250), 0.1132, shape)).toBeCloseTo(0.9004, 3)
  })

  test('expect a higher best from more worthless variants', () => {
    expect(expectedBestSharpe(1, 100)).toBe(0)
    expect(expectedBestSharpe(10, 101)).toBeCloseTo(0.1 * 1.574_6, 3)
    expect(expectedBestSharpe(1000, 100)).toBeGreaterThan(expectedBestSharpe(10, 100))
  })

  test('the minimum track record is where the probability reaches the confidence', () => {
    const shape = { skewness: -1.2, kurtosis: 6 }
    const days = minimumTrackRecord(0.12, 0.95, shape) ?? 0
    expect(probabilisticSharpe(0.12, 0, { days, ...shape })).toBeGreaterThanOrEqual(0.95)
    expect(probabilisticSharpe(0.12, 0, { days: days - 1, ...shape })).toBeLessThan(0.95)
    expect(minimumTrackRecord(0, 0.95, shape)).toBeNull()
  })

  test('are not given for too few days or days that do not vary', () => {
    expect(sharpeFacts([1, 2], 1, 0.95)).toBeNull()
    expect(sharpeFacts([5, 5, 5, 5], 1, 0.95)).toBeNull()
    const facts = sharpeFacts([3, -1, 2, 4, -2], 20, 0.95)
    expect(facts?.deflated).toBeLessThan(facts?.probabilistic ?? 0)
  })

  test('moments are those of the textbook', () => {
    const { mean, deviation, skewness, kurtosis } = momentsOf([2, 4, 4, 4, 5, 5, 7, 9])
    expect([mean, deviation, skewness, kurtosis]).toEqual([5, expect.closeTo(2.138_09, 5), 0.656_25, 2.781_25])
  })
})

describe('the drawdown', () => {
  test('is the deepest fall from a peak, the start included', () => {
    expect(maxDrawdown([5, -3, 1, -4, 8])).toBe(6)
    expect(maxDrawdown([-2, -3, 10])).toBe(5)
    expect(maxDrawdown([1, 2])).toBe(0)
  })

  test('the band is the same again from the same seed, and needs ten days', () => {
    const days = Array.from({ length: 60 }, (_, index) => (index % 4 === 0 ? -900 : 400))
    const band = (seed: string) => drawdownBand(days, 100, sequence(seed).uniform, 200)
    expect(band('a')).toEqual(band('a'))
    expect(band('a')?.high).toBeGreaterThanOrEqual(band('a')?.median ?? 0)
    expect(drawdownBand(days.slice(0, 9), 0, sequence('a').uniform)).toBeNull()
  })

  test('a drawdown much deeper than usual shows in its rank', () => {
    const calm = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? 300 : -200))
    const sunk = [...calm.slice(0, 25), ...Array.from({ length: 25 }, () => -200)]
    expect(drawdownBand(sunk, 50, sequence('b').uniform, 300)?.asDeep).toBeLessThan(0.1)
  })
})
