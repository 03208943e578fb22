/**
 * New York wall-clock time ↔ epoch milliseconds.
 *
 * Entry points: `newYorkDate`, `newYorkTime`, `newYorkToEpoch`, `secondOfDay`,
 * `isCalendarDate`, `addDays`, `weekday`.
 *
 * 1. The offsets come from the time zone database; a year's are looked up once and kept, so a conversion costs an addition.
 * 2. A local time that the spring change skips, or the autumn change repeats, takes the offset in force before the change.
 */
import { Temporal } from 'temporal-polyfill'

const ZONE = 'America/New_York'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A time zone changes its offset a handful of times a year at most. */
const TRANSITIONS_MAX = 8

/** The offset in force from `from_ms` on. */
interface OffsetSpan {
  readonly from_ms: number
  readonly offset_ms: number
}

const offsetsByYear = new Map<number, readonly OffsetSpan[]>()

function offsetsOf(year: number): readonly OffsetSpan[] {
  const known = offsetsByYear.get(year)
  if (known !== undefined) return known
  const end_ms = Date.UTC(year + 1, 0, 1)
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(
    Date.UTC(year, 0, 1),
  ).toZonedDateTimeISO(ZONE)
  const spans: OffsetSpan[] = []
  while (at !== null && at.epochMilliseconds < end_ms && spans.length < TRANSITIONS_MAX) {
    spans.push({ from_ms: at.epochMilliseconds, offset_ms: at.offsetNanoseconds / 1e6 })
    at = at.getTimeZoneTransition('next')
  }
  offsetsByYear.set(year, spans)
  return spans
}

/** Milliseconds that New York is ahead of UTC at an instant (negative). */
function offsetAt(t_ms: number): number {
  const spans = offsetsOf(new Date(t_ms).getUTCFullYear())
  let offset_ms = 0
  for (const span of spans) if (span.from_ms <= t_ms) offset_ms = span.offset_ms
  return offset_ms
}

const pad = (value: number): string => (value < 10 ? `0${value}` : `${value}`)

/** The New York date of an instant, `YYYY-MM-DD`. */
export function newYorkDate(t_ms: number): string {
  return new Date(t_ms + offsetAt(t_ms)).toISOString().slice(0, 10)
}

/** The New York time of day of an instant, `HH:MM:SS`. */
export function newYorkTime(t_ms: number): string {
  const local = new Date(t_ms + offsetAt(t_ms))
  return `${pad(local.getUTCHours())}:${pad(local.getUTCMinutes())}:${pad(local.getUTCSeconds())}`
}

/** Whether `date` is a `YYYY-MM-DD` that exists. */
export function isCalendarDate(date: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return false
  const t_ms = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(t_ms) && new Date(t_ms).toISOString().startsWith(date)
}

/**
 * The instant at which New York's clocks show `secondOfDay` on `date`.
 * @throws RangeError where `date` is no date.
 */
export function newYorkToEpoch(date: string, secondOfDay: number): number {
  if (!isCalendarDate(date)) throw new RangeError(`expected a date YYYY-MM-DD, got "${date}"`)
  const asUtc_ms = Date.parse(`${date}T00:00:00Z`) + secondOfDay * 1000
  // Four hours on is never after the instant meant, and on the days of a change just late enough to see the new offset.
  return asUtc_ms - offsetAt(asUtc_ms + 4 * HOUR_MS)
}

/** Seconds since midnight of an `HH:MM` or `HH:MM:SS`; null where it is neither. */
export function secondOfDay(time: string): number | null {
  const parts = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(time)
  if (parts === null) return null
  return Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3] ?? 0)
}

/** The date `days` after `date`. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** Day of the week of a date: 0 Sunday … 6 Saturday. */
export function weekday(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay()
}
