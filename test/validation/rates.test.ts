import { describe, expect, test } from 'vitest'
import { sequence } from '../../src/config/prng.ts'
import { fixedSampleDays, measureRates } from '../../src/validation/rates/rates.ts'
import { ratesHold, ratioOf } from '../../src/validation/rates/rates-text.ts'
import { marketOf, populationOf, STREAMS } from '../../src/validation/rates/streams.ts'
import { Wager } from '../../src/validation/stats/mean-sequence.ts'
import { registration } from './verdict-days.ts'

const named = (...names: readonly string[]) => STREAMS.filter(({ name }) => names.includes(name))
const HEAVY = named('heavy', 'short put', 'clustered')

describe('the made-up days', () => {
  test('have the wanted mean and spread after the ceiling, and leave days without a trade at $0', () => {
    for (const kind of STREAMS) {
      const days = populationOf(kind, sequence('made'), {
        meanCents: 34_177,
        deviationCents: 150_000,
        ceilingCents: 500_000,
      })
      const mean = days.reduce((sum, day) => sum + day, 0) / days.length
      const spread = Math.sqrt(days.reduce((sum, day) => sum + (day - mean) ** 2, 0) / days.length)
      expect(mean).toBeCloseTo(34_177, -1)
      expect(spread / 150_000).toBeCloseTo(1, 5)
      expect(days.reduce((a, b) => Math.max(a, b))).toBeLessThanOrEqual(500_000)
      if (kind.name === 'short put') expect(days.filter((day) => day === 0).length / days.length).toBeCloseTo(0.39, 1)
    }
  })

  test('with a memory keep the mean and the spread over all days; clusters come in times, streaks in a row', () => {
    const wanted = { meanCents: 34_177, deviationCents: 150_000, ceilingCents: 500_000 }
    const daysOf = (name: string): number[] => {
      const [kind] = named(name)
      if (kind === undefined) throw new Error(`expected ${name}`)
      const market = marketOf(kind, sequence(name), wanted)
      return Array.from({ length: 400 }, () => {
        const next = market.stream()
        return Array.from({ length: 250 }, next)
      }).flat()
    }
    const correlation = (values: readonly number[]): number => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const product = (lag: number) =>
        values.reduce((sum, v, i) => sum + (v - mean) * ((values[i + lag] ?? mean) - mean), 0)
      return product(1) / product(0)
    }
    for (const name of ['clustered', 'streaky']) {
      const days = daysOf(name)
      const mean = days.reduce((sum, day) => sum + day, 0) / days.length
      const spread = Math.sqrt(days.reduce((sum, day) => sum + (day - mean) ** 2, 0) / days.length)
      expect(Math.abs(mean - 34_177)).toBeLessThan(2500)
      expect(spread / 150_000).toBeCloseTo(1, 1)
      const levels = correlation(days)
      const sizes = correlation(days.map((day) => Math.abs(day - mean)))
      if (name === 'clustered') expect([Math.abs(levels) < 0.03, sizes > 0.08]).toEqual([true, true])
      else expect(levels).toBeGreaterThan(0.05)
    }
  })

  test('a look at a fixed number of days: the textbook figure', () => {
    // (1.645 + 0.842)² × (1,500 / 341.77)²
    expect(fixedSampleDays(341.77, 1500, 0.05)).toBe(120)
  })
})

describe('the error rates of the verdict', () => {
  const streams = 600
  const options = { registration, deviationCents: 150_000, streams, horizonDays: 400, random: sequence('test') }
  const measured = measureRates({ ...options, kinds: HEAVY })

  test('hold with heavy tails and a look every day', () => {
    // The true rate may be at most 5 %; four standard errors of 600 streams are 3.6 points.
    for (const { falseConsistent, falseInconsistent } of measured) {
      expect(falseConsistent).toBeLessThan(0.086)
      expect(falseInconsistent).toBeLessThan(0.086)
    }
    expect(ratesHold(measured, registration)).toBe(true)
  })

  test('are not bought by saying nothing: four of five streams are decided within twice the fixed sample', () => {
    for (const { consistent, inconsistent, fixedDays } of measured) {
      // The measured ratios are 1.6 to 1.7; the rest covers the chance of 600 streams.
      expect(ratioOf(consistent, fixedDays)).toBeLessThan(2)
      expect(ratioOf(inconsistent, fixedDays)).toBeLessThan(2)
    }
  })

  test('nor with calmer days, where the floor is what limits the bets', () => {
    const calm = measureRates({ ...options, deviationCents: 100_000, kinds: named('normal', 'short put') })
    for (const { consistent, inconsistent, fixedDays } of calm) {
      expect(fixedDays).toBe(53)
      // Measured with 10,000 streams: 1.7 to 1.9.
      expect(ratioOf(consistent, fixedDays)).toBeLessThan(2.15)
      expect(ratioOf(inconsistent, fixedDays)).toBeLessThan(2.15)
    }
    expect(ratesHold(calm, registration)).toBe(true)
  })

  test('what days break the promise is worked out from the days, not declared', () => {
    const promises = measureRates({
      ...options,
      streams: 2,
      horizonDays: 10,
      kinds: named('heavy', 'streaky', 'crash'),
    })
    expect(promises.map(({ promises: { consistent, inconsistent } }) => [consistent, inconsistent])).toEqual([
      [true, true],
      [true, true],
      [false, true],
    ])
    const wide = measureRates({
      ...options,
      deviationCents: 250_000,
      streams: 2,
      horizonDays: 10,
      kinds: named('heavy'),
    })
    expect(wide[0]?.promises).toEqual({ consistent: false, inconsistent: true })
  })

  test('a memory of the days costs one look time, too, and no bound its error rate', () => {
    const [streaky] = measureRates({ ...options, kinds: named('streaky') })
    expect(streaky?.fixedDays).toBeGreaterThan(135)
    expect(streaky?.fixedDays).toBeLessThan(150)
    expect(ratesHold(streaky === undefined ? [] : [streaky], registration)).toBe(true)
  })

  test('a method that keeps no error rate is found out', () => {
    const careless = { ...registration, alphaConsistent: 0.4, alphaInconsistent: 0.4 }
    const found = measureRates({ ...options, streams: 200, registration: careless, kinds: HEAVY })
    expect(ratesHold(found, registration)).toBe(false)
  })

  test('a difference of live and replay that is only chance is called a drift in at most 5 % of runs', () => {
    const { normal } = sequence('drift')
    let drifting = 0
    for (let run = 0; run < 1000; run++) {
      const above = new Wager('mean_at_most', 0, -1000)
      const below = new Wager('mean_at_least', 0, 1000)
      let found = false
      for (let day = 1; day <= 150; day++) {
        const difference = Math.max(-1000, Math.min(1000, 300 * normal()))
        found ||= above.add(difference) >= 40 || below.add(difference) >= 40
      }
      drifting += Number(found)
    }
    // Each side has half of 5 %: a wealth of 40. Of 1,000 runs 50, and four standard errors.
    expect(drifting).toBeLessThan(78)
  })
})
