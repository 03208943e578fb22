/** Which sessions and prices the gathered facts speak of. Pure. */
import type { BrokerResult, MarketSnapshot } from '../broker/port.ts'
import type { TradingDays } from '../session/trading-days.ts'
import { midOf } from '../strategy/exact.ts'
import { entryWindow } from '../strategy/rules.ts'
import type { RuleLimits, SessionHours } from '../strategy/types.ts'
import { HOUR_MS } from '../time/units.ts'

const HALF_DAY_MAX_MS = 5 * HOUR_MS

/** The session that runs at `now_ms`, or the next one; null: none ahead. */
export function currentSession(days: readonly SessionHours[], now_ms: number): SessionHours | null {
  return days.find((day) => now_ms < day.close_ms) ?? null
}

/** The first session in which an entry is still possible, and the one after; null: none ahead. */
export function upcomingDays(days: readonly SessionHours[], now_ms: number, limits: RuleLimits): TradingDays | null {
  const [session, next] = days.filter((day) => now_ms < entryWindow(day, limits).to_ms)
  return session === undefined ? null : { session, next: next ?? null }
}

export const isHalfDay = ({ open_ms, close_ms }: SessionHours): boolean => close_ms - open_ms < HALF_DAY_MAX_MS

/** SPY's mid; null where it is not quoted on both sides, or was not read. */
export function spotOf(snapshot: BrokerResult<MarketSnapshot> | null): number | null {
  if (snapshot === null || !snapshot.ok) return null
  const { bid, ask } = snapshot.value.spot
  return bid === null || ask === null || bid <= 0 ? null : midOf(bid, ask)
}
