/**
 * Watching an open position: the exits on every new quote, the marks, the warnings, and what happens without quotes.
 *
 * 1. Exits are checked with quotes newer than the decision to enter, each quote once. A quote that gives no price to
 *    check them at is none.
 * 2. A loss seen on a wide quote waits for the next quote; what else holds on that quote does not wait.
 */
import { type ConfirmedExit, confirmExit } from '../strategy/confirm.ts'
import { centsOf } from '../strategy/exact.ts'
import { evaluateExit } from '../strategy/exits.ts'
import { sessionEnd_ms } from '../strategy/rules.ts'
import type { ExitDecision } from '../strategy/types.ts'
import { changed, changedTrade } from './changed.ts'
import { completedMinutes } from './clockwork.ts'
import { startExit } from './closing.ts'
import type { JournalEvent } from './events.ts'
import { exitInput } from './exit-input.ts'
import { cancelNow } from './patience.ts'
import { legQuotes, marksNow, quoteTime_ms, spotOf } from './pricing.ts'
import { activeOrder, heldQty, type Instant, type MarketView, type SessionState, type Trade } from './state.ts'
import { andThen, type Seen, type Step, stay, step } from './step.ts'

/** An accelerated market's silence counts only when the network had this long to break it. */
const BLIND_WALL_MIN_MS = 1000

/** The team hears of missing quotes after this share of the admissible age. */
const LATE_SHARE = 0.75

/** Warn when this share of a limit is used. */
export const WARN_SHARE = 0.8

export function watchPosition(state: SessionState, view: MarketView): Step {
  const { trade } = state
  if (trade === null) return stay(state)
  const quoted_ms = quoteTime_ms(view)
  if (quoted_ms === null || quoted_ms <= trade.checked_ms) return withoutQuote(state, trade, view)
  const checked = checkExits(state, trade, quoted_ms, view)
  if (isWatchable(state, trade, view)) return checked
  // The hedge alone moved, or a side is missing: a position whose exits cannot be held against anything is not watched.
  return andThen(checked, (current) =>
    current.phase === 'holding' && current.trade !== null ? withoutQuote(current, current.trade, view) : stay(current),
  )
}

/** News of the short put, and prices that the exits can be held against. */
function isWatchable(state: SessionState, trade: Trade, view: MarketView): boolean {
  if (!isShortQuoted(trade, view)) return false
  const { mid, buy } = marksNow(state, view)
  return mid !== null && buy !== null
}

function isShortQuoted(trade: Trade, { legs: [short] }: MarketView): boolean {
  return (short?.t_ms ?? 0) > trade.shortQuoted_ms
}

export function checkExits(state: SessionState, trade: Trade, quoted_ms: number, view: MarketView): Step {
  const input = exitInput(state, trade, view)
  const exit = evaluateExit(input, state.strategy)
  const [legs, wasAwaiting] = [legQuotes(view), trade.unconfirmed_ms !== null]
  const confirmed = confirmExit(exit, legs, wasAwaiting)
  const seen: Seen = { kind: 'exit', input, legs, awaiting: wasAwaiting, confirmed }
  return andThen({ ...stay(state), seen: [seen] }, (current) =>
    onExitChecked(current, { trade, quoted_ms, exit, confirmed }, view),
  )
}

/** Filled in part, and an exit holds for that part: the rest is not waited for, so that it can be closed. */
export function watchEntry(state: SessionState, view: MarketView): Step {
  const { trade } = state
  const quoted_ms = quoteTime_ms(view)
  if (trade === null || heldQty(trade) === 0 || quoted_ms === null || quoted_ms <= trade.checked_ms) return stay(state)
  if (activeOrder(state)?.status !== 'working') return stay(state)
  const exit = evaluateExit(exitInput(state, trade, view), state.strategy)
  return exit.action === 'exit' ? cancelNow(state, view) : stay(state)
}

interface CheckedExit {
  readonly trade: Trade
  readonly quoted_ms: number
  readonly exit: ExitDecision
  readonly confirmed: ConfirmedExit
}

function onExitChecked(
  state: SessionState,
  { trade, quoted_ms, exit, confirmed }: CheckedExit,
  view: MarketView,
): Step {
  const { decision, awaiting } = confirmed
  if (decision.action === 'exit') {
    const plan = {
      reason: decision.reason,
      alsoFired: decision.alsoFired,
      mid: marksNow(state, view).mid,
      rulePnlCents: exit.rulePnl === null ? null : centsOf(exit.rulePnl),
      netPnlCents: exit.netPnl === null ? null : centsOf(exit.netPnl),
    }
    return startExit({ ...state, trade: { ...trade, checked_ms: quoted_ms } }, plan, view)
  }
  const isQuoted = exit.netPnl !== null && isShortQuoted(trade, view)
  const checked = changedTrade(trade, {
    checked_ms: quoted_ms,
    watchedSince: isQuoted ? view.now : trade.watchedSince,
    shortQuoted_ms: isQuoted ? (view.legs[0]?.t_ms ?? quoted_ms) : trade.shortQuoted_ms,
    toldLate: trade.toldLate && !isQuoted,
    unconfirmed_ms: awaiting ? quoted_ms : null,
  })
  const held = andThen(stay(changed(state, { trade: checked })), (current) => warn(current, exit, view))
  const marked = andThen(held, (current) => mark(current, exit, view))
  return awaiting ? { ...marked, effects: [...marked.effects, { kind: 'read_quotes' }] } : marked
}

