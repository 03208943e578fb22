/** The limits of the rules that are the same for every profile, with their defaults, and the times they give a session. */
import type { RuleLimits, SessionHours } from './types.ts'

export const DEFAULT_LIMITS: RuleLimits = {
  entryAfterOpenMin: 15,
  entryBeforeCloseMin: 90,
  sessionEndBeforeCloseMin: 50,
  maxDailyTrades: 1,
  barsMin: 10,
  vixMax: 25,
  rangeExtremePct: 8,
  rangeModeratePct: 5,
  premiumMin: 0.05,
  premiumMax: 2,
  spreadMax: 0.5,
  profitTargetShare: 0.5,
  quoteAgeMax_s: 15,
}

/** Distance of a spread's long put below the short one, dollars. */
export const DEFAULT_WIDTH = 5

/** Shares a contract stands for. */
export const MULTIPLIER = 100

const MINUTE_MS = 60_000

/** The instants between which an entry may be decided, both included. */
export function entryWindow(session: SessionHours, limits: RuleLimits): { from_ms: number; to_ms: number } {
  return {
    from_ms: session.open_ms + limits.entryAfterOpenMin * MINUTE_MS,
    to_ms: session.close_ms - limits.entryBeforeCloseMin * MINUTE_MS,
  }
}

/** The instant from which a position is closed because the session ends. */
export function sessionEnd_ms(session: SessionHours, limits: RuleLimits): number {
  return session.close_ms - limits.sessionEndBeforeCloseMin * MINUTE_MS
}
