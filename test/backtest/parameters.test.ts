import { describe, expect, test } from 'vitest'
import { applyOverrides, gridOf, PARAMETERS, parseOverrides, parseSweeps } from '../../src/backtest/parameters.ts'
import { config } from '../strategy/fixtures.ts'

describe('parameters of a backtest', () => {
  test('every one of them changes its number of the configuration, and nothing else', () => {
    for (const name of Object.keys(PARAMETERS)) {
      const changed = applyOverrides(config(), parseOverrides([`${name}=1`]))
      const flat = (each: ReturnType<typeof config>) => ({ ...each.profile, ...each.limits, width: each.width })
      expect({ ...flat(config()), [name]: 1 }).toEqual(flat(changed))
    }
  })

  test('a range has both ends, in exact decimals', () => {
    expect(parseSweeps(['profitTargetShare=0.1:0.7:0.1'])[0]?.values).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
    expect(parseSweeps(['width=1:2:0.4'])[0]?.values).toEqual([1, 1.4, 1.8])
    expect(parseSweeps(['vixMax=20,15'])[0]?.values).toEqual([20, 15])
  })

  test('sweeps make a grid over what is set', () => {
    const grid = gridOf({ width: 3 }, parseSweeps(['vixMax=15,20', 'contracts=1,2']))
    expect(grid).toEqual([
      { width: 3, vixMax: 15, contracts: 1 },
      { width: 3, vixMax: 15, contracts: 2 },
      { width: 3, vixMax: 20, contracts: 1 },
      { width: 3, vixMax: 20, contracts: 2 },
    ])
    expect(gridOf({}, [])).toEqual([{}])
  })

  test.each([
    ['an unknown name', () => parseOverrides(['vix=1']), /expected one of contracts.*got "vix"/],
    ['a name that every object has', () => parseOverrides(['constructor=1']), /expected one of/],
    ['no value', () => parseOverrides(['vixMax=']), /expected name=value/],
    ['a word', () => parseOverrides(['vixMax=high']), /vixMax: .*got "high"/],
    ['a value out of bounds', () => parseOverrides(['profitTargetShare=1.5']), /profitTargetShare: /],
    ['half a contract', () => parseOverrides(['contracts=1.5']), /contracts: /],
    ['a name twice', () => parseOverrides(['vixMax=1', 'vixMax=2']), /vixMax: expected it once/],
    ['a range backwards', () => parseSweeps(['vixMax=20:10:1']), /from ≤ to/],
    ['a step of nothing', () => parseSweeps(['vixMax=10:20:0']), /step above 0/],
    ['half a range', () => parseSweeps(['vixMax=10:20']), /from:to:step/],
    ['a value twice', () => parseSweeps(['vixMax=10,10']), /each value once/],
    ['a name in two sweeps', () => parseSweeps(['vixMax=1,2', 'vixMax=3,4']), /one --sweep only/],
    ['set and swept', () => gridOf({ vixMax: 1 }, parseSweeps(['vixMax=1,2'])), /got both/],
    ['too many values', () => parseSweeps(['premiumMax=0:1000:0.01']), /at most 10000 values/],
    ['too many variants', () => gridOf({}, parseSweeps(['premiumMax=1:2:0.001', 'vixMax=0:50:1'])), /10000 variants/],
    ['a floor above the ceiling', () => applyOverrides(config(), { premiumMin: 3 }), /premiumMin at most premiumMax/],
  ])('%s is refused', (_name, work, reason) => {
    expect(work).toThrow(reason)
  })
})
