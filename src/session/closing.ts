/**
 * From the decision to leave until flat, and the end of the day.
 *
 * 1. A close is never larger than what is held, and there is never more than one working.
 * 2. Closing never gives up: limit orders at the price of now first, market orders after, without end. Single legs go
 *    first; one that cannot be closed holds up no whole position.
 */

import { confirmExit } from '../strategy/confirm.ts'
import { centsOf } from '../strategy/exact.ts'
import { evaluateExit } from '../strategy/exits.ts'
import { changed, changedTrade } from './changed.ts'
import { completedMinutes, waited } from './clockwork.ts'
import type { Actor, CloseReason, EventOf, JournalEvent } from './events.ts'
import { exitInput } from './exit-input.ts'
import { isUnheld } from './holds.ts'
import { placeOrder } from './intents.ts'
import { averagePrice, closedPnl } from './money.ts'
import { isToldAfter } from './patience.ts'
import { legQuotes, limitPrice, marksNow, spotOf } from './pricing.ts'
import type { Settlement } from './settled-events.ts'
import { pausedOf } from './started.ts'
import {
  activeOrder,
  type ExitPlan,
  heldQty,
  isStopping,
  type Leftover,
  type MarketView,
  type OrderState,
  type SessionState,
  type Trade,
} from './state.ts'
import { andThen, type Step, stay, step } from './step.ts'

export function startExit(state: SessionState, asked: ExitPlan, view: MarketView): Step {
  const { trade } = state
  if (trade === null) return stay(state)
  const plan = namedStop(state, asked)
  const marks = marksNow(state, view)
  const leaving = changedTrade(trade, { exit: plan, unconfirmed_ms: null })
  const event: EventOf<'exit_decided'> = {
    type: 'exit_decided',
    tradeId: trade.tradeId,
    at_ms: view.now.market_ms,
    reason: plan.reason,
    alsoFired: [...plan.alsoFired],
    mid: plan.mid,
    close: marks.buy,
    spot: spotOf(view.spot),
    rulePnlCents: plan.rulePnlCents,
    netPnlCents: plan.netPnlCents,
    actor: stopActor(state, plan.reason),
  }
  const next = changed(state, { phase: 'exiting', trade: leaving })
  const decided = andThen(step(next, [event]), (current) =>
    dayBreach(current, plan.netPnlCents === null ? null : state.netPnlCents + plan.netPnlCents, view),
  )
  return andThen(decided, (current) => nextCloseAttempt(current, leaving, view))
}

/** The rules know one stop; that of a desk that goes down is no operator's. */
function namedStop({ stop }: SessionState, plan: ExitPlan): ExitPlan {
  if (stop?.kind !== 'shutdown') return plan
  const reason = plan.reason === 'operator_stop' ? 'shutdown' : plan.reason
  return { ...plan, reason, alsoFired: plan.alsoFired.filter((also) => also !== 'operator_stop') }
}

export const breachReason = ({ session }: SessionState): string => `the daily loss limit was reached on ${session.date}`

/**
 * I17: a day at its loss limit, open position counted, opens nothing more, nor does the next one until somebody
 * resumes. Resumed and at its limit again, it is held again.
 */
function dayBreach(state: SessionState, dayCents: number | null, view: MarketView): Step {
  const limitCents = state.plan.maxDailyLossCents
  if (dayCents === null || dayCents > -limitCents) return stay(state)
  if (state.breachedDay && state.mode !== 'ACTIVE') return stay(state)
  const reducing = isUnheld(state) ? ({ mode: 'REDUCING', modeReason: breachReason(state) } as const) : {}
  const at_ms = view.now.market_ms
  return step({ ...state, ...reducing, breachedDay: true }, [
    { type: 'risk_breach', limit: 'max_daily_loss', pnlCents: dayCents, limitCents, at_ms },
  ])
}

function stopActor(state: SessionState, reason: CloseReason): Actor | null {
  return reason === 'operator_stop' ? (state.stop?.actor ?? null) : null
}

