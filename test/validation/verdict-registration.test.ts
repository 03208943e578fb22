import { describe, expect, test } from 'vitest'
import { sequence } from '../../src/config/prng.ts'
import { registrationOf } from '../../src/validation/verdict/registration.ts'
import { verdictText } from '../../src/validation/verdict/verdict-text.ts'
import { MeanTests } from '../../src/validation/verdict/word.ts'
import { judge, madeDays, PLAN, registration } from './verdict-days.ts'

describe('the registration', () => {
  test('follows from the plan: the dearest premium bounds a day on both sides', () => {
    expect(registration).toMatchObject({ floorCents: -400_000, ceilingCents: 500_000, tailAllowanceCents: 2667 })
    expect(registration).toMatchObject({
      targetDailyCents: 34_177,
      resettledDailyCents: 13_793,
      driftLimitCents: 400_000,
    })
  })

  test('a day of several entries may earn and lose so many times as much', () => {
    const two = registrationOf(PLAN, { source: 'PAPER', variants: 1, premiumMax: 2, entriesPerDay: 2 })
    expect(two).toMatchObject({ entriesPerDay: 2, floorCents: -800_000, ceilingCents: 1_000_000 })
    expect(two).toMatchObject({ tailAllowanceCents: 5333, driftLimitCents: 800_000 })
    const spread = { ...PLAN, structure: 'put_spread' as const, width: 1 }
    const options = { source: 'PAPER', variants: 1, premiumMax: 2, entriesPerDay: 2 } as const
    expect(registrationOf(spread, options)).toMatchObject({ floorCents: -525_000, tailAllowanceCents: 0 })
  })

  test('rare days beyond what one entry can earn bring no INCONSISTENT while the mean is the target', () => {
    // +$9,000 on 6 % of days, and what brings the mean to the target on the others.
    const rest = (34_177 - 0.06 * 900_000) / 0.94
    const worst = { source: 'PAPER', variants: 1, premiumMax: 2 } as const
    const own = registrationOf(PLAN, { ...worst, entriesPerDay: 2 })
    const random = sequence('rare days')
    let wrong = 0
    for (let stream = 0; stream < 400; stream++) {
      const tests = new MeanTests(own)
      let isWrong = false
      for (let day = 0; day < 400 && !isWrong; day++) {
        tests.add(random.uniform() < 0.06 ? 900_000 : rest)
        isWrong = tests.upperBelowTarget
      }
      wrong += Number(isWrong)
    }
    // Four standard errors of the count.
    expect(wrong / 400).toBeLessThanOrEqual(0.05 + 4 * Math.sqrt((0.05 * 0.95) / 400))
    // A limit raised for a day lets one earn more than was registered: then what lay beyond is charged.
    const days = Array.from({ length: 300 }, (_, at) => (at % 17 === 16 ? 900_000 : rest))
    const verdict = judge(madeDays(days))
    expect(verdict.tail).toMatchObject({ aboveCeiling: 17 })
    expect(verdict.evidence.upperBelowTarget).toBe(false)
    expect(verdict.mean.upperCents).toBeGreaterThan(verdict.mean.pointCents ?? 0)
    expect(verdictText(verdict)).toContain('17 trading days above what the entries registered can earn')
  })

  test('the modelled maximum is of the days that tell it, and of what was entered where the plan does not', () => {
    const days = madeDays([1000, -2000, 3000])
    expect(judge(days).tail.modelledMaxCents).toBeNull()
    expect(verdictText(judge(days))).toContain('modelled maximum loss not known')
    const entered = days.map((day, at) => ({ ...day, worstCaseCents: at === 1 ? 186_000_000 : null }))
    expect(judge(entered).tail).toMatchObject({ modelledMaxCents: 186_000_000, worstBeyondModel: false })
    const planned = days.map((day, at) => (at === 2 ? { ...day, plan: { ...PLAN, trueMaxLossCents: 1500 } } : day))
    expect(judge(planned).tail).toMatchObject({ modelledMaxCents: 1500, worstBeyondModel: true })
  })

  test('a spread that cannot lose more than the floor has no tail to allow for', () => {
    const plan = { ...PLAN, structure: 'put_spread' as const, width: 1 }
    const found = registrationOf(plan, { source: 'PAPER', variants: 1, premiumMax: 2, entriesPerDay: 1 })
    expect(found).toMatchObject({ floorCents: -262_500, tailAllowanceCents: 0 })
    expect(
      registrationOf({ ...plan, width: 5 }, { source: 'PAPER', variants: 1, premiumMax: 2, entriesPerDay: 1 })
        .tailAllowanceCents,
    ).toBe(2667)
  })
})
