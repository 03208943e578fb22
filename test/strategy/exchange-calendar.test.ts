import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { nextSession, sessionHours, sessionsBetween } from '../../src/strategy/exchange-calendar.ts'
import { newYorkTime } from '../../src/strategy/newyork-time.ts'
import { DAY_MS } from '../../src/time/units.ts'
import { ABSENT, sharedFile } from '../support/shared-data.ts'

const daily = sharedFile('spy_daily_2016_2026.csv')

const closeOf = (date: string): string | null => {
  const hours = sessionHours(date)
  return hours === null ? null : newYorkTime(hours.close_ms)
}

/** Gauss's way to Easter with its later corrections: not the one the calendar uses. */
function easter(year: number): string {
  const a = year % 19
  const k = Math.floor(year / 100)
  const m = (15 + k - Math.floor((13 + 8 * k) / 25) - Math.floor(k / 4)) % 30
  const d = (19 * a + m) % 30
  const e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + ((4 + k - Math.floor(k / 4)) % 7)) % 7
  let day = 22 + d + e
  if (d === 29 && e === 6) day -= 7
  if (d === 28 && e === 6 && (11 * m + 11) % 30 < 19) day -= 7
  return new Date(Date.UTC(year, 2, day)).toISOString().slice(0, 10)
}

describe('the exchange calendar', () => {
  test('a full day trades from 09:30 to 16:00 in New York', () => {
    const hours = sessionHours('2026-07-17')
    expect(hours).toEqual({
      date: '2026-07-17',
      open_ms: Date.parse('2026-07-17T09:30:00-04:00'),
      close_ms: Date.parse('2026-07-17T16:00:00-04:00'),
    })
  })

  test.each([
    ['a Saturday', '2026-07-18'],
    ['a Sunday', '2026-07-19'],
    ["New Year's Day", '2026-01-01'],
    ["New Year's Day on a Sunday, kept on Monday", '2023-01-02'],
    ['Martin Luther King Jr. Day', '2026-01-19'],
    ["Washington's Birthday", '2026-02-16'],
    ['Good Friday', '2026-04-03'],
    ['Memorial Day', '2026-05-25'],
    ['Juneteenth', '2026-06-19'],
    ['Juneteenth on a Saturday, kept on Friday', '2027-06-18'],
    ['Independence Day on a Saturday, kept on Friday', '2026-07-03'],
    ['Independence Day on a Sunday, kept on Monday', '2027-07-05'],
    ['Labor Day', '2026-09-07'],
    ['Thanksgiving', '2026-11-26'],
    ['Christmas', '2026-12-25'],
    ['Christmas on a Saturday, kept on Friday', '2027-12-24'],
    ['the storm of 2012', '2012-10-29'],
    ["President Bush's funeral", '2018-12-05'],
    ["President Carter's funeral", '2025-01-09'],
  ])('is closed on %s, %s', (_name, date) => {
    expect(sessionHours(date)).toBeNull()
  })

  test.each([
    ["the eve of a New Year's Day on a Saturday", '2021-12-31'],
    ['Juneteenth before it was a holiday', '2020-06-19'],
    ['the Thursday before an Independence Day kept on Friday', '2026-07-02'],
    ['the Friday after an Independence Day on Thursday', '2024-07-05'],
  ])('trades a full day on %s, %s', (_name, date) => {
    expect(closeOf(date)).toBe('16:00:00')
  })

  test.each(['2026-11-27', '2026-12-24', '2024-07-03', '2028-07-03', '2019-12-24'])('closes at 13:00 on %s', (date) => {
    expect(closeOf(date)).toBe('13:00:00')
  })

  test('Good Friday is two days before Easter in every year', () => {
    for (let year = 2010; year <= 2040; year++) {
      const friday = new Date(Date.parse(`${easter(year)}T00:00:00Z`) - 2 * DAY_MS).toISOString().slice(0, 10)
      expect(sessionHours(friday)).toBeNull()
      // The Fridays around it trade: it is one day and no other.
      expect(sessionHours(new Date(Date.parse(friday) + 7 * DAY_MS).toISOString().slice(0, 10))).not.toBeNull()
    }
  })

  test('every year from 2010 to 2040 has 249 to 253 sessions', () => {
    for (let year = 2010; year <= 2040; year++) {
      const count = sessionsBetween(`${year}-01-01`, `${year}-12-31`).length
      expect(count).toBeGreaterThanOrEqual(249)
      expect(count).toBeLessThanOrEqual(253)
    }
  })

  test('the next session skips weekends and holidays', () => {
    expect(nextSession('2026-07-17').date).toBe('2026-07-20')
    expect(nextSession('2026-07-02').date).toBe('2026-07-06')
    expect(nextSession('2026-07-04').date).toBe('2026-07-06')
  })

  test('a date it cannot know is an error, not a guess', () => {
    expect(() => sessionHours('2041-01-02')).toThrow(/2010 to 2040/)
    expect(() => sessionHours('2026-02-30')).toThrow(/expected a date/)
  })

  test.skipIf(daily === null)(`prop_equals_the_dates_that_really_traded ${daily === null ? ABSENT : ''}`, () => {
    const lines = readFileSync(daily ?? '', 'utf8')
      .trim()
      .split('\n')
      .slice(1)
    const traded = lines.map((line) => line.slice(0, 10))
    const [first = '', last = ''] = [traded[0], traded.at(-1)]
    expect(sessionsBetween(first, last).map(({ date }) => date)).toEqual(traded)
  })
})
