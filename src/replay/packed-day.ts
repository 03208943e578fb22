/**
 * A recorded day as columns of numbers: a third of the memory of objects, shared between threads as it is, and written
 * to disk as it is.
 *
 * Entry points: `packDay`, `unpackDay`.
 *
 * 1. Prices are the very doubles of the file; a missing side is NaN.
 * 2. Rows `offsets[i]` (included) to `offsets[i + 1]` (excluded) of the chain columns are book i.
 */
import { newYorkTime } from '../strategy/newyork-time.ts'
import type { Bar, ChainRow, SessionHours } from '../strategy/types.ts'
import type { RecordedBook, RecordedDay } from './recorded.ts'

/** Numbers a bar: start, open, high, low, close. */
export const BAR_FIELDS = 5

export interface PackedDay {
  readonly date: string
  readonly session: SessionHours
  /** `BAR_FIELDS` a bar, in order of time. */
  readonly bars: Float64Array
  /** One a book. */
  readonly times: Float64Array
  readonly spots: Float64Array
  /** One more than there are books. */
  readonly offsets: Uint32Array
  /** One a row. */
  readonly strikes: Float64Array
  readonly bids: Float64Array
  readonly asks: Float64Array
}

export function packBars(bars: readonly Bar[]): Float64Array {
  const packed = new Float64Array(bars.length * BAR_FIELDS)
  bars.forEach(({ t_ms, o, h, l, c }, index) => {
    packed.set([t_ms, o, h, l, c], index * BAR_FIELDS)
  })
  return packed
}

export function packDay({ date, session, bars, books }: RecordedDay): PackedDay {
  const rowCount = books.reduce((count, { rows }) => count + rows.length, 0)
  const [strikes, bids, asks] = [new Float64Array(rowCount), new Float64Array(rowCount), new Float64Array(rowCount)]
  const offsets = new Uint32Array(books.length + 1)
  let at = 0
  for (const [index, { rows }] of books.entries()) {
    for (const { strike, bid, ask } of rows) {
      strikes[at] = strike
      bids[at] = bid ?? Number.NaN
      asks[at] = ask ?? Number.NaN
      at++
    }
    offsets[index + 1] = at
  }
  const times = Float64Array.from(books, ({ t_ms }) => t_ms)
  const spots = Float64Array.from(books, ({ spot }) => spot)
  return { date, session, bars: packBars(bars), times, spots, offsets, strikes, bids, asks }
}

const sideOf = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value)

function rowsOf({ offsets, strikes, bids, asks }: PackedDay, book: number): ChainRow[] {
  const rows: ChainRow[] = []
  for (let at = offsets[book] ?? 0; at < (offsets[book + 1] ?? 0); at++) {
    rows.push({ strike: strikes[at] ?? 0, bid: sideOf(bids[at]), ask: sideOf(asks[at]) })
  }
  return rows
}

export function unpackDay(day: PackedDay): RecordedDay {
  const { date, session, bars: packed, times, spots } = day
  const bars: Bar[] = []
  for (let at = 0; at < packed.length; at += BAR_FIELDS) {
    const [t_ms = 0, o = 0, h = 0, l = 0, c = 0] = packed.subarray(at, at + BAR_FIELDS)
    bars.push({ t_ms, o, h, l, c })
  }
  const books = Array.from(times, (t_ms, book): RecordedBook => {
    return { t_ms, time: newYorkTime(t_ms), spot: spots[book] ?? 0, rows: rowsOf(day, book) }
  })
  return { date, session, bars, books }
}
