import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BarMeasure, measureBars } from '../../src/strategy/indicators.ts'
import type { Bar } from '../../src/strategy/types.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import { at, quietBars, SESSION } from './fixtures.ts'

const bar = (t_ms: number, o: number, h = o, l = o, c = o): Bar => ({ t_ms, o, h, l, c })

describe('the indicators', () => {
  test('the range is that of all bars, against the first open', () => {
    const bars = [bar(SESSION.open_ms, 500, 505, 499, 501), bar(SESSION.open_ms + MINUTE_MS, 501, 504, 480, 490)]
    expect(measureBars(bars, SESSION, at('09:40:00')).rangePct).toBe(5)
  })

  test('the first open is that of the earliest bar, wherever it stands in the list', () => {
    const bars = [bar(SESSION.open_ms + MINUTE_MS, 400), bar(SESSION.open_ms, 500, 505)]
    expect(measureBars(bars, SESSION, at('09:40:00')).rangePct).toBe(21)
  })

  test('the volatility is the population deviation of close returns, annualised', () => {
    // Returns +1 %, −1 %, +1 %, −1 % of the last close: mean 0 to first order; computed here the long way.
    const closes = [500, 500.5, 500, 500.6, 499.9, 500.2]
    const bars = closes.map((c, index) => bar(SESSION.open_ms + index * MINUTE_MS, 500, 501, 499, c))
    const returns = closes.slice(1).map((c, index) => (c - (closes[index] as number)) / (closes[index] as number))
    const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length
    const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / returns.length
    expect(measureBars(bars, SESSION, at('10:00:00')).vixEstimate).toBeCloseTo(
      Math.sqrt(variance) * Math.sqrt(252 * 390) * 100,
      9,
    )
  })

  test('the volatility is kept within 10 and 50', () => {
    const flat = quietBars(20).map((each) => ({ ...each, c: 600 }))
    expect(measureBars(flat, SESSION, at('10:00:00')).vixEstimate).toBe(10)
    const wild = quietBars(20).map((each, index) => ({ ...each, c: index % 2 === 0 ? 600 : 630 }))
    expect(measureBars(wild, SESSION, at('10:00:00')).vixEstimate).toBe(50)
  })

  test('a missing minute is spanned by the return', () => {
    const [first, , third] = quietBars(3)
    const gapped = [first, third].filter((each) => each !== undefined)
    const close = { ...gapped[1], c: 606 } as Bar
    const adjacent = { ...close, t_ms: SESSION.open_ms + MINUTE_MS }
    const [gap, noGap] = [close, adjacent].map((last) =>
      measureBars([gapped[0] as Bar, last, bar(at('09:50:00'), 600)], SESSION, at('10:00:00')),
    )
    expect(gap?.vixEstimate).toBe(noGap?.vixEstimate)
  })

  test('only bars of the session that were complete count', () => {
    const bars = [
      bar(SESSION.open_ms - MINUTE_MS, 600), // before the open
      bar(SESSION.open_ms, 600),
      bar(at('09:58:00'), 600), // complete at 09:59
      bar(at('09:59:00'), 600), // complete exactly at 10:00
      bar(at('09:59:01'), 600), // not yet
      bar(SESSION.close_ms, 600), // after the close
    ]
    expect(measureBars(bars, SESSION, at('10:00:00')).count).toBe(3)
    expect(measureBars(bars, SESSION, at('23:00:00')).count).toBe(4)
  })

  test('of two bars of one minute the later in the list counts, once', () => {
    const corrected = bar(SESSION.open_ms, 500, 510, 500, 505)
    const measure = measureBars([bar(SESSION.open_ms, 500), corrected], SESSION, at('10:00:00'))
    expect(measure.count).toBe(1)
    expect(measure.rangePct).toBe(2)
  })

  test('with too few bars there are no indicators', () => {
    const nine = measureBars(quietBars(9), SESSION, at('10:00:00'))
    expect(nine.indicators(10)).toEqual({ vixEstimate: null, rangePct: null })
    expect(measureBars(quietBars(10), SESSION, at('10:00:00')).indicators(10).vixEstimate).not.toBeNull()
    expect(new BarMeasure().indicators(0)).toEqual({ vixEstimate: null, rangePct: null })
  })

  test('a range exactly at the limit does not exceed it', () => {
    // 0.07 of 1.40: in doubles (1.45 − 1.38) / 1.4 × 100 is 5.000000000000004.
    const measure = measureBars([bar(SESSION.open_ms, 1.4, 1.45, 1.38)], SESSION, at('10:00:00'))
    expect(measure.rangePct).toBe(5)
    expect(measure.rangeExceeds(5)).toBe(false)
    expect(measure.rangeExceeds(4.9999999)).toBe(true)
  })

  test('prop_order_does_not_matter', () => {
    const close = fc.integer({ min: 59_000, max: 61_000 }).map((value) => value / 100)
    fc.assert(
      fc.property(fc.array(close, { minLength: 2, maxLength: 40 }), fc.infiniteStream(fc.nat()), (closes, keys) => {
        const bars = closes.map((c, index) => bar(SESSION.open_ms + index * MINUTE_MS, 600, 615, 585, c))
        const shuffled = bars
          .map((each) => ({ each, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ each }) => each)
        const [sorted, mixed] = [bars, shuffled].map((list) => measureBars(list, SESSION, at('11:00:00')))
        expect(mixed?.indicators(2)).toEqual(sorted?.indicators(2))
      }),
    )
  })
})
