/** Which change of a session is worth a write of its own. */
import type { SessionState, Trade } from './state.ts'

/**
 * Of a trade: what changes with every quote, and what whoever takes over finds out anew. Saved along with other
 * changes.
 */
export const VOLATILE_OF_TRADE: ReadonlySet<string> = new Set<keyof Trade>([
  'checked_ms',
  'shortQuoted_ms',
  'watchedSince',
])

export function isDurableChange(before: SessionState, after: SessionState): boolean {
  if (before === after) return false
  for (const key in after) {
    // `for in` gives any string; both have the same members.
    const isChanged = before[key as keyof SessionState] !== after[key as keyof SessionState]
    if (isChanged && (key !== 'trade' || isDurableTradeChange(before.trade, after.trade))) return true
  }
  return false
}

function isDurableTradeChange(before: Trade | null, after: Trade | null): boolean {
  if (before === null || after === null) return before !== after
  for (const key in after) {
    // As above.
    if (before[key as keyof Trade] !== after[key as keyof Trade] && !VOLATILE_OF_TRADE.has(key)) return true
  }
  return false
}
