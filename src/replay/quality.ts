/**
 * What the data of a run were like: what was read, what was passed over, and what was missing. What cannot be used at
 * all is an error with its line (`DataFileError`); everything else is counted here, and shown.
 *
 * Entry points: `noCounts`, `addCounts`, `readCountFields` (what the readers count), `QualityTally` (what the days
 * themselves show), `qualityLines`.
 */
import { z } from 'zod'
import { isSessionBar } from '../strategy/indicators.ts'
import { keysOf } from '../tables/typed-keys.ts'
import { MINUTE_MS } from '../time/units.ts'
import { BAR_FIELDS, type PackedDay } from './packed-day.ts'

/** Books further apart than this within the session are a gap: twice the usual distance of recorded ones. */
const BOOK_GAP_MS = 10 * MINUTE_MS
const FULL_DAY_MS = 390 * MINUTE_MS

/** What the readers saw: rows of files, or the bars of Alpaca's history (SPY's as bars, those of puts as quotes). */
export interface ReadCounts {
  quoteRows: number
  /** Rows of days outside `from`–`to`. */
  quoteRowsOutOfRange: number
  barRows: number
  barRowsOutOfRange: number
  /** Days in the range that have bars and no books: there is nothing to decide on. */
  barDaysWithoutBooks: number
  /** Bars that came again, alike in every figure: each counts once. */
  repeatedBars: number
  /** Bars of puts that start before the open or after the close: they are in no book. */
  putBarsOutsideSession: number
  /** Bars of puts in a minute without a bar of SPY: without a spot there is no book. */
  putBarsWithoutSpot: number
}

export function noCounts(): ReadCounts {
  return {
    quoteRows: 0,
    quoteRowsOutOfRange: 0,
    barRows: 0,
    barRowsOutOfRange: 0,
    barDaysWithoutBooks: 0,
    repeatedBars: 0,
    putBarsOutsideSession: 0,
    putBarsWithoutSpot: 0,
  }
}

export function addCounts(to: ReadCounts, more: ReadCounts): void {
  for (const name of keysOf(more)) to[name] += more[name]
}

const count = z.int().nonnegative()
/** Not in what was written before it was counted. */
const laterCount = count.default(0)

export const readCountFields = {
  quoteRows: count,
  quoteRowsOutOfRange: count,
  barRows: count,
  barRowsOutOfRange: count,
  barDaysWithoutBooks: count,
  repeatedBars: laterCount,
  putBarsOutsideSession: laterCount,
  putBarsWithoutSpot: laterCount,
} satisfies Record<keyof ReadCounts, z.ZodType>

export const dataQualitySchema = z.object({
  days: count,
  halfDays: count,
  books: count,
  /** Before the open or after the close: no decision uses them. */
  booksOutsideSession: count,
  /** More than ten minutes of a session, from open to close, without a book. */
  bookGaps: count,
  quotes: count,
  /** Bid or ask not given. */
  missingSides: count,
  /** Bid above ask. */
  crossedQuotes: count,
  bars: count,
  barsOutsideSession: count,
  /** Minutes of the sessions without a bar; a return spans them. */
  missingBars: count,
  daysWithoutBars: count,
  ...readCountFields,
})
export type DataQuality = z.infer<typeof dataQualitySchema>

type DayQuality = Omit<DataQuality, keyof ReadCounts | 'days'>

function bookGaps({ times, session }: PackedDay): number {
  const inside = times.filter((t_ms) => t_ms > session.open_ms && t_ms < session.close_ms)
  const points = [session.open_ms, ...inside, session.close_ms]
  return points.filter((t_ms, index) => index > 0 && t_ms - (points[index - 1] ?? t_ms) > BOOK_GAP_MS).length
}

function sidesOf({ bids, asks }: PackedDay): Pick<DayQuality, 'missingSides' | 'crossedQuotes'> {
  let missingSides = 0
  let crossedQuotes = 0
  for (let row = 0; row < bids.length; row++) {
    // As many asks as bids.
    const bid = bids[row] as number
    const ask = asks[row] as number
    if (Number.isNaN(bid)) missingSides++
    if (Number.isNaN(ask)) missingSides++
    if (bid > ask) crossedQuotes++
  }
  return { missingSides, crossedQuotes }
}

function qualityOf(day: PackedDay): DayQuality {
  const { session, times, bars } = day
  const length_ms = session.close_ms - session.open_ms
  const barCount = bars.length / BAR_FIELDS
  let inSession = 0
  // A whole bar begins at each step.
  for (let at = 0; at < bars.length; at += BAR_FIELDS) if (isSessionBar(bars[at] as number, session)) inSession++
  return {
    halfDays: length_ms < FULL_DAY_MS ? 1 : 0,
    books: times.length,
    booksOutsideSession: times.filter((t_ms) => t_ms < session.open_ms || t_ms > session.close_ms).length,
    bookGaps: bookGaps(day),
    quotes: day.bids.length,
    ...sidesOf(day),
    bars: barCount,
    barsOutsideSession: barCount - inSession,
    missingBars: length_ms / MINUTE_MS - inSession,
    daysWithoutBars: barCount === 0 ? 1 : 0,
  }
}

const EMPTY: Omit<DataQuality, keyof ReadCounts> = {
  days: 0,
  halfDays: 0,
  books: 0,
  booksOutsideSession: 0,
  bookGaps: 0,
  quotes: 0,
  missingSides: 0,
  crossedQuotes: 0,
  bars: 0,
  barsOutsideSession: 0,
  missingBars: 0,
  daysWithoutBars: 0,
}

/** Sums up days as they come. */
export class QualityTally {
  #sum = EMPTY

  add(day: PackedDay): void {
    const seen = qualityOf(day)
    const sum = { ...this.#sum, days: this.#sum.days + 1 }
    for (const name of keysOf(seen)) sum[name] += seen[name]
    this.#sum = sum
  }

  result(read: ReadCounts): DataQuality {
    return { ...this.#sum, ...read }
  }
}

const PASSED_OVER: readonly (readonly [keyof DataQuality, string])[] = [
  ['daysWithoutBars', 'days without bars (never traded: warming up)'],
  ['missingBars', 'minutes without a bar'],
  ['barsOutsideSession', 'bars outside the session, not used'],
  ['bookGaps', 'gaps of more than 10 minutes between books'],
  ['booksOutsideSession', 'books outside the session, not decided on'],
  ['missingSides', 'quotes with a side missing'],
  ['crossedQuotes', 'quotes with the bid above the ask'],
  ['barDaysWithoutBooks', 'days with bars and no books, passed over'],
  ['quoteRowsOutOfRange', 'rows of quotes outside the dates asked for'],
  ['barRowsOutOfRange', 'bars outside the dates asked for'],
  ['repeatedBars', 'bars that came again alike, counted once'],
  ['putBarsOutsideSession', 'bars of puts outside the session, not used'],
  ['putBarsWithoutSpot', 'bars of puts in minutes without a SPY bar, not used'],
]

/** For people: what was used, then what was passed over or missing, where there is any. */
export function qualityLines(quality: DataQuality): string[] {
  const { days, halfDays, books, quotes, bars } = quality
  const used = `data: ${days} days (${halfDays} half), ${books} books, ${quotes} quotes, ${bars} bars`
  const rest = PASSED_OVER.filter(([name]) => quality[name] > 0).map(([name, words]) => `${quality[name]} ${words}`)
  return rest.length === 0 ? [used] : [used, `data: ${rest.join(', ')}`]
}
