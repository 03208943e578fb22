import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lowerBound, upperBound } from '../../src/validation/stats/mean-sequence.ts'
import { designsOf } from '../../src/validation/verdict/designs.ts'
import { MeanTests } from '../../src/validation/verdict/word.ts'
import { registration } from './verdict-days.ts'

const values = fc.array(fc.integer({ min: -900, max: 900 }), { minLength: 1, maxLength: 40 })

describe('what a memory of the days may add', () => {
  test('good days in a row prove less than the same days in turns; bounds are no tighter for it', () => {
    const plain = { hypothesis: 0, effect: 300, spread: 500 }
    const charged = { ...plain, chargesMemory: true }
    const runs = Array.from({ length: 120 }, (_, day) => 250 + (Math.floor(day / 10) % 2 === 0 ? 500 : -500))
    const turns = Array.from({ length: 120 }, (_, day) => 250 + (day % 2 === 0 ? 500 : -500))
    const lower = (days: readonly number[], design: typeof plain) => lowerBound(days, -1000, 0.05, design)
    expect(lower(runs, charged)).toBeLessThan(lower(runs, plain) - 10)
    expect(lower(turns, charged)).toBe(lower(turns, plain))
    fc.assert(
      fc.property(values, (days) => {
        expect(lower(days, charged)).toBeLessThanOrEqual(lower(days, plain))
        const mirrored = days.map((day) => -day)
        expect(upperBound(mirrored, 1000, 0.05, charged)).toBeCloseTo(-lower(days, charged), 6)
      }),
    )
  })

  test('prop_the word that the mean is above 0 is there where its bound is', () => {
    const { floorCents } = registration
    const { lower } = designsOf(registration)
    const streaks = fc.array(fc.tuple(fc.integer({ min: -300, max: 450 }), fc.integer({ min: 1, max: 12 })), {
      minLength: 1,
      maxLength: 12,
    })
    fc.assert(
      fc.property(streaks, (runs) => {
        const days = runs.flatMap(([level, days]) => Array.from({ length: days }, () => level * 1000))
        const tests = new MeanTests(registration)
        for (const day of days) tests.add(day)
        const copy = tests.copy(registration)
        const bound =
          lowerBound(days, floorCents, registration.alphaConsistent, lower) - registration.tailAllowanceCents
        if (Math.abs(bound) > 1 && tests.tailCovered) expect(tests.lowerAboveZero).toBe(bound > 0)
        expect(copy.lowerAboveZero).toBe(tests.lowerAboveZero)
        for (const one of [tests, copy]) one.add(200_000)
        expect([copy.lowerAboveZero, copy.upperBelowTarget]).toEqual([tests.lowerAboveZero, tests.upperBelowTarget])
      }),
    )
  })
})
