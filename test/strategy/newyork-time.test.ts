import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import {
  addDays,
  isCalendarDate,
  newYorkDate,
  newYorkTime,
  newYorkToEpoch,
  secondOfDay,
  weekday,
} from '../../src/strategy/newyork-time.ts'

const iso = (t_ms: number): string => new Date(t_ms).toISOString()

describe('New York time', () => {
  test('summer is four hours behind UTC, winter five', () => {
    expect(iso(newYorkToEpoch('2026-07-17', 9.5 * 3600))).toBe('2026-07-17T13:30:00.000Z')
    expect(iso(newYorkToEpoch('2026-01-16', 9.5 * 3600))).toBe('2026-01-16T14:30:00.000Z')
  })

  test('the day before and the day after a change have different offsets', () => {
    expect(iso(newYorkToEpoch('2026-03-06', 9.5 * 3600))).toBe('2026-03-06T14:30:00.000Z')
    expect(iso(newYorkToEpoch('2026-03-09', 9.5 * 3600))).toBe('2026-03-09T13:30:00.000Z')
    expect(iso(newYorkToEpoch('2026-10-30', 9.5 * 3600))).toBe('2026-10-30T13:30:00.000Z')
    expect(iso(newYorkToEpoch('2026-11-02', 9.5 * 3600))).toBe('2026-11-02T14:30:00.000Z')
  })

  test('late in the evening New York is still on the day before', () => {
    expect(newYorkDate(Date.parse('2026-07-18T03:59:59Z'))).toBe('2026-07-17')
    expect(newYorkTime(Date.parse('2026-07-18T03:59:59Z'))).toBe('23:59:59')
    expect(newYorkDate(Date.parse('2027-01-01T04:59:59Z'))).toBe('2026-12-31')
  })

  test('prop_dates_and_times_equal_the_time_zone_database', () => {
    const from = Date.UTC(2010, 0, 1)
    const to = Date.UTC(2040, 11, 31)
    fc.assert(
      fc.property(fc.integer({ min: from / 1000, max: to / 1000 }), (second) => {
        const t_ms = second * 1000
        const zoned = Temporal.Instant.fromEpochMilliseconds(t_ms).toZonedDateTimeISO('America/New_York')
        expect(newYorkDate(t_ms)).toBe(zoned.toPlainDate().toString())
        expect(newYorkTime(t_ms)).toBe(zoned.toPlainTime().toString({ smallestUnit: 'second' }))
      }),
    )
  })

  test('prop_local_times_equal_the_time_zone_database_also_around_the_changes', () => {
    const date = fc.oneof(
      fc.constantFrom('2026-03-07', '2026-03-08', '2026-03-09', '2026-10-31', '2026-11-01', '2026-11-02'),
      fc.integer({ min: 0, max: 11_000 }).map((days) => addDays('2010-01-01', days)),
    )
    fc.assert(
      fc.property(date, fc.integer({ min: 0, max: 86_399 }), (day, second) => {
        const plain = Temporal.PlainDateTime.from(`${day}T00:00:00`).add({ seconds: second })
        expect(newYorkToEpoch(day, second)).toBe(plain.toZonedDateTime('America/New_York').epochMilliseconds)
      }),
    )
  })

  test('times are HH:MM or HH:MM:SS and nothing else', () => {
    expect(secondOfDay('09:30')).toBe(34_200)
    expect(secondOfDay('09:30:01')).toBe(34_201)
    for (const bad of ['9:30', '24:00', '09:60', '09:30:60', '', ' 09:30', '09:30:00.5'])
      expect(secondOfDay(bad)).toBeNull()
  })

  test('dates exist or are refused', () => {
    expect(isCalendarDate('2028-02-29')).toBe(true)
    for (const bad of ['2026-02-29', '2026-13-01', '2026-2-1', '20260201', '']) expect(isCalendarDate(bad)).toBe(false)
    expect(() => newYorkToEpoch('2026-02-29', 0)).toThrow(/expected a date/)
  })

  test('days are added over the ends of months, and known by their day of the week', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01')
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
    expect(weekday('2026-07-17')).toBe(5)
  })
})
