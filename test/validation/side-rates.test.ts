import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sequence } from '../../src/config/prng.ts'
import { ratioOf } from '../../src/validation/rates/rates-text.ts'
import { DIFFERENCES, measureSideRates } from '../../src/validation/rates/side-rates.ts'
import { sideRatesHold, sideText } from '../../src/validation/rates/side-text.ts'
import { ProportionTest, proportionBounds } from '../../src/validation/stats/proportion-sequence.ts'
import { driftFacts } from '../../src/validation/verdict/drift.ts'
import { madeDays, registration } from './verdict-days.ts'

const STREAMS = 400
const options = { registration, streams: STREAMS, horizonDays: 500, random: sequence('side') }

describe('the error rates beside the mean', () => {
  const found = measureSideRates(options)

  test('DRIFTING and the intervals of both rates keep theirs, looked at every day', () => {
    expect(sideRatesHold(found, registration, STREAMS)).toBe(true)
    // Somebody is wrong some time: streams that never are would say that nothing was tested.
    expect(Math.max(...found.drift.map(({ falseDrifting }) => falseDrifting))).toBeGreaterThan(0)
    expect(Math.max(...found.proportions.map(({ falseExclusion }) => falseExclusion))).toBeGreaterThan(0)
  })

  test('a real shift is found in four of five streams, not by waiting for ever', () => {
    const like = found.drift.filter(({ kind }) => kind.deviationCents === 20_000)
    expect(like).toHaveLength(3)
    for (const { drifting, fixedDays } of like) expect(ratioOf(drifting, fixedDays)).toBeLessThan(4.2)
  })

  test('are printed, and a method that keeps none is found out', () => {
    const text = sideText(registration, found)
    for (const part of ['false DRIFTING', 'execution rate of 60.9 %', 'win rate of 62.3 %'])
      expect(text).toContain(part)
    const careless = { ...registration, alphaDrift: 0.6, alphaRate: 0.6 }
    const wrong = measureSideRates({ ...options, registration: careless, random: sequence('careless') })
    expect(sideRatesHold({ ...found, drift: wrong.drift }, registration, STREAMS)).toBe(false)
    expect(sideRatesHold({ ...found, proportions: wrong.proportions }, registration, STREAMS)).toBe(false)
  })

  test('made-up differences have a mean of 0 and the spread they say', () => {
    for (const { draw, deviationCents } of DIFFERENCES) {
      const random = sequence('differences')
      const drawn = Array.from({ length: 40_000 }, () => draw(random))
      const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length
      const spread = Math.sqrt(drawn.reduce((sum, value) => sum + value ** 2, 0) / drawn.length)
      expect(Math.abs(mean)).toBeLessThan((4 * deviationCents) / Math.sqrt(drawn.length))
      expect(spread / deviationCents).toBeCloseTo(1, 1)
    }
  })

  test('prop_one_code: the streams are judged as a campaign is', () => {
    const outcomes = fc.array(fc.boolean(), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(outcomes, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (all, rate) => {
        const one = new ProportionTest(rate, 0.05)
        let isOut = false
        for (const [at, outcome] of all.entries()) {
          one.add(outcome)
          const successes = all.slice(0, at + 1).filter(Boolean).length
          const { lower, upper } = proportionBounds(successes, at + 1, 0.05)
          isOut ||= rate < lower || rate > upper
          expect(one.excluded).toBe(isOut)
        }
      }),
      { numRuns: 60 },
    )
    const drifting = madeDays(Array.from({ length: 70 }, () => 30_000)).map((day) => ({ ...day, replayNetPnlCents: 0 }))
    expect(driftFacts(drifting, registration).excludesZero).toBe(true)
  })

  test('one great loss among many small gains is no drift: all of it counts, and what lies beyond the limit is charged', () => {
    const gaps = (rare: number, registered = registration) => {
      const common = -rare / 19
      const days = madeDays(Array.from({ length: 400 }, (_, at) => (at % 20 === 19 ? rare : common)))
      return driftFacts(
        days.map((day) => ({ ...day, replayNetPnlCents: 0 })),
        registered,
      )
    }
    expect(gaps(-228_000)).toMatchObject({ beyondLimit: 0, isWithheld: false, excludesZero: false })
    expect(gaps(-912_000)).toMatchObject({ beyondLimit: 20, isWithheld: true, excludesZero: false })
    // Cut at one stop and not charged, the same days had a mean of +$64 and were called drifting.
    const cut = gaps(-228_000, { ...registration, driftLimitCents: 100_000 })
    expect(cut).toMatchObject({ beyondLimit: 20, isWithheld: true, excludesZero: false })
    const some = gaps(-418_000)
    expect(some.isWithheld).toBe(false)
    expect(some.lowerCents).toBeLessThan(0)
  })
})
