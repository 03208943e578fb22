import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bar,
  chance,
  clockTime,
  cost,
  dayName,
  duration,
  heldFor,
  legsName,
  money,
  percent,
  price,
  signedMoney,
  sourceBadge,
} from '../../src/report/format.ts'
import { gateWords, limitValue, numbersOfGate, skipCounts } from '../../src/report/words.ts'

it('an estimated probability is never certain, whatever it rounds to', () => {
  expect([1, 0.9996, 0.999, 0.5, 0.0004, 0].map(chance)).toEqual([
    ...['over 99.9 %', 'over 99.9 %', '99.9 %', '50.0 %', 'under 0.1 %', 'under 0.1 %'],
  ])
})

describe('money and prices', () => {
  it('groups thousands, keeps the cents and has a true minus', () => {
    expect([money(123_456), money(-113_250), money(0), money(5), money(-99)]).toEqual([
      '$1,234.56',
      '−$1,132.50',
      '$0.00',
      '$0.05',
      '−$0.99',
    ])
    expect([signedMoney(31_225), signedMoney(-31_225), signedMoney(0)]).toEqual(['+$312.25', '−$312.25', '$0.00'])
    expect(money(123_456_789_012)).toBe('$1,234,567,890.12')
  })

  it('prop_money_reads_back: the text is the number of cents', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (cents) => {
        const digits = money(cents).replace('−', '-').replaceAll(/[$,.]/g, '')
        expect(BigInt(digits)).toBe(BigInt(cents))
      }),
    )
  })

  it('shows two to four places of a price a share', () => {
    expect([
      price(0.51),
      price('1.2'),
      price(0.515),
      price('0.51250000'),
      price(-0.02),
      price(741.15),
      price(3),
    ]).toEqual(['$0.51', '$1.20', '$0.515', '$0.5125', '−$0.02', '$741.15', '$3.00'])
  })

  it('never shows what is not a number', () => {
    expect([money(Number.NaN), price(Number.POSITIVE_INFINITY), percent(Number.NaN), clockTime(1e20)]).toEqual([
      '—',
      '—',
      '—',
      '—',
    ])
  })
})

describe('times and words', () => {
  it('shows New York time, whatever the zone of the machine', () => {
    expect(clockTime(Date.parse('2026-07-17T14:03:15Z'))).toBe('10:03:15')
    expect(clockTime(Date.parse('2026-01-16T15:03:15Z'))).toBe('10:03:15')
    expect(dayName('2026-07-17')).toBe('Fri 17 Jul 2026')
  })

  it('shows durations at the scale that matters', () => {
    expect([12_000, 192_000, 7_500_000, 300_000_000].map(duration)).toEqual([
      '12 s',
      '3 min 12 s',
      '2 h 05 min',
      '3 d 11 h',
    ])
  })

  it('draws a bar of constant length', () => {
    expect([bar(-10), bar(50), bar(420)]).toEqual(['▱'.repeat(12), '▰▰▰▰▰▰▱▱▱▱▱▱', '▰'.repeat(12)])
  })

  it('names source, legs and the gate that decided with its number', () => {
    expect(sourceBadge({ kind: 'SIM', label: '7' })).toBe('SIM seed 7')
    expect(sourceBadge({ kind: 'REPLAY', label: 'recorded' })).toBe('REPLAY recorded')
    expect(legsName(742, 737)).toBe('742P / 737P')
    expect(gateWords({ reason: 'high_vix', value: 27.13, limit: 25 })).toBe(
      'volatility estimate too high: 27.1, limit 25.0',
    )
    expect(gateWords({ reason: 'daily_loss_limit', value: -1500, limit: -1500 })).toBe(
      'daily loss limit reached: −$1,500.00, limit −$1,500.00',
    )
    expect(gateWords({ reason: null, value: null, limit: null })).toBe('all gates open')
    expect(skipCounts({ premium_low: 3, high_vix: 12 })).toBe('volatility estimate too high × 12 · premium too low × 3')
  })
})

describe('what is easily misread', () => {
  it('a cost is positive, and a gain in its place says so', () => {
    expect([cost(1_234), cost(0), cost(-1_200)]).toEqual(['$12.34', '$0.00', '−$12.00 (a gain)'])
  })

  it('how long something was held is what a reader works out of the two times shown', () => {
    expect(heldFor(900, 58_100)).toBe('58 s')
    expect(heldFor(100, 57_900)).toBe('57 s')
  })

  it('a gate that failed by a hair shows the places that differ', () => {
    expect(gateWords({ reason: 'high_vix', value: 25.04, limit: 25 })).toBe(
      'volatility estimate too high: 25.04, limit 25.0',
    )
    expect(gateWords({ reason: 'high_vix', value: 27.13, limit: 25 })).toBe(
      'volatility estimate too high: 27.1, limit 25.0',
    )
    expect(gateWords({ reason: 'high_vix', value: 25, limit: 25 })).toBe(
      'volatility estimate too high: 25.0, limit 25.0',
    )
    expect(numbersOfGate('moderate_volatility', [1.0004, 1.3], 1)).toEqual({
      values: ['1.0004 %', '1.30 %'],
      limit: '1.00 %',
    })
    expect(numbersOfGate('no_chain', [1], 1)).toBeNull()
  })

  it('a limit of a day is in its unit, to the cent', () => {
    expect(limitValue('max_daily_loss', 1_005.005)).toBe('$1,005.01')
    expect(limitValue('vix_max', 22.5)).toBe('22.5')
    expect(limitValue('max_daily_trades', 2)).toBe('2')
  })
})
