/** When an entry decision is due: pure, from the state and what the market shows. */
import { completedMinutes, windowClose_ms, windowOpen_ms } from './clockwork.ts'
import type { MarketView, SessionState } from './state.ts'

/** How long the newest completed minute's bar, and a quote of SPY, are waited for before going on without the stream. */
export const GRACE_S = 2

/**
 * Once per completed minute inside the entry window, as soon as the minute's bar is in (or its grace has passed) and
 * SPY's quote is fresh. `without_quote`: the stream has brought none for too long, and the decision would wait for it
 * within that minute; the broker can be asked meanwhile.
 */
export function decisionDue(state: SessionState, view: MarketView): 'now' | 'without_quote' | null {
  const now_ms = view.now.market_ms
  if (state.phase !== 'watching' || state.mode !== 'ACTIVE' || state.stop !== null) return null
  if (now_ms < windowOpen_ms(state) || now_ms > windowClose_ms(state)) return null
  const minute = completedMinutes(state, now_ms)
  if (minute <= state.decidedMinute) return null
  if (!hasBar(state, view, minute)) return null
  if (isFresh(state, view)) return 'now'
  return hasGracePassed(state, view, minute) ? 'without_quote' : null
}

function hasBar(state: SessionState, view: MarketView, minute: number): boolean {
  const barStart_ms = state.session.open_ms + (minute - 1) * 60_000
  return (view.lastBar_ms !== null && view.lastBar_ms >= barStart_ms) || hasGracePassed(state, view, minute)
}

function hasGracePassed(state: SessionState, view: MarketView, minute: number): boolean {
  return view.now.market_ms - (state.session.open_ms + minute * 60_000) >= GRACE_S * 1000
}

function isFresh(state: SessionState, view: MarketView): boolean {
  const { spot, now } = view
  if (spot === null || spot.t_ms === null) return false
  return now.market_ms - spot.t_ms <= (state.strategy.limits.quoteAgeMax_s + view.latency_s) * 1000
}