function warn(state: SessionState, exit: ExitDecision, view: MarketView): Step {
  const { trade } = state
  if (trade === null || exit.netPnl === null || exit.rulePnl === null) return stay(state)
  const { maxDailyLoss, maxLossPerTrade } = state.strategy.profile
  const events: JournalEvent[] = []
  const at_ms = view.now.market_ms
  const worst = Math.min(exit.netPnl, exit.rulePnl)
  const warnTrade = !trade.warnedTrade && worst <= -WARN_SHARE * maxLossPerTrade
  if (warnTrade) events.push(warning('max_loss_per_trade', worst, maxLossPerTrade, at_ms))
  const day = state.netPnlCents / 100 + exit.netPnl
  const warnDay = !state.warnedDay && day <= -WARN_SHARE * maxDailyLoss
  if (warnDay) events.push(warning('max_daily_loss', day, maxDailyLoss, at_ms))
  if (events.length === 0) return stay(state)
  const warned = { ...trade, warnedTrade: trade.warnedTrade || warnTrade }
  return step({ ...state, trade: warned, warnedDay: state.warnedDay || warnDay }, events)
}

function warning(
  limit: 'max_daily_loss' | 'max_loss_per_trade',
  pnl: number,
  limitDollars: number,
  at_ms: number,
): JournalEvent {
  const usedPct = Math.round((-pnl / limitDollars) * 1000) / 10
  return { type: 'risk_warning', limit, usedPct, pnlCents: centsOf(pnl), limitCents: centsOf(limitDollars), at_ms }
}

/** One mark a market minute. */
function mark(state: SessionState, exit: ExitDecision, view: MarketView): Step {
  const { trade } = state
  const minute = completedMinutes(state, view.now.market_ms)
  const { mid, buy: close } = marksNow(state, view)
  if (trade === null || minute <= trade.markMinute || mid === null || close === null) return stay(state)
  if (exit.netPnl === null || exit.rulePnl === null) return stay(state)
  const netPnlCents = centsOf(exit.netPnl)
  const event: JournalEvent = {
    type: 'mark',
    at_ms: view.now.market_ms,
    spot: spotOf(view.spot),
    mid,
    close,
    netPnlCents,
    rulePnlCents: centsOf(exit.rulePnl),
    dayNetPnlCents: state.netPnlCents + netPnlCents,
  }
  return step(changed(state, { trade: changedTrade(trade, { markMinute: minute }) }), [event])
}

/** When a position without a new quote is asked about, when the team hears of it, and when it is closed blind. */
export function quoteWaits(
  state: SessionState,
  trade: Trade,
): {
  readonly ask: Instant
  readonly tell: Instant
  readonly flatten: Instant
} {
  const { market_ms, wall_ms } = trade.watchedSince
  const age_ms = state.engine.positionQuoteAgeMax_s * 1000
  return {
    ask: { market_ms: market_ms + age_ms / 2, wall_ms: 0 },
    tell: { market_ms: market_ms + age_ms * LATE_SHARE, wall_ms: wall_ms + BLIND_WALL_MIN_MS },
    flatten: { market_ms: market_ms + age_ms, wall_ms: wall_ms + BLIND_WALL_MIN_MS },
  }
}

/**
 * No new quote: ask the broker after half the admissible age (or at the session's end), close at market after all of
 * it.
 */
function withoutQuote(state: SessionState, trade: Trade, view: MarketView): Step {
  const { now } = view
  const { ask, tell, flatten } = quoteWaits(state, trade)
  if (now.market_ms > flatten.market_ms && now.wall_ms >= flatten.wall_ms) {
    return flattenBlind(state, (now.market_ms - trade.watchedSince.market_ms) / 1000, view)
  }
  const isLate = now.market_ms >= sessionEnd_ms(state.session, state.strategy.limits)
  const isDue = trade.unconfirmed_ms !== null || isLate || now.market_ms > ask.market_ms
  if (!isDue) return stay(state)
  const asked = step(state, [], [{ kind: 'read_quotes' }])
  return now.market_ms > tell.market_ms && now.wall_ms >= tell.wall_ms && !trade.toldLate
    ? andThen(tellLate(state, trade), (current) => ({ ...asked, state: current }))
    : asked
}

function tellLate(state: SessionState, trade: Trade): Step {
  const { positionQuoteAgeMax_s } = state.engine
  const message = `No new usable quote of the position for ${Math.round(positionQuoteAgeMax_s * LATE_SHARE)} s, by stream or by asking. After ${positionQuoteAgeMax_s} s it is closed at market.`
  return step({ ...state, trade: { ...trade, toldLate: true } }, [
    { type: 'engine_alert', code: 'position_quotes_late', message, critical: true },
  ])
}

function flattenBlind(state: SessionState, age_s: number, view: MarketView): Step {
  const message = `No usable quote of the position for ${Math.round(age_s)} s (limit ${state.engine.positionQuoteAgeMax_s} s): closing at market.`
  const alert: JournalEvent = { type: 'engine_alert', code: 'position_quote_stale', message, critical: true }
  const blind = { ...view, legs: [] }
  const plan = { reason: 'quotes_lost', alsoFired: [], mid: null, rulePnlCents: null, netPnlCents: null } as const
  return andThen(step(state, [alert]), (current) => startExit(current, plan, blind))
}
