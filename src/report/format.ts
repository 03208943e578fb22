/**
 * How numbers and times are shown to people, everywhere: posts, replies, charts, terminal. Pure.
 *
 * 1. Money is integer cents and is formatted from its integer parts: `$1,234.56`, `−$1,132.50` with a true minus.
 * 2. Prices a share keep two to four places; they are display numbers or exact decimal strings.
 * 3. Times are New York; an instant that no calendar has is shown as `—`, never thrown on.
 */
import type { Source } from '../broker/port.ts'
import type { Structure } from '../strategy/types.ts'

const MINUS = '−'
/** What stands where there is no value. */
export const NONE = '—'

const ZONE = 'America/New_York'
const INSTANT_MAX_MS = 8_640_000_000_000_000

const grouped = (whole: bigint): string => whole.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',')

/** `2,500`; `—` for what is no number. */
export function wholeNumber(value: number): string {
  if (!Number.isFinite(value)) return NONE
  const whole = Math.round(value)
  return `${whole < 0 ? MINUS : ''}${grouped(BigInt(Math.abs(whole)))}`
}

function dollars(cents: number): string {
  const all = BigInt(Math.abs(Math.round(cents)))
  return `$${grouped(all / 100n)}.${(all % 100n).toString().padStart(2, '0')}`
}

/** `$1,234.56`, `−$1,132.50`, `$0.00`. */
export function money(cents: number): string {
  if (!Number.isFinite(cents)) return NONE
  return Math.round(cents) < 0 ? `${MINUS}${dollars(cents)}` : dollars(cents)
}

/** The same with a plus on gains: `+$312.25`. */
export function signedMoney(cents: number): string {
  return Number.isFinite(cents) && Math.round(cents) > 0 ? `+${dollars(cents)}` : money(cents)
}

/** What was given up, as a positive amount; what was gained instead says so: `−$12.00 (a gain)`. */
export const cost = (cents: number): string => `${money(cents)}${Math.round(cents) < 0 ? ' (a gain)' : ''}`

export const signedMoneyOrNone = (cents: number | null): string => (cents === null ? NONE : signedMoney(cents))

/** A decimal with `digits` places and a true minus; `—` for what is no number. */
export function decimal(value: number, digits: number): string {
  if (!Number.isFinite(value)) return NONE
  const text = Math.abs(value) >= 1e15 ? Math.abs(value).toExponential(2) : Math.abs(value).toFixed(digits)
  return value < 0 && Number(text) !== 0 ? `${MINUS}${text}` : text
}

/** A price a share, two to four places: `$0.51`, `$0.515`, `−$0.02`. */
export function price(value: number | string): string {
  const number = Number(value)
  const text = decimal(Math.abs(number), 4)
  if (text === NONE) return NONE
  const trimmed = text.replace(/(\.\d{2}\d*?)0+$/, '$1')
  return number < 0 && Number(text) !== 0 ? `${MINUS}$${trimmed}` : `$${trimmed}`
}

export const priceOrNone = (value: number | string | null): string => (value === null ? NONE : price(value))

/** Already in percent: `49.8 %`. */
export function percent(value: number, digits = 1): string {
  const text = decimal(value, digits)
  return text === NONE ? NONE : `${text} %`
}

/** An estimated probability, 0 to 1: it is never certain, whatever it rounds to. */
export function chance(probability: number): string {
  if (probability >= 0.9995) return `over ${percent(99.9)}`
  return probability < 0.0005 ? `under ${percent(0.1)}` : percent(probability * 100)
}

/** `part` of `whole` in percent; null where there is no whole. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : (part / whole) * 100
}

export function shareText(part: number, whole: number, digits = 1): string {
  const share = shareOf(part, whole)
  return share === null ? NONE : percent(share, digits)
}

/** A strike without needless places: `742`, `742.5`. */
export function strike(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toFixed(3))) : NONE
}

const SECONDS = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, timeStyle: 'medium' })
const MINUTES = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, timeStyle: 'short' })
const DAY = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
})
/** For calendar dates, which have no zone. */
const DATE = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
})

export const isInstant = (at_ms: number): boolean => Number.isFinite(at_ms) && Math.abs(at_ms) <= INSTANT_MAX_MS

const shown = (format: Intl.DateTimeFormat, at_ms: number): string => (isInstant(at_ms) ? format.format(at_ms) : NONE)

/** `10:03:15` in New York. */
export const clockTime = (at_ms: number): string => shown(SECONDS, at_ms)
/** `10:03` in New York. */
export const clockMinute = (at_ms: number): string => shown(MINUTES, at_ms)
/** `Fri 17 Jul 2026`, the New York day of an instant. */
export const dayOf = (at_ms: number): string => shown(DAY, at_ms).replace(',', '')

/** `Fri 17 Jul 2026` of a calendar date `YYYY-MM-DD`; the text itself where it is none. */
export function dayName(date: string): string {
  const at_ms = Date.parse(`${date}T00:00:00Z`)
  return Number.isNaN(at_ms) ? date : DATE.format(at_ms).replace(',', '')
}

/** Dates as the desk writes them, in a sentence that has them as the journal does; ids that begin with one stay. */
export const withDayNames = (text: string): string => text.replace(/(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])/g, dayName)

/** `45 s`, `3 min 12 s`, `2 h 05 min`, `4 d 3 h`. */
export function duration(length_ms: number): string {
  const total_s = Math.max(0, Math.round(length_ms / 1000))
  if (!Number.isFinite(total_s)) return NONE
  if (total_s < 60) return `${total_s} s`
  const minutes = Math.floor(total_s / 60)
  if (minutes < 60) return total_s % 60 === 0 ? `${minutes} min` : `${minutes} min ${total_s % 60} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** From one clock time to another as they are shown, whole seconds both: what a reader works out of them. */
export const heldFor = (from_ms: number, to_ms: number): string =>
  duration((Math.floor(to_ms / 1000) - Math.floor(from_ms / 1000)) * 1000)

/** `1 day`, `2 days`. */
export const several = (count: number, one: string, many = `${one}s`): string =>
  `${wholeNumber(count)} ${count === 1 ? one : many}`

const BAR_CELLS = 12

/** A text bar: `▰▰▰▰▰▱▱▱▱▱▱▱`; outside 0–100 % it is empty or full. */
export function bar(sharePct: number): string {
  const share = Number.isFinite(sharePct) ? Math.min(1, Math.max(0, sharePct / 100)) : 0
  const full = Math.round(share * BAR_CELLS)
  return '▰'.repeat(full) + '▱'.repeat(BAR_CELLS - full)
}

/**
 * Where the figures come from: `SIM seed 7`, `REPLAY recorded`, `PAPER PA3ABC`. In every post, card, chart and report.
 */
export function sourceBadge(source: Source): string {
  return source.kind === 'SIM' ? `SIM seed ${source.label}` : `${source.kind} ${source.label}`
}

export function structureName(structure: Structure, width: number | null = null): string {
  if (structure === 'short_put') return 'short put'
  return width === null ? 'put spread' : `$${strike(width)} put spread`
}

/** `742P`, or `742P / 737P` of a spread: the short leg, then the long one. */
export function legsName(short: number, long: number | null): string {
  return long === null ? `${strike(short)}P` : `${strike(short)}P / ${strike(long)}P`
}
