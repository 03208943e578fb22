import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { roundTo } from '../../src/strategy/exact.ts'
import { dollarsOfFixed, fixedCost, fixedNetPnl, fixedOf, fixedRulePnl } from '../../src/strategy/fixed.ts'
import { exactNetPnl, exactRulePnl } from '../../src/strategy/pnl.ts'
import { config } from './fixtures.ts'

describe('P&L in whole numbers', () => {
  test('prop_equals_the_decimals_to_the_cent', () => {
    const price = fc.integer({ min: 0, max: 800_000 }).map((value) => value / 10_000)
    const contracts = fc.constantFrom(1, 2, 25, 100)
    const structure = fc.constantFrom('short_put', 'put_spread')
    const pct = fc.constantFrom(0, 0.5, 0.8, 3, 3.5, 3.3333)
    fc.assert(
      fc.property(price, price, contracts, structure, pct, (a, b, n, form, bidAskCostPct) => {
        const profile = { ...config().profile, bidAskCostPct }
        const settings = config({ structure: form, profile })
        const rule = fixedRulePnl(a, b, n, settings)
        const net = fixedNetPnl(a, b, n, settings)
        expect(dollarsOfFixed(rule)).toBe(roundTo(exactRulePnl({ decisionMid: a, mid: b, contracts: n }, settings), 2))
        expect(dollarsOfFixed(net)).toBe(roundTo(exactNetPnl({ entryFill: a, close: b, contracts: n }, settings), 2))
      }),
      { numRuns: 2000 },
    )
  })

  test('rounds half a cent away from zero, and never to a negative zero', () => {
    expect(dollarsOfFixed(fixedOf(1.005))).toBe(1.01)
    expect(dollarsOfFixed(fixedOf(-1.005))).toBe(-1.01)
    expect(dollarsOfFixed(fixedOf(1.0049))).toBe(1)
    expect(dollarsOfFixed(fixedOf(-0.0049))).toBe(0)
  })

  test.each([
    ['five decimals', 1.23456, 1],
    ['a third', 1 / 3, 1],
    ['half a contract', 1.2, 0.5],
    ['a size that no double counts', 1.2, 1e12],
    ['no number', Number.NaN, 1],
  ])('%s do not fit, and say so', (_name, mid, contracts) => {
    expect(fixedRulePnl(mid, 1, contracts, config())).toBeNaN()
    expect(fixedCost(mid, contracts, config())).toBeNaN()
  })
})
