import { describe, expect, it } from 'vitest'
import {
  formatHeader,
  formatMarketClock,
  formatMarkupTime,
  formatRelative,
} from '../../../src/sim/page/client/text/timestamps.ts'
import { DAY_MS, HOUR_MS } from '../../../src/time/units.ts'

const UTC = { timeZone: 'UTC' }
const NOW = Date.UTC(2026, 6, 17, 14, 31, 5)

describe('times as Discord writes them', () => {
  it.each([
    ['t', '2:31 PM'],
    ['T', '2:31:05 PM'],
    ['d', '7/17/2026'],
    ['D', 'July 17, 2026'],
    ['f', 'July 17, 2026 at 2:31 PM'],
    ['F', 'Friday, July 17, 2026 at 2:31 PM'],
    ['?', 'July 17, 2026 at 2:31 PM'],
  ])('draws style %s', (style, expected) => {
    expect(formatMarkupTime(NOW / 1000, style, NOW, UTC)).toBe(expected)
  })

  it.each([
    [-5_000, '5 seconds ago'],
    [90_000, 'in 2 minutes'],
    [-3_600_000, '1 hour ago'],
    [86_400_000 * 3, 'in 3 days'],
    [-86_400_000 * 800, '2 years ago'],
  ])('says how far off %d ms are', (distance_ms, expected) => {
    expect(formatRelative(NOW + distance_ms, NOW)).toBe(expected)
  })

  it('keeps a number that is no date', () => {
    expect(formatMarkupTime(9_999_999_999_999, 'f', NOW, UTC)).toBe('9999999999999')
  })

  it('names today, yesterday and the date in message headers', () => {
    expect(formatHeader(NOW, NOW, UTC)).toBe('2:31 PM')
    expect(formatHeader(NOW - 15 * HOUR_MS, NOW, UTC)).toBe('Yesterday at 11:31 PM')
    expect(formatHeader(NOW - 3 * DAY_MS, NOW, UTC)).toBe('7/14/26, 2:31 PM')
  })

  it('shows the market clock in New York, in summer and in winter', () => {
    expect(formatMarketClock(NOW)).toEqual({ date: 'Fri, Jul 17, 2026', time: '10:31:05' })
    expect(formatMarketClock(Date.UTC(2026, 0, 6, 5, 0))).toEqual({ date: 'Tue, Jan 6, 2026', time: '00:00:00' })
  })
})
