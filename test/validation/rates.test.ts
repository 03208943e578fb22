import { describe, expect, test } from 'vitest'
import { sequence } from '../../src/sim/market/prng.ts'
import { fixedSampleDays, measureRates } from '../../src/validation/rates/rates.ts'
import { ratesHold, ratioOf } from '../../src/validation/rates/rates-text.ts'
import { populationOf, STREAMS } from '../../src/validation/rates/streams.ts'
import { Wager } from '../../src/validation/stats/mean-sequence.ts'
import { registration } from './verdict-days.ts'

const within = STREAMS.filter(({ withinAllowance }) => withinAllowance)
const HEAVY = within.filter(({ name }) => name !== 'normal')

describe('the made-up days', () => {
  test('have the wanted mean and spread after the ceiling, and leave days without a trade at $0', () => {
    for (const kind of within) {
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
      // The measured ratios are 1.4 to 1.9; a tenth covers the chance of 600 streams.
      expect(ratioOf(consistent, fixedDays)).toBeLessThan(2.1)
      expect(ratioOf(inconsistent, fixedDays)).toBeLessThan(2.1)
    }
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
