/**
 * When a session wants to be looked at although nothing came: pure. Entry point: `nextWake`.
 *
 * 1. Before its wake-up a tick with nothing new changes nothing: all that needs no data is foreseen here. (A property
 *    holds the state machine to it.)
 * 2. What is due and still unanswered is looked at again after a pause; what waits for data alone is not.
 */

import { sessionEnd_ms } from '../strategy/rules.ts'
import { MINUTE_MS } from '../time/units.ts'
import { completedMinutes, preflight_ms, waitEnd, windowClose_ms, windowOpen_ms } from './clockwork.ts'
import { lastClose } from './closing.ts'
import { quoteWaits } from './holding.ts'
import { isDrilled, isHalted } from './holds.ts'
import { orderWait_s } from './patience.ts'
import { decisionDue, GRACE_S, hasBar } from './schedule.ts'
import { activeOrder, type Instant, isStopping, type MarketView, type SessionState } from './state.ts'

/** Pause between two looks at something that is due and has no answer yet. */
const LOOK_AGAIN_MS = 250

/** The first moment at which a tick may do something; `Infinity` where that clock has none. */
export interface Wake {
  readonly market_ms: number
  readonly wall_ms: number
}

export function nextWake(state: SessionState, view: MarketView): Wake {
  if (state.phase === 'ended') return NEVER
  const { now } = view
  let market_ms = Number.POSITIVE_INFINITY
  let wall_ms = Number.POSITIVE_INFINITY
  const wait = (until: Instant): void => {
    if (now.market_ms < until.market_ms) market_ms = Math.min(market_ms, until.market_ms)
    else wall_ms = Math.min(wall_ms, Math.max(until.wall_ms, now.wall_ms + LOOK_AGAIN_MS))
  }
  for (const until of waitsOf(state, view)) wait(until)
  wait(marketTime(state.session.close_ms))
  return { market_ms, wall_ms }
}

const NEVER: Wake = { market_ms: Number.POSITIVE_INFINITY, wall_ms: Number.POSITIVE_INFINITY }
const NONE: readonly Instant[] = []

/** What the session waits for before its day's end; each has come when both clocks have reached it. */
function waitsOf(state: SessionState, view: MarketView): readonly Instant[] {
  switch (state.phase) {
    case 'waiting':
      return [marketTime(preflight_ms(state))]
    case 'watching':
      return decisionWaits(state, view)
    case 'entering':
    case 'exiting':
      return [orderWait(state)]
    case 'holding':
      return positionWaits(state)
    case 'done':
      return isStopping(state) ? [NOW] : NONE
    case 'ended':
      return NONE
  }
}

function marketTime(market_ms: number): Instant {
  return { market_ms, wall_ms: 0 }
}

const NOW: Instant = { market_ms: 0, wall_ms: 0 }

/** The next minute that can be decided; while one is due, the end of its grace and the minute after it. */
function decisionWaits(state: SessionState, view: MarketView): readonly Instant[] {
  const windowEnd = marketTime(windowClose_ms(state) + 1)
  if (isStopping(state) || isDrilled(state)) return [windowEnd]
  const { now } = view
  const minuteAt = (minute: number) => state.session.open_ms + minute * MINUTE_MS
  const first_ms = Math.max(minuteAt(state.decidedMinute + 1), windowOpen_ms(state))
  if (state.mode !== 'ACTIVE') return [marketTime(first_ms), windowEnd]
  const minute = completedMinutes(state, Math.max(now.market_ms, first_ms))
  const graceEnd = marketTime(minuteAt(minute) + GRACE_S * 1000)
  // On an accelerated market a decision is of its quote's time: what is due then also changes without anything new.
  const isReal = view.latency_s === 0
  if (isReal && !hasBar(state, view, minute)) return [graceEnd, windowEnd]
  if (now.market_ms < first_ms) return [marketTime(first_ms), windowEnd]
  const next = marketTime(minuteAt(minute + 1))
  return isReal && decisionDue(state, view) === null ? [graceEnd, next, windowEnd] : [NOW, graceEnd, next, windowEnd]
}

function orderWait(state: SessionState): Instant {
  const order = activeOrder(state)
  if (order !== null) return waitEnd(order.since, orderWait_s(state, order))
  const last = state.phase === 'exiting' ? lastClose(state) : null
  return last === null ? NOW : waitEnd(last.since, state.engine.exitWait_s)
}

function positionWaits(state: SessionState): readonly Instant[] {
  const { trade } = state
  if (trade === null) return []
  if (isHalted(state) || trade.unconfirmed_ms !== null) return [NOW]
  const { ask, tell, flatten } = quoteWaits(state, trade)
  return [ask, tell, flatten, marketTime(sessionEnd_ms(state.session, state.strategy.limits))]
}
