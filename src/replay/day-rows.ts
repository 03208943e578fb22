/**
 * What both kinds of data file share: rows in order of date and time, grouped by trading day.
 *
 * Entry points: `DayCursor`, `inRange`.
 */
import { reasonOf } from '../config/reason.ts'
import { sessionHours } from '../strategy/exchange-calendar.ts'
import { newYorkToEpoch, secondOfDay } from '../strategy/newyork-time.ts'
import type { SessionHours } from '../strategy/types.ts'
import type { FileProblems } from './data-file.ts'
import type { DateRange } from './recorded.ts'

const NOON_S = 12 * 3600

export function inRange(date: string, range: DateRange): boolean {
  return date >= (range.from ?? '') && date <= (range.to ?? '9999-12-31')
}

/** Follows the dates and times of a file's rows, and says where they are no trading day, no time, or out of order. */
export class DayCursor {
  readonly #problems: FileProblems
  #date = ''
  #session: SessionHours | null = null
  #noon_ms = 0
  #time = ''
  #second = -1

  constructor(problems: FileProblems) {
    this.#problems = problems
  }

  get date(): string {
    return this.#date
  }

  /** Hours of the current date; null where that date is no trading day (reported once, at its first row). */
  get session(): SessionHours | null {
    return this.#session
  }

  get time(): string {
    return this.#time
  }

  get t_ms(): number {
    return this.#noon_ms + (this.#second - NOON_S) * 1000
  }

  /** Moves to a row's date. `changed`: another day begins here; `bad`: the row cannot be placed. */
  enterDate(date: string, line: number): 'same' | 'changed' | 'bad' {
    if (date === this.#date) return this.#session === null ? 'bad' : 'same'
    if (date < this.#date) {
      this.#problems.add(line, `expected rows sorted by date, got ${date} after ${this.#date}`)
      return 'bad'
    }
    let session: SessionHours | null
    try {
      session = sessionHours(date)
    } catch (error) {
      this.#problems.add(line, reasonOf(error))
      return 'bad'
    }
    if (session === null) this.#problems.add(line, `expected a trading day, the exchange is closed on ${date}`)
    this.#date = date
    this.#session = session
    // The offset never changes within a trading day, so one look-up at noon serves all of its times.
    this.#noon_ms = newYorkToEpoch(date, NOON_S)
    this.#time = ''
    this.#second = -1
    return session === null ? 'bad' : 'changed'
  }

  /** Moves to a row's time within the date. `same`: equal to the row before. */
  enterTime(time: string, line: number, form: string): 'same' | 'changed' | 'bad' {
    if (time === this.#time) return 'same'
    const second = secondOfDay(time)
    if (second === null) {
      this.#problems.add(line, `expected a time ${form}, got "${time}"`)
      return 'bad'
    }
    if (second <= this.#second) {
      this.#problems.add(line, `expected rows sorted by time, got ${time} after ${this.#time} on ${this.#date}`)
      return 'bad'
    }
    this.#time = time
    this.#second = second
    return 'changed'
  }
}
