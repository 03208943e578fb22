/** Recorded put books, one day at a time. The format and its rules stand in `recorded.ts`. */
import type { ChainRow, SessionHours } from '../strategy/types.ts'
import { type DataRow, FileProblems, parsePrice, readDataFile } from './data-file.ts'
import { DayCursor, inRange } from './day-rows.ts'
import type { DateRange, RecordedBook } from './recorded.ts'

const COLUMNS = ['date', 'time', 'spot', 'strike', 'bid', 'ask'] as const

interface BookDay {
  readonly date: string
  readonly session: SessionHours
  readonly books: readonly RecordedBook[]
}

interface OpenBook extends Omit<RecordedBook, 'rows'> {
  readonly rows: ChainRow[]
  readonly strikes: Set<number>
  readonly spotCell: string
}

/** Collects rows into the books of one day. */
class BookDayBuilder {
  readonly #problems: FileProblems
  readonly #cursor: DayCursor
  #books: RecordedBook[] = []
  #book: OpenBook | null = null

  constructor(problems: FileProblems) {
    this.#problems = problems
    this.#cursor = new DayCursor(problems)
  }

  /** Takes a row; answers the day before it where the row begins another. */
  add(row: DataRow, range: DateRange): BookDay | null {
    const [date = '', time = '', spot = '', strike = '', bid = '', ask = ''] = row.cells
    const finished = date === this.#cursor.date ? null : this.finish()
    if (this.#cursor.enterDate(date, row.line) === 'bad' || !inRange(date, range)) return finished
    const moved = this.#cursor.enterTime(time, row.line, 'HH:MM:SS')
    if (moved === 'bad') return finished
    if (moved === 'changed') this.#begin(time, spot, row.line)
    if (this.#book !== null) this.#addQuote(this.#book, { spot, strike, bid, ask }, row.line)
    return finished
  }

  /** The day collected so far, if it has books. */
  finish(): BookDay | null {
    this.#close()
    const { date, session } = this.#cursor
    const books = this.#books
    this.#books = []
    return session === null || books.length === 0 ? null : { date, session, books }
  }

  #begin(time: string, spotCell: string, line: number): void {
    this.#close()
    const spot = parsePrice(spotCell)
    if (spot === null || spot === 0) {
      this.#problems.add(line, `expected a spot above 0, got "${spotCell}"`)
      return
    }
    this.#book = { t_ms: this.#cursor.t_ms, time, spot, spotCell, rows: [], strikes: new Set() }
  }

  #close(): void {
    if (this.#book === null) return
    const { t_ms, time, spot, rows } = this.#book
    rows.sort((a, b) => a.strike - b.strike)
    this.#books.push({ t_ms, time, spot, rows })
    this.#book = null
  }

  #addQuote(book: OpenBook, cells: Record<'spot' | 'strike' | 'bid' | 'ask', string>, line: number): void {
    const strike = parsePrice(cells.strike)
    const bid = cells.bid === '' ? null : parsePrice(cells.bid)
    const ask = cells.ask === '' ? null : parsePrice(cells.ask)
    if (cells.spot !== book.spotCell) {
      this.#problems.add(line, `expected one spot a book, got ${cells.spot} after ${book.spotCell}`)
    } else if (strike === null || strike === 0) {
      this.#problems.add(line, `expected a strike above 0, got "${cells.strike}"`)
    } else if (bid === null && cells.bid !== '') {
      this.#problems.add(line, `expected a bid of 0 or more, got "${cells.bid}"`)
    } else if (ask === null && cells.ask !== '') {
      this.#problems.add(line, `expected an ask of 0 or more, got "${cells.ask}"`)
    } else if (book.strikes.has(strike)) {
      this.#problems.add(line, `expected a strike once a book, got ${strike} again at ${book.time}`)
    } else {
      book.strikes.add(strike)
      book.rows.push({ strike, bid, ask })
    }
  }
}

export async function* readBookDays(file: string, range: DateRange): AsyncGenerator<BookDay> {
  const problems = new FileProblems(file)
  const builder = new BookDayBuilder(problems)
  for await (const rows of readDataFile(file, COLUMNS, problems)) {
    for (const row of rows) {
      const day = builder.add(row, range)
      if (day !== null && !problems.found) yield day
    }
  }
  problems.throwIfAny()
  const last = builder.finish()
  if (last !== null) yield last
}
