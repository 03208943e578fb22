/** Session arithmetic on instants: which minute it is, whether a window is open, whether a wait has passed. */
import { entryWindow } from '../strategy/rules.ts'
import { MINUTE_MS } from '../time/units.ts'
import { WAIT_WALL_MIN_MS } from './engine-limits.ts'
import type { Instant, SessionState } from './state.ts'

/** How long before the open the day's preflight runs. */
export const PREFLIGHT_BEFORE_OPEN_MIN = 5

export function windowOpen_ms(state: SessionState): number {
  return entryWindow(state.session, state.strategy.limits).from_ms
}

export function windowClose_ms(state: SessionState): number {
  return entryWindow(state.session, state.strategy.limits).to_ms
}

export function preflight_ms(state: SessionState): number {
  return state.session.open_ms - PREFLIGHT_BEFORE_OPEN_MIN * MINUTE_MS
}

/** The broker refuses new openings of same-day contracts from half an hour before the close. */
const CUT_OFF_BEFORE_CLOSE_MIN = 30

export function cutOff_ms(state: SessionState): number {
  return state.session.close_ms - CUT_OFF_BEFORE_CLOSE_MIN * MINUTE_MS
}

/** Market minutes completed since the open. */
export function completedMinutes(state: SessionState, now_ms: number): number {
  return Math.floor((now_ms - state.session.open_ms) / MINUTE_MS)
}

/**
 * Up to which minute of the day nothing was the desk's to decide: it was not armed yet, or (not known) before
 * `else_ms`.
 */
export function minuteOfArming({ armedAtMarket_ms, session }: SessionState, else_ms: number): number {
  return Math.max(0, Math.floor(((armedAtMarket_ms ?? else_ms) - session.open_ms) / MINUTE_MS) - 1)
}

/** Entry-window minutes after `decidedMinute` and before `minute`: those in which nothing was decided. */
export function minutesMissedBefore(state: SessionState, minute: number): number {
  const first = Math.max(state.decidedMinute + 1, state.strategy.limits.entryAfterOpenMin)
  return Math.max(0, minute - first)
}

export function waited(since: Instant, now: Instant, wait_s: number): boolean {
  const until = waitEnd(since, wait_s)
  return now.market_ms >= until.market_ms && now.wall_ms >= until.wall_ms
}

/** A wait has passed when both clocks have reached their part of it. */
export function waitEnd(since: Instant, wait_s: number): Instant {
  return { market_ms: since.market_ms + wait_s * 1000, wall_ms: since.wall_ms + WAIT_WALL_MIN_MS }
}

/** `YYYY-MM-DD` as it stands in derived ids. */
export function compactDate(date: string): string {
  return date.replaceAll('-', '')
}
