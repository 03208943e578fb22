/**
 * The New York Stock Exchange's trading days and hours by its own rules, for replay and simulators. Live sessions ask
 * the broker's calendar instead.
 *
 * Entry points: `sessionHours`, `nextSession`, `sessionsBetween`.
 *
 * 1. Valid from 2010 to 2040; a date outside is a `RangeError`, never a guess.
 * 2. Full days 09:30–16:00, half days 09:30–13:00.
 * 3. Closures that no rule gives (storms, days of mourning) are listed in `CLOSURES`.
 */
import { addDays, isCalendarDate, newYorkToEpoch, weekday } from './newyork-time.ts'
import type { SessionHours } from './types.ts'

export const CALENDAR_YEAR_MIN = 2010
export const CALENDAR_YEAR_MAX = 2040

const OPEN_S = 9.5 * 3600
const CLOSE_S = 16 * 3600
const HALF_DAY_CLOSE_S = 13 * 3600
/** The longest run of closed days is four; a week is a bound with room. */
const CLOSED_DAYS_MAX = 7
/** Juneteenth became an exchange holiday in 2022. */
const JUNETEENTH_SINCE = 2022

/** Hurricane Sandy; the funerals of Presidents Bush and Carter. */
const CLOSURES: ReadonlySet<string> = new Set(['2012-10-29', '2012-10-30', '2018-12-05', '2025-01-09'])

const SUNDAY = 0
const MONDAY = 1
const THURSDAY = 4
const SATURDAY = 6

const dateOf = (year: number, month: number, day: number): string =>
  new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10)

/** The n-th `day` of the week in a month. */
function nthWeekday(year: number, month: number, day: number, n: number): string {
  const first = weekday(dateOf(year, month, 1))
  return dateOf(year, month, 1 + ((day - first + 7) % 7) + (n - 1) * 7)
}

function lastMondayOfMay(year: number): string {
  const last = dateOf(year, 5, 31)
  return addDays(last, -((weekday(last) - MONDAY + 7) % 7))
}

/** Easter Sunday of the Gregorian calendar (the anonymous algorithm), less two days. */
function goodFriday(year: number): string {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const yearOfCentury = year % 100
  const moonCorrection = Math.floor((8 * century + 13) / 25)
  const epact = (19 * golden + century - Math.floor(century / 4) - moonCorrection + 15) % 30
  const weekdayShift = (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact - (yearOfCentury % 4)) % 7
  const lateMoon = Math.floor((golden + 11 * epact + 22 * weekdayShift) / 451)
  const monthAndDay = epact + weekdayShift - 7 * lateMoon + 114
  return addDays(dateOf(year, Math.floor(monthAndDay / 31), (monthAndDay % 31) + 1), -2)
}

/** A holiday on Saturday is kept on Friday, one on Sunday on Monday. */
function observed(date: string): string {
  const day = weekday(date)
  if (day === SATURDAY) return addDays(date, -1)
  return day === SUNDAY ? addDays(date, 1) : date
}

/** New Year's Day on a Saturday is not kept: the Friday closes the old year's books. */
function newYearsDay(year: number): string {
  const date = dateOf(year, 1, 1)
  return weekday(date) === SATURDAY ? date : observed(date)
}

interface ExchangeYear {
  readonly holidays: ReadonlySet<string>
  readonly halfDays: ReadonlySet<string>
}

const years = new Map<number, ExchangeYear>()

function exchangeYear(year: number): ExchangeYear {
  const known = years.get(year)
  if (known !== undefined) return known
  const thanksgiving = nthWeekday(year, 11, THURSDAY, 4)
  const holidays = new Set([
    newYearsDay(year),
    nthWeekday(year, 1, MONDAY, 3), // Martin Luther King Jr. Day
    nthWeekday(year, 2, MONDAY, 3), // Washington's Birthday
    goodFriday(year),
    lastMondayOfMay(year), // Memorial Day
    observed(dateOf(year, 7, 4)),
    nthWeekday(year, 9, MONDAY, 1), // Labor Day
    thanksgiving,
    observed(dateOf(year, 12, 25)),
  ])
  if (year >= JUNETEENTH_SINCE) holidays.add(observed(dateOf(year, 6, 19)))
  const halfDays = new Set([addDays(thanksgiving, 1), dateOf(year, 12, 24)])
  // The eve of Independence Day is short only when the day itself falls on Tuesday to Friday.
  if (weekday(dateOf(year, 7, 4)) > MONDAY && weekday(dateOf(year, 7, 4)) < SATURDAY) halfDays.add(dateOf(year, 7, 3))
  const built = { holidays, halfDays }
  years.set(year, built)
  return built
}

/**
 * Regular trading hours of `date` (`YYYY-MM-DD`); null where the exchange is closed.
 * @throws RangeError for what is no date, or a year outside the calendar's range.
 */
export function sessionHours(date: string): SessionHours | null {
  if (!isCalendarDate(date)) throw new RangeError(`expected a date YYYY-MM-DD, got "${date}"`)
  const year = Number(date.slice(0, 4))
  if (year < CALENDAR_YEAR_MIN || year > CALENDAR_YEAR_MAX) {
    throw new RangeError(`expected a year from ${CALENDAR_YEAR_MIN} to ${CALENDAR_YEAR_MAX}, got "${date}"`)
  }
  const day = weekday(date)
  if (day === SATURDAY || day === SUNDAY || CLOSURES.has(date)) return null
  const { holidays, halfDays } = exchangeYear(year)
  if (holidays.has(date)) return null
  return {
    date,
    open_ms: newYorkToEpoch(date, OPEN_S),
    close_ms: newYorkToEpoch(date, halfDays.has(date) ? HALF_DAY_CLOSE_S : CLOSE_S),
  }
}

/** The first session after `date`. */
export function nextSession(date: string): SessionHours {
  for (let days = 1; days <= CLOSED_DAYS_MAX; days++) {
    const hours = sessionHours(addDays(date, days))
    if (hours !== null) return hours
  }
  throw new Error(`expected a session within ${CLOSED_DAYS_MAX} days of ${date}, got none`)
}

/** All sessions from `from` to `to`, both inclusive. */
export function sessionsBetween(from: string, to: string): SessionHours[] {
  const sessions: SessionHours[] = []
  for (let date = from; date <= to; date = addDays(date, 1)) {
    const hours = sessionHours(date)
    if (hours !== null) sessions.push(hours)
  }
  return sessions
}
