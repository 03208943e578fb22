import { describe, expect, test } from 'vitest'
import { hedgeStrikeOf, positionMarks, trueMaxLossCents } from '../../src/strategy/structure.ts'

describe('what a position is worth', () => {
  test('a put alone has its own mid, bid and ask', () => {
    expect(positionMarks({ bid: 1.87, ask: 1.88 }, null)).toEqual({ mid: 1.875, sell: 1.87, buy: 1.88 })
  })

  test('a spread is sold at short bid less long ask, bought at short ask less long bid', () => {
    const marks = positionMarks({ bid: 1.2, ask: 1.22 }, { bid: 0.15, ask: 0.17 })
    expect(marks).toEqual({ mid: 1.05, sell: 1.03, buy: 1.07 })
  })

  test('a bid of 0 is a price', () => {
    expect(positionMarks({ bid: 0, ask: 0.01 }, null)).toEqual({ mid: 0.005, sell: 0, buy: 0.01 })
    expect(positionMarks({ bid: 0.1, ask: 0.12 }, { bid: 0, ask: 0.01 })).toEqual({ mid: 0.105, sell: 0.09, buy: 0.12 })
  })

  test('a missing side spoils only what needs it', () => {
    expect(positionMarks({ bid: null, ask: 1 }, null)).toEqual({ mid: null, sell: null, buy: 1 })
    expect(positionMarks({ bid: 1, ask: 0 }, null)).toEqual({ mid: null, sell: 1, buy: null })
    expect(positionMarks({ bid: 1, ask: 1.1 }, { bid: 0.2, ask: null })).toEqual({ mid: null, sell: null, buy: 0.9 })
    expect(positionMarks({ bid: 1, ask: 1.1 }, { bid: null, ask: 0.3 })).toEqual({ mid: null, sell: 0.7, buy: null })
  })

  test('the hedge is the width below', () => {
    expect(hedgeStrikeOf(747, 'put_spread', 5)).toBe(742)
    expect(hedgeStrikeOf(747.5, 'put_spread', 0.1)).toBe(747.4)
    expect(hedgeStrikeOf(747, 'short_put', 5)).toBeNull()
  })

  test('the true maximum loss is the width, or the strike, less the premium', () => {
    expect(trueMaxLossCents({ structure: 'put_spread', width: 5, credit: 1.39, contracts: 2 })).toBe(72_200)
    expect(trueMaxLossCents({ structure: 'short_put', strike: 747, credit: 1.87, contracts: 25 })).toBe(186_282_500)
  })
})
