/** Which change of a session is worth a write of its own. */
import type { SessionState, Trade } from './state.ts'

/** Of a trade: what changes with every quote, and what whoever takes over finds out anew. Saved along with other changes. */
export const VOLATILE_OF_TRADE: ReadonlySet<string> = new Set<keyof Trade>([
  'checked_ms',
  'shortQuoted_ms',
  'watchedSince',
])

export function isDurableChange(before: SessionState, after: SessionState): boolean {
  if (before === after) return false
  for (const key of keysOf(after)) {
    if (before[key] !== after[key] && (key !== 'trade' || isDurableTradeChange(before.trade, after.trade))) return true
  }
  return false
}

function isDurableTradeChange(before: Trade | null, after: Trade | null): boolean {
  if (before === null || after === null) return before !== after
  return keysOf(after).some((key) => before[key] !== after[key] && !VOLATILE_OF_TRADE.has(key))
}

function keysOf<T extends object>(value: T): (keyof T & string)[] {
  return Object.keys(value) as (keyof T & string)[]
}
