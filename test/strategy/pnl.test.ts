import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  assumedCommission,
  brokerPnl,
  exactNetPnl,
  exactRulePnl,
  netPnl,
  rulePnl,
  stopMid,
  targetMid,
} from '../../src/strategy/pnl.ts'
import type { ProfileName, Structure } from '../../src/strategy/types.ts'
import { add, cents, mul, rational, sub } from '../support/rational.ts'
import { config } from './fixtures.ts'

describe('the three P&Ls', () => {
  test('rulePnl is the move of the mid less the modelled costs', () => {
    const trade = { decisionMid: 1.875, mid: 2.3, contracts: 25 }
    expect(exactRulePnl(trade, config()).toFixed()).toBe('-1280.3125')
    expect(rulePnl(trade, config())).toBe(-1280.31)
  })

  test('netPnl is the fills less the commission of opening and closing', () => {
    const trade = { entryFill: 1.87, close: 2.31, contracts: 25 }
    expect(exactNetPnl(trade, config()).toFixed()).toBe('-1132.5')
    expect(netPnl(trade, config())).toBe(-1132.5)
    expect(netPnl(trade, config({ structure: 'put_spread' }))).toBe(-1165)
    expect(assumedCommission(25, config({ structure: 'put_spread' }))).toBe(65)
  })

  test('brokerPnl is the cash of all executions less the fees charged', () => {
    const executions = [
      { side: 'sell', price: '1.87', qty: 20 },
      { side: 'sell', price: '1.86', qty: 5 },
      { side: 'buy', price: '0.62', qty: 25 },
    ] as const
    expect(brokerPnl(executions, '1.255')).toBe(3118.75) // 3118.745, half away from zero
    expect(brokerPnl([], 0)).toBe(0)
  })

  test('half a cent rounds away from zero on both sides', () => {
    // 2 × 100 × 0.000025 is half a cent.
    const flat = config({ profile: { ...config({}, '2k').profile, commissionPerContract: 0 } })
    expect(netPnl({ entryFill: 1.000025, close: 1, contracts: 2 }, flat)).toBe(0.01)
    expect(netPnl({ entryFill: 1, close: 1.000025, contracts: 2 }, flat)).toBe(-0.01)
    expect(netPnl({ entryFill: 1, close: 1, contracts: 2 }, flat)).toBe(0)
  })

  test('the stop is at the mid whose rulePnl is the maximum loss, the target at that of the profit', () => {
    for (const profile of ['2k', '25k'] as const) {
      const settings = config({}, profile)
      const { contracts, maxLossPerTrade } = settings.profile
      const stop = stopMid(1.875, contracts, settings)
      expect(rulePnl({ decisionMid: 1.875, mid: stop, contracts }, settings)).toBeCloseTo(-maxLossPerTrade, 0)
    }
    expect(stopMid(1.875, 25, config())).toBe(2.1879) // 1.875 + (1000 − 217.8125) / 2500
    expect(targetMid(1.875, 25, config())).toBe(0.8939) // 1.875 − (4469.6875 / 2 + 217.8125) / 2500
  })

  test('prop_rounded_pnls_equal_exact_fractions', () => {
    const priceTick = fc.integer({ min: 0, max: 100_000 }).map((value) => value / 200)
    const profile = fc.constantFrom<ProfileName>('2k', '25k')
    const structure = fc.constantFrom<Structure>('short_put', 'put_spread')
    fc.assert(
      fc.property(
        priceTick,
        priceTick,
        fc.integer({ min: 1, max: 100 }),
        profile,
        structure,
        (a, b, contracts, name, kind) => {
          const settings = config({ structure: kind }, name)
          const { commissionPerContract, bidAskCostPct, slippagePct } = settings.profile
          const lot = rational(100 * contracts)
          const move = mul(sub(rational(a), rational(b)), lot)
          const legs = kind === 'put_spread' ? 2 : 1
          const commission = mul(rational(commissionPerContract), rational(contracts * legs))
          expect(netPnl({ entryFill: a, close: b, contracts }, settings)).toBe(
            cents(sub(move, mul(commission, rational(2)))) / 100,
          )
          const share = mul(add(rational(bidAskCostPct), rational(slippagePct)), rational('0.01'))
          const total = add(commission, mul(mul(rational(a), lot), share))
          expect(rulePnl({ decisionMid: a, mid: b, contracts }, settings)).toBe(cents(sub(move, total)) / 100)
        },
      ),
      { numRuns: 500 },
    )
  })
})