export function nextCloseAttempt(state: SessionState, trade: Trade, view: MarketView): Step {
  const [leftover] = trade.leftovers
  if (leftover === undefined && heldQty(trade) === 0) return closeTrade(state, trade, view)
  // What is left at the close expires: no order is taken any more.
  if (view.now.market_ms >= state.session.close_ms) return stay(state)
  if (leftover !== undefined && !isWholesTurn(state, trade)) return closeLeftover(state, trade, leftover, view)
  const { buy } = marksNow(state, view)
  const market = buy === null || buy <= 0 || state.closeAttempts >= state.engine.exitLimitAttempts
  return andThen(alertOnManyAttempts(state), (current) =>
    placeOrder(current, {
      trade,
      purpose: 'close',
      qty: heldQty(trade),
      limitPrice: market ? null : limitPrice(buy, 'up'),
      since: view.now,
    }),
  )
}

/** A single leg was tried last and brought nothing: what is whole is not kept waiting for it. */
function isWholesTurn(state: SessionState, trade: Trade): boolean {
  const last = lastClose(state)
  return heldQty(trade) > 0 && last !== null && last.leg !== null && last.filledQty === 0
}

/** A single leg has no price limit of the strategy: it goes at market, first of all. */
function closeLeftover(state: SessionState, trade: Trade, { symbol, qty }: Leftover, view: MarketView): Step {
  return andThen(alertOnManyAttempts(state), (current) =>
    placeOrder(current, {
      trade,
      purpose: 'close',
      qty: Math.abs(qty),
      leg: symbol,
      limitPrice: null,
      since: view.now,
    }),
  )
}

function alertOnManyAttempts(state: SessionState): Step {
  if (!isToldAfter(state.closeAttempts)) return stay(state)
  const message = `${state.closeAttempts} attempts to close have not made the position flat; the desk goes on trying. Check the broker's own screen.`
  return step(state, [{ type: 'engine_alert', code: 'cannot_flatten', message, critical: true }])
}

/** HALTED: what is open is closed at the price of now, whatever the rules say. What they say is kept with it. */
export function closeHalted(state: SessionState, view: MarketView): Step {
  const { trade } = state
  return trade === null ? stay(state) : startExit(state, planNow(state, trade, 'halted', view), view)
}

/**
 * An exit of the desk's own, with what the rules say of the position at the prices of now; null where there are none.
 */
export function planNow(state: SessionState, trade: Trade, reason: CloseReason, view: MarketView): ExitPlan {
  if (heldQty(trade) <= 0) return { reason, alsoFired: [], mid: null, rulePnlCents: null, netPnlCents: null }
  const exit = evaluateExit(exitInput(state, trade, view), state.strategy)
  const { decision } = confirmExit(exit, legQuotes(view), trade.unconfirmed_ms !== null)
  return {
    reason,
    alsoFired: decision.action === 'exit' ? [decision.reason, ...decision.alsoFired] : [],
    mid: marksNow(state, view).mid,
    rulePnlCents: exit.rulePnl === null ? null : centsOf(exit.rulePnl),
    netPnlCents: exit.netPnl === null ? null : centsOf(exit.netPnl),
  }
}

/** Exiting without a working order: a close was refused, so it is tried again after a wait. */
export function resumeClosing(state: SessionState, view: MarketView): Step {
  const { trade } = state
  if (trade === null || activeOrder(state) !== null) return stay(state)
  const last = lastClose(state)
  if (last !== null && !waited(last.since, view.now, state.engine.exitWait_s)) return stay(state)
  return nextCloseAttempt(state, trade, view)
}

export function lastClose(state: SessionState): OrderState | null {
  return Object.values(state.orders).findLast((order) => order.purpose === 'close') ?? null
}

