/** One-minute SPY bars, one day at a time. The format and its rules stand in `recorded.ts`. */
import type { Bar } from '../strategy/types.ts'
import { type DataRow, FileProblems, parsePrice, readDataFile } from './data-file.ts'
import { DayCursor, inRange } from './day-rows.ts'
import type { DateRange } from './recorded.ts'

const COLUMNS = ['date', 'time', 'open', 'high', 'low', 'close'] as const
const MINUTE_MS = 60_000

interface BarDay {
  readonly date: string
  readonly bars: readonly Bar[]
}

/** Collects rows into the bars of one day. */
class BarDayBuilder {
  readonly #problems: FileProblems
  readonly #cursor: DayCursor
  #bars: Bar[] = []

  constructor(problems: FileProblems) {
    this.#problems = problems
    this.#cursor = new DayCursor(problems)
  }

  /** Takes a row; answers the day before it where the row begins another. */
  add(row: DataRow, range: DateRange): BarDay | null {
    const [date = '', time = '', ...prices] = row.cells
    const finished = date === this.#cursor.date ? null : this.finish()
    if (this.#cursor.enterDate(date, row.line) === 'bad' || !inRange(date, range)) return finished
    const moved = this.#cursor.enterTime(time, row.line, 'HH:MM')
    if (moved === 'same') this.#problems.add(row.line, `expected one bar a minute, got ${time} again on ${date}`)
    if (moved !== 'changed') return finished
    const bar = this.#parse(prices, row.line)
    if (bar !== null) this.#bars.push(bar)
    return finished
  }

  finish(): BarDay | null {
    const bars = this.#bars
    this.#bars = []
    return bars.length === 0 ? null : { date: this.#cursor.date, bars }
  }

  #parse(prices: readonly string[], line: number): Bar | null {
    const t_ms = this.#cursor.t_ms
    if (t_ms % MINUTE_MS !== 0) {
      this.#problems.add(line, `expected a bar to start on a whole minute, got ${this.#cursor.time}`)
      return null
    }
    const [o = null, h = null, l = null, c = null] = prices.map(parsePrice)
    if (!o || !h || !l || !c) {
      this.#problems.add(line, `expected open, high, low and close above 0, got ${prices.join(',')}`)
      return null
    }
    if (h < Math.max(o, c) || l > Math.min(o, c)) {
      this.#problems.add(line, `expected low ≤ open, close ≤ high, got ${prices.join(',')}`)
      return null
    }
    return { t_ms, o, h, l, c }
  }
}

export async function* readBarDays(file: string, range: DateRange): AsyncGenerator<BarDay> {
  const problems = new FileProblems(file)
  const builder = new BarDayBuilder(problems)
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
