/** When an entry decision is due: pure, from the state and what the market shows. */

import type { Quote } from '../strategy/types.ts'
import { MINUTE_MS } from '../time/units.ts'
import { completedMinutes, windowClose_ms, windowOpen_ms } from './clockwork.ts'
import { isStopping, type MarketView, type SessionState } from './state.ts'

/**
 * How long the newest completed minute's bar, and a quote of SPY, are waited for before going on without the stream.
 */
export const GRACE_S = 2

/**
 * Once per completed minute inside the entry window, as soon as the minute's bar is in (or its grace has passed) and
 * SPY's quote is fresh. `without_quote`: the stream has brought none for too long, and the decision would wait for it
 * within that minute; the broker can be asked meanwhile.
 */
export function decisionDue(state: SessionState, view: MarketView): 'now' | 'without_quote' | null {
  if (state.phase !== 'watching' || state.mode !== 'ACTIVE' || isStopping(state)) return null
  const at_ms = decisionTime_ms(state, view.spot, view)
  if (at_ms < windowOpen_ms(state) || at_ms > windowClose_ms(state)) return null
  const minute = completedMinutes(state, at_ms)
  if (minute <= state.decidedMinute || !hasBar(state, view, minute)) return null
  const quoted_ms = view.spot?.t_ms ?? null
  if (quoted_ms !== null && at_ms - quoted_ms <= quoteAgeMax_ms(state)) return 'now'
  return hasGracePassed(state, view, minute) ? 'without_quote' : null
}

/**
 * The moment a decision on this quote is of. On an accelerated market the clock runs on while a quote travels and is
 * looked at: a quote of a minute not decided yet is decided on as of its own time then, not as of the time it took.
 */
export function decisionTime_ms(state: SessionState, spot: Quote | null, { now, latency_s }: MarketView): number {
  const quoted_ms = spot?.t_ms ?? null
  if (quoted_ms === null || latency_s === 0) return now.market_ms
  const limit_ms = quoteAgeMax_ms(state)
  const undecided_ms = state.session.open_ms + (state.decidedMinute + 1) * MINUTE_MS
  const isNews = quoted_ms >= Math.max(windowOpen_ms(state), undecided_ms)
  const isOnItsWay = now.market_ms - quoted_ms <= limit_ms + latency_s * 1000
  return isNews && isOnItsWay ? Math.min(now.market_ms, quoted_ms + limit_ms) : now.market_ms
}

function quoteAgeMax_ms(state: SessionState): number {
  return state.strategy.limits.quoteAgeMax_s * 1000
}

/** Whether all that the decision of `minute` needs of the bars is there, or is not waited for any longer. */
export function hasBar(state: SessionState, view: MarketView, minute: number): boolean {
  const barStart_ms = state.session.open_ms + (minute - 1) * MINUTE_MS
  return (view.lastBar_ms !== null && view.lastBar_ms >= barStart_ms) || hasGracePassed(state, view, minute)
}

function hasGracePassed(state: SessionState, view: MarketView, minute: number): boolean {
  return view.now.market_ms - (state.session.open_ms + minute * MINUTE_MS) >= GRACE_S * 1000
}
