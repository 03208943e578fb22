/** One-minute SPY bars, one day at a time. The format and its rules stand in `recorded.ts`. */
import { priceProblem, startProblem } from './bar-check.ts'
import { GrowingColumn } from './columns.ts'
import { type CsvRows, readCsvRows } from './csv-rows.ts'
import { FileProblems } from './data-file.ts'
import { DayCursor, inRange } from './day-rows.ts'
import type { ReadCounts } from './quality.ts'
import type { DateRange } from './recorded.ts'

const COLUMNS = ['date', 'time', 'open', 'high', 'low', 'close'] as const
const [DATE, TIME, OPEN, HIGH, LOW, CLOSE] = [0, 1, 2, 3, 4, 5]

interface BarDay {
  readonly date: string
  /** As `PackedDay.bars`. */
  readonly bars: Float64Array
}

/** Collects rows into the bars of one day. */
class BarDayBuilder {
  readonly #problems: FileProblems
  readonly #cursor: DayCursor
  readonly #bars = new GrowingColumn()
  #date = ''

  constructor(problems: FileProblems) {
    this.#problems = problems
    this.#cursor = new DayCursor(problems)
  }

  /** Takes a row; answers the day before it where the row begins another. */
  add(rows: CsvRows, range: DateRange, counts: ReadCounts): BarDay | null {
    if (!rows.isSame(DATE)) this.#date = rows.text(DATE)
    const finished = this.#date === this.#cursor.date ? null : this.finish()
    if (this.#cursor.enterDate(this.#date, rows.line) === 'bad') return finished
    if (!inRange(this.#date, range)) counts.barRowsOutOfRange++
    else this.#take(rows)
    return finished
  }

  finish(): BarDay | null {
    const bars = this.#bars.take()
    return bars.length === 0 ? null : { date: this.#cursor.date, bars }
  }

  #take(rows: CsvRows): void {
    const time = rows.text(TIME)
    const moved = this.#cursor.enterTime(time, rows.line, 'HH:MM')
    if (moved === 'same') {
      this.#problems.add(rows.line, `expected one bar a minute, got ${time} again on ${this.#date}`)
    }
    if (moved !== 'changed') return
    const t_ms = this.#cursor.t_ms
    const unaligned = startProblem(t_ms)
    if (unaligned !== null) {
      this.#problems.add(rows.line, `${unaligned}, got ${time}`)
      return
    }
    const [o, h, l, c] = [rows.price(OPEN), rows.price(HIGH), rows.price(LOW), rows.price(CLOSE)] as const
    const problem = priceProblem(o, h, l, c)
    if (problem === null) for (const value of [t_ms, o, h, l, c]) this.#bars.push(value)
    else
      this.#problems.add(rows.line, `${problem}, got ${[OPEN, HIGH, LOW, CLOSE].map((at) => rows.text(at)).join(',')}`)
  }
}

export async function* readBarDays(file: string, range: DateRange, counts: ReadCounts): AsyncGenerator<BarDay> {
  const problems = new FileProblems(file)
  const builder = new BarDayBuilder(problems)
  for await (const rows of readCsvRows(file, COLUMNS, problems)) {
    while (rows.next()) {
      counts.barRows++
      const day = builder.add(rows, range, counts)
      if (day !== null && !problems.found) yield day
    }
  }
  problems.throwIfAny()
  const last = builder.finish()
  if (last !== null) yield last
}
