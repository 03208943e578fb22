/**
 * Times as Discord writes them: `<t:…:R>` markup, message headers, day dividers, and the market's clock in New York.
 * The time zone is the reader's (undefined) unless one is given.
 */
const NEW_YORK = 'America/New_York'

interface TimeZoneOption {
  readonly timeZone?: string | undefined
}

const LOCALE = 'en-US'

const STYLES = {
  t: { hour: 'numeric', minute: '2-digit' },
  T: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
  d: { month: 'numeric', day: 'numeric', year: 'numeric' },
  D: { month: 'long', day: 'numeric', year: 'numeric' },
  f: { month: 'long', day: 'numeric', year: 'numeric', hour: 'numeric', minute: '2-digit' },
  F: { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric', hour: 'numeric', minute: '2-digit' },
  s: { month: 'numeric', day: 'numeric', year: 'numeric', hour: 'numeric', minute: '2-digit' },
  S: { month: 'numeric', day: 'numeric', year: 'numeric', hour: 'numeric', minute: '2-digit', second: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

const isStyle = (style: string): style is keyof typeof STYLES => Object.hasOwn(STYLES, style)

const formatters = new Map<string, Intl.DateTimeFormat>()

function format(at_ms: number, options: Intl.DateTimeFormatOptions, zone: TimeZoneOption): string {
  const key = JSON.stringify([options, zone.timeZone])
  let formatter = formatters.get(key)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(LOCALE, { ...options, ...(zone.timeZone ? { timeZone: zone.timeZone } : {}) })
    formatters.set(key, formatter)
  }
  // Some engines put a narrow no-break space before AM and PM; plain spaces compare and copy better.
  return formatter.format(at_ms).replace(/\u202f/g, ' ')
}

/** `<t:at_s:style>`; an unknown style is drawn as `f`, a time beyond the calendar as its number. */
export function formatMarkupTime(at_s: number, style: string, now_ms: number, zone: TimeZoneOption = {}): string {
  const at_ms = at_s * 1000
  if (!isDrawable(at_ms)) return String(at_s)
  if (style === 'R') return formatRelative(at_ms, now_ms)
  return format(at_ms, isStyle(style) ? STYLES[style] : STYLES.f, zone)
}

/** The full date and time of a mark, for its tooltip. */
export function formatFull(at_ms: number, zone: TimeZoneOption = {}): string {
  return isDrawable(at_ms) ? format(at_ms, STYLES.F, zone) : String(at_ms)
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'always' })

/** "in 5 minutes", "2 hours ago": rounded to the largest unit that is at least one. */
export function formatRelative(at_ms: number, now_ms: number): string {
  const distance_s = Math.round((at_ms - now_ms) / 1000)
  for (const [unit, size_s] of UNITS) {
    if (Math.abs(distance_s) >= size_s) return relative.format(Math.round(distance_s / size_s), unit)
  }
  return relative.format(distance_s, 'second')
}

/** The time in a message's header: today the hour alone, yesterday by name, earlier with the date. */
export function formatHeader(at_ms: number, now_ms: number, zone: TimeZoneOption = {}): string {
  const hour = format(at_ms, STYLES.t, zone)
  const days = dayNumber(now_ms, zone) - dayNumber(at_ms, zone)
  if (days === 0) return hour
  if (days === 1) return `Yesterday at ${hour}`
  return `${format(at_ms, { month: 'numeric', day: 'numeric', year: '2-digit' }, zone)}, ${hour}`
}

export function formatHour(at_ms: number, zone: TimeZoneOption = {}): string {
  return format(at_ms, STYLES.t, zone)
}

export function formatDay(at_ms: number, zone: TimeZoneOption = {}): string {
  return format(at_ms, STYLES.D, zone)
}

/** Days since an arbitrary one: equal for two times on the same calendar day. */
export function dayNumber(at_ms: number, zone: TimeZoneOption = {}): number {
  const [month, day, year] = format(at_ms, { year: 'numeric', month: 'numeric', day: 'numeric' }, zone)
    .split('/')
    .map(Number)
  return Date.UTC(year ?? 1970, (month ?? 1) - 1, day ?? 1) / 86_400_000
}

/** The market's clock: `Fri, Jul 17` and `09:31:05`, in New York. */
export function formatMarketClock(at_ms: number): { readonly date: string; readonly time: string } {
  const zone = { timeZone: NEW_YORK }
  return {
    date: format(at_ms, { weekday: 'short', month: 'short', day: 'numeric', year: 'numeric' }, zone),
    time: format(at_ms, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }, zone),
  }
}

const isDrawable = (at_ms: number): boolean => Math.abs(at_ms) <= 8.64e15
