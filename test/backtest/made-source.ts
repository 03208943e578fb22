/** Days in made numbers as a source of a backtest: a win, losses, a quiet day, an open end; then mixed ones. */

import type { DaySource } from '../../src/backtest/sources.ts'
import { makeBenchDays } from '../../src/replay/bench-days.ts'
import { type PackedDay, packDay } from '../../src/replay/packed-day.ts'
import { noCounts } from '../../src/replay/quality.ts'
import { book, day, mid } from '../replay/made-days.ts'
import { SESSION } from '../strategy/fixtures.ts'

export function sourceOfDays(days: readonly PackedDay[], changes: Partial<DaySource> = {}): DaySource {
  return {
    kind: 'recorded',
    label: 'made days',
    fills: ['touch', 'mid', 'seed'],
    daysExpected: days.length,
    async *days(counts = noCounts()) {
      counts.quoteRows += days.length
      yield* days
    },
    ...changes,
  }
}

const dated = (date: string, books: Parameters<typeof day>[0]): PackedDay =>
  packDay(day(books, { date, session: { ...SESSION, date } }))

export const FIVE_DAYS: readonly PackedDay[] = [
  dated('2026-07-13', [book('09:50:00', mid(1.2)), book('10:00:00', mid(0.4))]),
  dated('2026-07-14', [book('10:10:00', mid(1.2)), book('11:00:00', mid(1.6))]),
  dated('2026-07-15', [book('10:20:00', mid(1.2)), book('11:00:00', mid(1.9))]),
  dated('2026-07-16', [book('09:50:00', mid(3))]),
  dated('2026-07-17', [book('09:50:00', mid(1.2))]),
]

export const mixedDays = (count: number): PackedDay[] => [...makeBenchDays('mixed', count)].map(packDay)
