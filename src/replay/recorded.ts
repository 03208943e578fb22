/**
 * Recorded trading days: the books of same-day puts and the one-minute bars, read from two CSV files and joined by
 * date.
 *
 * Entry points: `readPackedDays` (one day at a time, memory flat), `loadRecordedDays`
 * (all of them, as objects).
 *
 * Quotes file: `date,time,spot,strike,bid,ask` (+ others, ignored), one row a strike and book; `time` is `HH:MM:SS`.
 * Bars file: `date,time,open,high,low,close` (+ others), `time` the bar's start, `HH:MM`. Times are New York's.
 *
 * 1. Rows must be sorted by date and time, a strike stands once in a book, a book has one spot, dates are trading days:
 *    anything else is a `DataFileError` with line and reason, and no day of a bad file is used.
 * 2. An empty bid or ask is a missing side (null); 0 is a price.
 * 3. A day is there because it has books; days that only have bars are passed over and counted, a day without bars has
 *    `bars: []`.
 */
import type { Bar, ChainRow, SessionHours } from '../strategy/types.ts'
import { readBarDays } from './bar-days.ts'
import { readBookDays } from './book-days.ts'
import { type PackedDay, unpackDay } from './packed-day.ts'
import { noCounts, type ReadCounts } from './quality.ts'

/** One book: every put of the day's expiry, and SPY in the same reading. */
export interface RecordedBook {
  readonly t_ms: number
  /** The book's own time as in the file, `HH:MM:SS` in New York. */
  readonly time: string
  readonly spot: number
  /** Sorted by strike. A bid or ask of 0 is kept; null is a side that the file leaves empty. */
  readonly rows: readonly ChainRow[]
}

export interface RecordedDay {
  readonly date: string
  readonly session: SessionHours
  /** The day's bars in order of time. */
  readonly bars: readonly Bar[]
  /** The day's books in order of time, at least one. */
  readonly books: readonly RecordedBook[]
}

/** Dates `YYYY-MM-DD`, both inclusive; null is open. */
export interface DateRange {
  readonly from?: string | null
  readonly to?: string | null
}

/**
 * The recorded days of a range, in order, as they are read. `counts` is told what is read and what is passed over.
 * @throws DataFileError where a file cannot be used; no day follows a problem.
 */
export async function* readPackedDays(
  quotesFile: string,
  barsFile: string,
  range: DateRange = {},
  counts: ReadCounts = noCounts(),
): AsyncGenerator<PackedDay> {
  const barDays = readBarDays(barsFile, range, counts)
  try {
    let barDay = await barDays.next()
    const passOver = async (): Promise<void> => {
      counts.barDaysWithoutBooks++
      barDay = await barDays.next()
    }
    for await (const bookDay of readBookDays(quotesFile, range, counts)) {
      while (!barDay.done && barDay.value.date < bookDay.date) await passOver()
      const hasBars = !barDay.done && barDay.value.date === bookDay.date
      const bars = hasBars && barDay.value ? barDay.value.bars : new Float64Array(0)
      if (hasBars) barDay = await barDays.next()
      yield { ...bookDay, bars }
    }
    // Read to the end: a problem further down means that the file cannot be trusted.
    while (!barDay.done) await passOver()
  } finally {
    await barDays.return(undefined)
  }
}

/** The same as objects. */
async function* readRecordedDays(
  quotesFile: string,
  barsFile: string,
  range: DateRange = {},
): AsyncGenerator<RecordedDay> {
  for await (const day of readPackedDays(quotesFile, barsFile, range)) yield unpackDay(day)
}

/**
 * All recorded days of a range.
 * @throws DataFileError where a file cannot be used.
 */
export async function loadRecordedDays(
  quotesFile: string,
  barsFile: string,
  range: DateRange = {},
): Promise<RecordedDay[]> {
  const days: RecordedDay[] = []
  for await (const day of readRecordedDays(quotesFile, barsFile, range)) days.push(day)
  return days
}
