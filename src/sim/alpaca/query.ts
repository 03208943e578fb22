/** Query strings of the REST endpoints, read leniently where Alpaca is lenient. */
import { malformed } from './errors.ts'

export type Query = Readonly<Record<string, string | string[] | undefined>>

export function text(query: Query, name: string): string | null {
  const value = query[name]
  const single = Array.isArray(value) ? value.join(',') : value
  return single === undefined || single === '' ? null : single
}

export function list(query: Query, name: string): string[] {
  return (text(query, name) ?? '').split(',').filter((item) => item !== '')
}

export function whole(query: Query, name: string, defaultValue: number, max: number): number {
  const value = text(query, name)
  if (value === null) return defaultValue
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1)
    throw malformed(`invalid ${name}: expected a positive integer, got ${value}`)
  return Math.min(number, max)
}

export function decimal(query: Query, name: string): number | null {
  const value = text(query, name)
  if (value === null) return null
  const number = Number(value)
  if (!Number.isFinite(number)) throw malformed(`invalid ${name}: expected a number, got ${value}`)
  return number
}

/** An instant or a date (its first moment, UTC). */
export function instant(query: Query, name: string): number | null {
  const value = text(query, name)
  if (value === null) return null
  const t_ms = Date.parse(value)
  if (Number.isNaN(t_ms)) throw malformed(`invalid ${name}: expected an RFC-3339 time or YYYY-MM-DD, got ${value}`)
  return t_ms
}

/** Only the date counts: clients send dates as midnight UTC. */
export function date(query: Query, name: string): string | null {
  const t_ms = instant(query, name)
  return t_ms === null ? null : (text(query, name) ?? '').slice(0, 10)
}

/** Items after a page token, at most `limit` of them, and the token of the next page. */
export function page<T>(
  items: readonly T[],
  limit: number,
  token: string | null,
): { readonly items: readonly T[]; readonly next: string | null } {
  const start = token === null ? 0 : Number(Buffer.from(token, 'base64url').toString('utf8'))
  if (!Number.isInteger(start) || start < 0) throw malformed('invalid page_token')
  const end = start + limit
  return {
    items: items.slice(start, end),
    next: end < items.length ? Buffer.from(String(end)).toString('base64url') : null,
  }
}