/** `settlement`: of what was held through its expiry. */
export function closeTrade(state: SessionState, trade: Trade, view: MarketView, settlement?: Settlement): Step {
  const { openedNotional, closedNotional, openedQty } = trade
  const pnl = closedPnl(openedNotional, closedNotional, openedQty, state.strategy, settlement)
  const netPnlCents = state.netPnlCents + pnl.netPnlCents
  const day: SessionState = {
    ...state,
    phase: state.entries < state.strategy.limits.maxDailyTrades ? 'watching' : 'done',
    trade: null,
    // Minutes in which a position was held had nothing to decide: none of them was missed.
    decidedMinute: Math.max(state.decidedMinute, completedMinutes(state, view.now.market_ms) - 1),
    netPnlCents,
    brokerPnlCents: state.brokerPnlCents + pnl.brokerPnlCents,
  }
  const event: EventOf<'trade_closed'> = {
    type: 'trade_closed',
    tradeId: trade.tradeId,
    date: state.session.date,
    structure: state.strategy.structure,
    strike: trade.strike,
    hedgeStrike: trade.hedgeStrike,
    contracts: trade.openedQty,
    entryFill: averagePrice(trade.openedNotional, trade.openedQty),
    entry_ms: trade.entry_ms ?? trade.decided_ms,
    decisionMid: trade.decisionMid,
    exitFill: averagePrice(trade.closedNotional, trade.closedQty),
    exit_ms: trade.exit_ms ?? view.now.market_ms,
    exitMid: trade.exit?.mid ?? null,
    reason: trade.exit?.reason ?? 'operator_stop',
    alsoFired: [...(trade.exit?.alsoFired ?? [])],
    ...pnl,
    rulePnlCents: trade.exit?.rulePnlCents ?? null,
    ...(trade.estimatedQty > 0 ? { estimatedQty: trade.estimatedQty } : {}),
    ...(settlement === undefined ? {} : { settlement }),
    dayNetPnlCents: day.netPnlCents,
    targetDailyCents: state.plan.targetDailyCents,
  }
  const closed = step(
    day,
    [event, ...tradeBreach(day, trade, pnl.netPnlCents, event.exit_ms)],
    [{ kind: 'watch', symbols: [] }],
  )
  const counted = andThen(closed, (current) => dayBreach(current, current.netPnlCents, view))
  return andThen(counted, (current) => finishIfStopping(current))
}

/**
 * Of a trade's limit: how far beyond it a loss may end that a working stop explains. The stop fires on the first quote
 * beyond the limit, so a perfect one ends a little beyond it, and its fill may give up some slippage (docs/reports.md).
 */
const STOP_TOLERANCE_PCT = 10

/** A stop that worked is no breach; a loss beyond what it explains is. */
function tradeBreach(state: SessionState, trade: Trade, tradeCents: number, at_ms: number): JournalEvent[] {
  const limitCents = state.plan.maxLossPerTradeCents
  if (tradeCents * 100 >= -limitCents * (100 + STOP_TOLERANCE_PCT)) return []
  const decidedPnlCents = trade.exit?.netPnlCents ?? null
  return [
    { type: 'risk_breach', limit: 'max_loss_per_trade', pnlCents: tradeCents, limitCents, decidedPnlCents, at_ms },
  ]
}

/** With a stop asked for and nothing held, the session is over. */
export function finishIfStopping(state: SessionState): Step {
  if (!isStopping(state)) return stay(state)
  // A day that had not begun has nothing to report.
  return state.phase === 'waiting' ? step({ ...state, phase: 'ended' }, []) : endSession(state, 'stopped')
}

/** `corrects`: what another end of the day said, which this one puts right. */
export function endSession(
  state: SessionState,
  status: 'day_over' | 'stopped' | 'incomplete',
  corrects?: EventOf<'session_ended'>['corrects'],
): Step {
  const event: EventOf<'session_ended'> = {
    type: 'session_ended',
    status: status === 'day_over' ? (state.entries > 0 ? 'traded' : 'no_trade') : status,
    dayNetPnlCents: state.netPnlCents,
    dayBrokerPnlCents: state.brokerPnlCents,
    targetDailyCents: state.plan.targetDailyCents,
    entries: state.entries,
    decisions: state.decisions,
    skips: { ...state.skips },
    minutesMissed: state.minutesMissed,
    ...(state.minutesPaused > 0 ? { minutesPaused: state.minutesPaused } : {}),
    ...pausedOf(state),
    next:
      state.next === null || state.stop?.kind === 'operator' || state.drain !== undefined
        ? null
        : { date: state.next.date, open_ms: state.next.open_ms },
    ...(corrects === undefined ? {} : { corrects }),
  }
  return step({ ...state, phase: 'ended' }, [event])
}
