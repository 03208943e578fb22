import { describe, expect, test } from 'vitest'
import { costsOf, exactCosts } from '../../src/strategy/costs.ts'
import { config } from './fixtures.ts'

describe('the cost model', () => {
  test('25 contracts of one leg at a mid of 0.51', () => {
    const exact = exactCosts(0.51, 25, config())
    expect(exact.gross.toNumber()).toBe(1275)
    expect(exact.commission.toNumber()).toBe(16.25)
    expect(exact.spread.toNumber()).toBe(44.625)
    expect(exact.slippage.toNumber()).toBe(10.2)
    expect(exact.total.toNumber()).toBe(71.075)
    expect(exact.netPremium.toNumber()).toBe(1203.925)
  })

  test('each figure is rounded once, the total from its own exact value', () => {
    // 44.625 → 44.63 and 71.075 → 71.08, which is also not the sum of rounded parts in general.
    expect(costsOf(0.51, 25, config())).toEqual({ commission: 16.25, spread: 44.63, slippage: 10.2, total: 71.08 })
    // 0.345 + 0.0575 + 1.30: the parts round to 1.71 in sum, the total to 1.70.
    expect(costsOf(0.0575, 2, config({}, '2k'))).toEqual({ commission: 1.3, spread: 0.35, slippage: 0.06, total: 1.7 })
  })

  test('a spread pays the commission on both legs, once', () => {
    expect(costsOf(1.39, 2, config({ structure: 'put_spread' }, '2k')).commission).toBe(2.6)
  })
})
