/**
 * Recorded days as a price source. Only the recorded dates are trading days; at a book's time SPY's bid and ask are the
 * book's spot, and contracts that the book does not hold have no quote.
 */
import type { RecordedBook, RecordedDay } from '../../replay/recorded.ts'
import { nextSession } from '../../strategy/exchange-calendar.ts'
import type { BookQuote, MarketBook, MarketDay, PriceSource } from './price-source.ts'

const QUOTE_SIZE = 100
const BAR_VOLUME = 1_000

/** @throws RangeError where there is no day to play. */
export function recordedSource(days: readonly RecordedDay[]): PriceSource {
  const marketDays = days.map(recordedDay)
  const [first] = marketDays
  const last = marketDays.at(-1)
  if (first === undefined || last === undefined) {
    throw new RangeError('expected at least one recorded day, got none: check the files and the dates from/to')
  }
  const sessions = marketDays.map((day) => day.session)
  return {
    kind: 'REPLAY',
    label: 'recorded',
    firstDay: () => first,
    dayAfter: (day) => marketDays[marketDays.indexOf(day) + 1] ?? null,
    // It begins with its first day.
    dayOfHistory: () => null,
    sessions: (from, to) => sessions.filter((session) => session.date >= from && session.date <= to),
    sessionAfter: (date) => sessions.find((session) => session.date > date) ?? nextSession(date),
  }
}

function recordedDay(day: RecordedDay): MarketDay {
  const times = day.books.map((book) => book.t_ms)
  const strikes = new Set(day.books.flatMap((book) => book.rows.map((row) => row.strike)))
  return {
    session: day.session,
    bars: day.bars.map((bar) => ({ ...bar, volume: BAR_VOLUME, trades: 1 })),
    strikes: [...strikes].sort((a, b) => a - b),
    closePrice: day.bars.at(-1)?.c ?? day.books.at(-1)?.spot ?? 0,
    shock: () => false,
    nextBookAfter: (t_ms) => times[firstAfter(times, t_ms)] ?? null,
    bookAt: (t_ms) => {
      const book = day.books[firstAfter(times, t_ms) - 1]
      return book === undefined ? null : marketBook(book)
    },
  }
}

/** Index of the first time after `t_ms`. */
function firstAfter(times: readonly number[], t_ms: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) <= t_ms) low = middle + 1
    else high = middle
  }
  return low
}

const quote = (bid: number, ask: number): BookQuote => ({ bid, ask, bidSize: QUOTE_SIZE, askSize: QUOTE_SIZE })

function marketBook(book: RecordedBook): MarketBook {
  return {
    t_ms: book.t_ms,
    spot: quote(book.spot, book.spot),
    puts: new Map(book.rows.map((row) => [row.strike, quote(row.bid ?? 0, row.ask ?? 0)])),
  }
}
