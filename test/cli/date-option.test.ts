import { describe, expect, test } from 'vitest'
import { dateOption, periodUnit } from '../../src/cli/date-option.ts'

describe('which days are asked for', () => {
  test('a date is one of the calendar', () => {
    expect(dateOption('--date', '2026-07-17')).toBe('2026-07-17')
    expect(dateOption('--date', undefined)).toBeNull()
    expect(() => dateOption('--date', '2026-02-30')).toThrow(/--date: expected a date like/)
  })

  test('a week or a month, of a day if one is given; a range alone', () => {
    expect(periodUnit({ week: true, date: '2026-07-17', from: null, to: null })).toBe('week')
    expect(periodUnit({ month: true, from: null, to: null })).toBe('month')
    expect(periodUnit({ from: '2026-07-17', to: '2026-07-17' })).toBeNull()
  })

  test.each([
    [{ week: true, month: true, from: null, to: null }, /--week or --month, got both/],
    [{ week: true, from: '2026-07-17', to: null }, /--from and --to alone/],
    [{ date: '2026-07-17', from: null, to: '2026-07-17' }, /--from and --to alone/],
    [{ from: '2026-07-18', to: '2026-07-17' }, /--from at or before --to/],
  ])('what does not go together is refused: %o', (typed, reason) => {
    expect(() => periodUnit(typed)).toThrow(reason)
  })
})
