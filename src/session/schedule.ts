/** When an entry decision is due: pure, from the state and what the market shows. */
import { completedMinutes, windowClose_ms, windowOpen_ms } from './clockwork.ts'
import type { MarketView, SessionState } from './state.ts'

/** How long the newest completed minute's bar is waited for before deciding without it. */
export const BAR_GRACE_S = 2

/**
 * Once per completed minute inside the entry window, as soon as the minute's bar is in (or its grace has passed) and
 * SPY's quote is fresh; without a fresh quote the decision waits, within that minute.
 */
export function isDecisionDue(state: SessionState, view: MarketView): boolean {
  const now_ms = view.now.market_ms
  if (state.phase !== 'watching' || state.mode !== 'ACTIVE' || state.stop !== null) return false
  if (now_ms < windowOpen_ms(state) || now_ms > windowClose_ms(state)) return false
  const minute = completedMinutes(state, now_ms)
  if (minute <= state.decidedMinute) return false
  return hasBar(state, view, minute) && isFresh(state, view)
}

function hasBar(state: SessionState, view: MarketView, minute: number): boolean {
  const minuteStart_ms = state.session.open_ms + minute * 60_000
  const barStart_ms = minuteStart_ms - 60_000
  if (view.lastBar_ms !== null && view.lastBar_ms >= barStart_ms) return true
  return view.now.market_ms - minuteStart_ms >= BAR_GRACE_S * 1000
}

function isFresh(state: SessionState, view: MarketView): boolean {
  const { spot, now } = view
  if (spot === null || spot.t_ms === null) return false
  return now.market_ms - spot.t_ms <= state.strategy.limits.quoteAgeMax_s * 1000
}
