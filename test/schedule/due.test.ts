import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Duty, dueBetween } from '../../src/schedule/due.ts'
import { nextSession, sessionHours, sessionsBetween } from '../../src/strategy/exchange-calendar.ts'
import type { SessionHours } from '../../src/strategy/types.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/time/units.ts'

const hours = (date: string): SessionHours => {
  const found = sessionHours(date)
  if (found === null) throw new Error(`expected a session on ${date}`)
  return found
}
const FRIDAY = hours('2026-07-17')
const MONDAY = hours('2026-07-20')
const HALF_DAY = hours('2026-11-27')
const at = (time: string, date = '2026-07-17'): number => Date.parse(`${date}T${time}:00-04:00`)
const keys = (duties: readonly Duty[]): readonly string[] => duties.map(({ key }) => key)
const due = (from: string, to: string) => keys(dueBetween(at(from), at(to), [FRIDAY, MONDAY]))

describe('what is due', () => {
  test('a day by the minute, each thing at its time', () => {
    const seen: string[] = []
    for (let t_ms = at('08:00'); t_ms < at('18:00'); t_ms += 60_000) {
      for (const { key } of dueBetween(t_ms - 60_000, t_ms, [FRIDAY, MONDAY])) {
        seen.push(`${new Date(t_ms - 4 * HOUR_MS).toISOString().slice(11, 16)} ${key}`)
      }
    }
    expect(seen).toEqual([
      '09:15 preflight-2026-07-17',
      '09:30 open-2026-07-17',
      '14:00 expiry-2026-07-17-120',
      '14:30 expiry-2026-07-17-90',
      '15:00 expiry-2026-07-17-60',
      '15:15 expiry-2026-07-17-45',
      '16:00 reviews-2026-07-17',
      '16:30 week-2026-07-13',
    ])
  })

  test('a half day has its own last two hours', () => {
    const ends = dueBetween(HALF_DAY.open_ms, HALF_DAY.close_ms - 119 * MINUTE_MS, [HALF_DAY])
    expect(keys(ends)).toEqual(['expiry-2026-11-27-120'])
  })

  test('what is too late to be of use is left out', () => {
    expect(due('09:00', '09:31')).toEqual(['open-2026-07-17'])
    expect(due('09:00', '12:00')).toEqual([])
    expect(due('13:00', '15:31')).toEqual([])
  })

  test('of the reminders that a look jumped over only the newest is due', () => {
    expect(due('13:59', '15:05')).toEqual(['expiry-2026-07-17-60'])
  })

  test('a clock that jumps over the weekend still brings the week and the next preflight', () => {
    const duties = dueBetween(at('16:10'), at('09:20', '2026-07-20'), [FRIDAY, MONDAY])
    expect(keys(duties)).toEqual(['week-2026-07-13', 'preflight-2026-07-20'])
  })

  test('no session, nothing but the week', () => {
    expect(keys(dueBetween(at('00:00'), at('23:59'), []))).toEqual(['week-2026-07-13'])
  })
})

const SESSIONS = sessionsBetween('2026-10-26', '2026-12-04')
const FIRST_MS = SESSIONS[0]?.open_ms ?? 0

describe('any looks', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 20 * HOUR_MS }), { minLength: 1, maxLength: 80 })

  test('prop_nothing is due twice, early or stale, however far apart the looks are', () => {
    fc.assert(
      fc.property(gaps, (gaps_ms) => {
        const seen = new Set<string>()
        let t_ms = FIRST_MS - 3600_000
        for (const gap_ms of gaps_ms) {
          const from_ms = t_ms
          t_ms += gap_ms
          for (const { key, at_ms, until_ms } of dueBetween(from_ms, t_ms, SESSIONS)) {
            expect(seen.has(key)).toBe(false)
            seen.add(key)
            expect(at_ms).toBeGreaterThan(from_ms)
            expect(at_ms).toBeLessThanOrEqual(t_ms)
            expect(until_ms).toBeGreaterThan(t_ms)
          }
        }
      }),
    )
  })

  test('prop_looks at least every five minutes miss nothing of any day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20_000, max: 300_000 }), fc.integer({ min: 0, max: 20 }), (step_ms, skip) => {
        const session = SESSIONS[skip] ?? FRIDAY
        const seen: string[] = []
        for (let t_ms = session.open_ms - 3600_000; t_ms <= session.close_ms + step_ms; t_ms += step_ms) {
          seen.push(...keys(dueBetween(t_ms, t_ms + step_ms, [session, nextSession(session.date)])))
        }
        const kinds = ['preflight', 'open', 'expiry', 'expiry', 'expiry', 'expiry', 'reviews']
        expect(seen.map((key) => key.split('-')[0])).toEqual(kinds)
      }),
      { numRuns: 20 },
    )
  })
})
