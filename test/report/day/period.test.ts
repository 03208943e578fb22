import { describe, expect, test } from 'vitest'
import { buildDayDocument } from '../../../src/report/day/day-document.ts'
import { buildPeriod, monthOf, weekOf } from '../../../src/report/day/period.ts'
import { periodDocumentSchema } from '../../../src/report/day/period-schema.ts'
import { periodText } from '../../../src/report/day/period-text.ts'
import type { DayDocument } from '../../../src/report/day/schema.ts'
import { replayedWords } from '../../../src/report/day/text.ts'
import { journalOf } from '../../support/journal-samples.ts'

function day(date: string, change: Partial<DayDocument> = {}): DayDocument {
  const made = buildDayDocument(journalOf())
  if (made === null) throw new Error('expected a report')
  return { ...made, date, ...change }
}

const FLAT: Partial<DayDocument> = { netPnlCents: 0, trades: [], status: 'no_trade' }

describe('a period', () => {
  test('weeks run from Monday to Sunday, months to their last day', () => {
    expect(weekOf('2026-07-17')).toEqual({ from: '2026-07-13', to: '2026-07-19' })
    expect(weekOf('2026-07-19')).toEqual({ from: '2026-07-13', to: '2026-07-19' })
    expect(weekOf('2026-07-20')).toEqual({ from: '2026-07-20', to: '2026-07-26' })
    expect(monthOf('2026-02-10')).toEqual({ from: '2026-02-01', to: '2026-02-28' })
    expect(monthOf('2028-02-29')).toEqual({ from: '2028-02-01', to: '2028-02-29' })
    expect(monthOf('2026-12-31')).toEqual({ from: '2026-12-01', to: '2026-12-31' })
  })

  test('explains live − replay: how many days of which kind, and parts that add up to it', () => {
    const nothing = { signal: 0, missedFill: 0, price: 0, fees: 0, expiry: 0, humanStop: 0, engine: 0 }
    const replayed = (kind: 'matched' | 'missed', split: Partial<typeof nothing>): Partial<DayDocument> => {
      const parts = { ...nothing, ...split }
      const differenceCents = Object.values(parts).reduce((sum, cents) => sum + cents, 0)
      const replay = {
        status: 'traded' as const,
        reason: null,
        netPnlCents: 0,
        difference: { kind, differenceCents, split: parts, trades: [] },
      }
      return { checks: { parity: null, reason: null, replay } }
    }
    const days = [
      day('2026-07-14', replayed('matched', { price: -7_500, fees: 3_000 })),
      day('2026-07-15', replayed('missed', { missedFill: -120_000 })),
      day('2026-07-16', replayed('matched', { price: 2_500, humanStop: 40_000 })),
      day('2026-07-17'),
    ]
    const made = buildPeriod(days, weekOf('2026-07-17'))
    expect(made?.checks).toMatchObject({
      daysReplayed: 3,
      replayDifferenceCents: -82_000,
      replayed: { matched: 2, missed: 1, extra: 0, bothFlat: 0 },
      split: { ...nothing, missedFill: -120_000, humanStop: 40_000, price: -5_000, fees: 3_000 },
    })
    if (made === null) throw new Error('expected a period')
    expect(periodText(made).replaceAll('\u2060', '')).toContain(
      'live − replay −$820.00: missed fills −$1,200.00, stopped by hand +$400.00, price −$50.00, fees +$30.00, ' +
        'on 3 days (2 matched, 1 missed, 0 extra, 0 without a trade on either side)',
    )
    expect(replayedWords({ ...made.checks, daysReplayed: 0 })).toBe('no day is replayed')
  })

  test('sums its days, whatever their order, and leaves out what is not known', () => {
    const days = [
      day('2026-07-17'),
      day('2026-07-15', FLAT),
      day('2026-07-16', { status: 'incomplete', netPnlCents: 99 }),
      day('2026-07-20'),
    ]
    const source = { kind: 'SIM', label: '7' } as const
    const made = buildPeriod(
      days.map((one) => ({ ...one, source })),
      weekOf('2026-07-17'),
    )
    expect(made).toMatchObject({
      counts: { days: 2, withEntry: 1, noSession: 0, incomplete: 1, closedTrades: 1, wins: 1 },
      pnl: { netCents: 131_000, meanDayCents: 65_500, worstCents: 0, bestCents: 131_000 },
      performance: { light: { days: 2, colour: 'red' } },
    })
    expect(made?.days.map(({ date, netPnlCents }) => [date, netPnlCents])).toEqual([
      ['2026-07-15', 0],
      ['2026-07-16', null],
      ['2026-07-17', 131_000],
    ])
    expect(periodDocumentSchema.parse(made)).toEqual(made)
  })

  test('of paper days counts every session of the exchange between them, at $0', () => {
    const source = { kind: 'PAPER', label: 'PA1' } as const
    const made = buildPeriod([day('2026-07-16', { source }), day('2026-07-21', { source })], monthOf('2026-07-16'))
    expect(made?.counts).toMatchObject({ days: 4, noSession: 2, withEntry: 2 })
    expect(made?.days.map(({ date, status }) => `${date} ${status}`)).toEqual([
      '2026-07-16 traded',
      '2026-07-17 no_session',
      '2026-07-20 no_session',
      '2026-07-21 traded',
    ])
  })

  test('is none without a day, and refuses to mix accounts', () => {
    expect(buildPeriod([day('2026-07-16')], weekOf('2026-06-01'))).toBeNull()
    const mixed = [day('2026-07-16'), day('2026-07-17', { accountId: 'other' })]
    expect(() => buildPeriod(mixed, weekOf('2026-07-17'))).toThrow(/one account/)
  })
})
