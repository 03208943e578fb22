/** Recorded put books, one day at a time. The format and its rules stand in `recorded.ts`. */
import { GrowingColumn } from './columns.ts'
import { type CsvRows, readCsvRows } from './csv-rows.ts'
import { FileProblems } from './data-file.ts'
import { DayCursor, inRange } from './day-rows.ts'
import type { PackedDay } from './packed-day.ts'
import type { ReadCounts } from './quality.ts'
import type { DateRange } from './recorded.ts'

const COLUMNS = ['date', 'time', 'spot', 'strike', 'bid', 'ask'] as const
const [DATE, TIME, SPOT, STRIKE, BID, ASK] = [0, 1, 2, 3, 4, 5]

type BookDay = Omit<PackedDay, 'bars'>

/** Collects rows into the books of one day. */
class BookDayBuilder {
  readonly #problems: FileProblems
  readonly #cursor: DayCursor
  readonly #times = new GrowingColumn()
  readonly #spots = new GrowingColumn()
  readonly #strikes = new GrowingColumn()
  readonly #bids = new GrowingColumn()
  readonly #asks = new GrowingColumn()
  #offsets: number[] = [0]
  #date = ''
  #time = ''
  #spotCell = ''
  /** Whether the rows at hand belong to a book; not where its time or spot was refused. */
  #isOpen = false
  #isSorted = true
  #isTimeBad = false

  constructor(problems: FileProblems) {
    this.#problems = problems
    this.#cursor = new DayCursor(problems)
  }

  /** Takes a row; answers the day before it where the row begins another. */
  add(rows: CsvRows, range: DateRange, counts: ReadCounts): BookDay | null {
    if (!rows.isSame(DATE)) this.#date = rows.text(DATE)
    const isNewDate = this.#date !== this.#cursor.date
    const finished = isNewDate ? this.finish() : null
    if (this.#cursor.enterDate(this.#date, rows.line) === 'bad') return finished
    if (!inRange(this.#date, range)) {
      counts.quoteRowsOutOfRange++
      return finished
    }
    if (isNewDate || this.#isTimeBad || !rows.isSame(TIME)) {
      this.#time = rows.text(TIME)
      const moved = this.#cursor.enterTime(this.#time, rows.line, 'HH:MM:SS')
      this.#isTimeBad = moved === 'bad'
      if (moved === 'changed') this.#begin(rows)
    }
    if (this.#isOpen && !this.#isTimeBad) this.#addQuote(rows)
    return finished
  }

  /** The day collected so far, if it has books. */
  finish(): BookDay | null {
    this.#close()
    const { date, session } = this.#cursor
    const offsets = Uint32Array.from(this.#offsets)
    this.#offsets = [0]
    const [times, spots] = [this.#times.take(), this.#spots.take()]
    const [strikes, bids, asks] = [this.#strikes.take(), this.#bids.take(), this.#asks.take()]
    if (session === null || times.length === 0) return null
    return { date, session, times, spots, offsets, strikes, bids, asks }
  }

  #begin(rows: CsvRows): void {
    this.#close()
    const spot = rows.price(SPOT)
    this.#spotCell = rows.text(SPOT)
    if (!(spot > 0)) {
      this.#problems.add(rows.line, `expected a spot above 0, got "${this.#spotCell}"`)
      return
    }
    this.#times.push(this.#cursor.t_ms)
    this.#spots.push(spot)
    this.#isOpen = true
    this.#isSorted = true
  }

  #close(): void {
    if (!this.#isOpen) return
    const from = this.#offsets[this.#offsets.length - 1] ?? 0
    if (!this.#isSorted) this.#sort(from, this.#strikes.length)
    this.#offsets.push(this.#strikes.length)
    this.#isOpen = false
  }

  #sort(from: number, to: number): void {
    const columns = [this.#strikes, this.#bids, this.#asks]
    const rows = Array.from({ length: to - from }, (_, index) => columns.map((column) => column.at(from + index)))
    rows.sort(([a = 0], [b = 0]) => a - b)
    for (const [index, row] of rows.entries()) {
      columns.forEach((column, at) => {
        column.set(from + index, row[at] ?? Number.NaN)
      })
    }
  }

  #addQuote(rows: CsvRows): void {
    const strike = rows.price(STRIKE)
    const bid = rows.price(BID)
    const ask = rows.price(ASK)
    const { line } = rows
    if (!rows.isSame(SPOT) && rows.text(SPOT) !== this.#spotCell) {
      this.#problems.add(line, `expected one spot a book, got ${rows.text(SPOT)} after ${this.#spotCell}`)
    } else if (!(strike > 0)) {
      this.#problems.add(line, `expected a strike above 0, got "${rows.text(STRIKE)}"`)
    } else if (Number.isNaN(bid) && !rows.isEmpty(BID)) {
      this.#problems.add(line, `expected a bid of 0 or more, got "${rows.text(BID)}"`)
    } else if (Number.isNaN(ask) && !rows.isEmpty(ASK)) {
      this.#problems.add(line, `expected an ask of 0 or more, got "${rows.text(ASK)}"`)
    } else if (this.#isListed(strike)) {
      this.#problems.add(line, `expected a strike once a book, got ${strike} again at ${this.#time}`)
    } else {
      this.#strikes.push(strike)
      this.#bids.push(bid)
      this.#asks.push(ask)
    }
  }

  /** Whether the book has the strike already. Books come sorted nearly always: then it is one comparison. */
  #isListed(strike: number): boolean {
    const from = this.#offsets[this.#offsets.length - 1] ?? 0
    const to = this.#strikes.length
    if (to === from || (this.#isSorted && strike > this.#strikes.at(to - 1))) return false
    for (let at = from; at < to; at++) if (this.#strikes.at(at) === strike) return true
    this.#isSorted = false
    return false
  }
}

export async function* readBookDays(file: string, range: DateRange, counts: ReadCounts): AsyncGenerator<BookDay> {
  const problems = new FileProblems(file)
  const builder = new BookDayBuilder(problems)
  for await (const rows of readCsvRows(file, COLUMNS, problems)) {
    while (rows.next()) {
      counts.quoteRows++
      const day = builder.add(rows, range, counts)
      if (day !== null && !problems.found) yield day
    }
  }
  problems.throwIfAny()
  const last = builder.finish()
  if (last !== null) yield last
}
