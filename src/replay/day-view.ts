/**
 * A day as a replay reads it, book by book, whichever form it is kept in.
 *
 * Entry point: `viewOf`.
 */
import type { ChainColumns } from '../strategy/chain.ts'
import type { BarMeasure } from '../strategy/indicators.ts'
import { newYorkTime } from '../strategy/newyork-time.ts'
import type { Bar, ChainRow, SessionHours } from '../strategy/types.ts'
import { BAR_FIELDS, type PackedDay } from './packed-day.ts'
import type { RecordedBook, RecordedDay } from './recorded.ts'

/** A chain is valid until the next one is asked for. */
export interface DayView {
  readonly date: string
  readonly session: SessionHours
  readonly bookCount: number
  readonly barCount: number
  time_ms(book: number): number
  time(book: number): string
  spot(book: number): number
  chain(book: number): ChainColumns
  barStart_ms(bar: number): number
  /** Feeds a bar to the measure. */
  addBar(bar: number, measure: BarMeasure): void
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

class PackedView implements DayView {
  readonly #day: PackedDay
  readonly #chain: Writable<ChainColumns<Float64Array>>
  readonly date: string
  readonly session: SessionHours
  readonly bookCount: number
  readonly barCount: number

  constructor(day: PackedDay) {
    const { date, session, strikes, bids, asks } = day
    this.#day = day
    this.#chain = { strikes, bids, asks, from: 0, to: 0 }
    this.date = date
    this.session = session
    this.bookCount = day.times.length
    this.barCount = day.bars.length / BAR_FIELDS
  }

  time_ms(book: number): number {
    // Books and bars are asked for below their counts, and have all of their values; so in what follows.
    return this.#day.times[book] as number
  }

  time(book: number): string {
    return newYorkTime(this.time_ms(book))
  }

  spot(book: number): number {
    // As above.
    return this.#day.spots[book] as number
  }

  chain(book: number): ChainColumns {
    // As above: one offset more than books.
    this.#chain.from = this.#day.offsets[book] as number
    this.#chain.to = this.#day.offsets[book + 1] as number
    return this.#chain
  }

  barStart_ms(bar: number): number {
    // As above.
    return this.#day.bars[bar * BAR_FIELDS] as number
  }

  addBar(bar: number, measure: BarMeasure): void {
    const { bars } = this.#day
    const at = bar * BAR_FIELDS
    // As above.
    measure.addPrices(bars[at + 1] as number, bars[at + 2] as number, bars[at + 3] as number, bars[at + 4] as number)
  }
}

class RecordedView implements DayView {
  readonly #day: RecordedDay
  #columns: Writable<ChainColumns<Float64Array>>
  readonly date: string
  readonly session: SessionHours
  readonly bookCount: number
  readonly barCount: number

  constructor(day: RecordedDay) {
    this.#day = day
    this.#columns = emptyColumns(64)
    this.date = day.date
    this.session = day.session
    this.bookCount = day.books.length
    this.barCount = day.bars.length
  }

  #book(book: number): RecordedBook {
    // As above.
    return this.#day.books[book] as RecordedBook
  }

  time_ms(book: number): number {
    return this.#book(book).t_ms
  }

  time(book: number): string {
    return this.#book(book).time
  }

  spot(book: number): number {
    return this.#book(book).spot
  }

  chain(book: number): ChainColumns {
    const { rows } = this.#book(book)
    if (rows.length > this.#columns.strikes.length) this.#columns = emptyColumns(rows.length)
    const columns = this.#columns
    const { strikes, bids, asks } = columns
    for (let at = 0; at < rows.length; at++) {
      // Below the rows' count.
      const { strike, bid, ask } = rows[at] as ChainRow
      strikes[at] = strike
      bids[at] = bid ?? Number.NaN
      asks[at] = ask ?? Number.NaN
    }
    columns.to = rows.length
    return columns
  }

  barStart_ms(bar: number): number {
    // As above: asked for below its count.
    return (this.#day.bars[bar] as Bar).t_ms
  }

  addBar(bar: number, measure: BarMeasure): void {
    // As above.
    measure.add(this.#day.bars[bar] as Bar)
  }
}

function emptyColumns(rows: number): Writable<ChainColumns<Float64Array>> {
  const [strikes, bids, asks] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)]
  return { strikes, bids, asks, from: 0, to: 0 }
}

export function viewOf(day: PackedDay | RecordedDay): DayView {
  return 'books' in day ? new RecordedView(day) : new PackedView(day)
}
