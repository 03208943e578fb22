/**
 * From a snapshot to an open position: the minute's decision, the opening order, its re-pricing and its giving up.
 *
 * 1. One decision a completed minute; a stale snapshot takes none and waits for the next fresh quote of that minute.
 * 2. An entry is re-priced only after the broker confirmed the end of the order before, and never below the collar.
 */

import { putSymbol } from '../broker/occ.ts'
import type { MarketSnapshot } from '../broker/port.ts'
import { decide } from '../strategy/decide.ts'
import { centsOf } from '../strategy/exact.ts'
import { stopMid, targetMid } from '../strategy/pnl.ts'
import { trueMaxLossCents } from '../strategy/structure.ts'
import type { Bar, Decision, EnterDecision, SkipReason, StrategyConfig } from '../strategy/types.ts'
import { changed } from './changed.ts'
import { completedMinutes, minutesMissedBefore, windowClose_ms } from './clockwork.ts'
import { finishIfStopping, startExit } from './closing.ts'
import type { EventOf, JournalEvent } from './events.ts'
import { isDrilled } from './holds.ts'
import { placeOrder } from './intents.ts'
import { createTrade } from './new-trade.ts'
import { limitPrice, sellPriceNow, spotOf } from './pricing.ts'
import { decisionTime_ms } from './schedule.ts'
import type { Instant, MarketView, SessionState, Trade } from './state.ts'
import { heldQty, isStopping } from './state.ts'
import { andThen, type Step, stay, step } from './step.ts'

export function onSnapshot(
  state: SessionState,
  snapshot: MarketSnapshot,
  bars: readonly Bar[],
  view: MarketView,
): Step {
  const now_ms = decisionTime_ms(state, snapshot.spot, view)
  const minute = completedMinutes(state, now_ms)
  if (state.phase !== 'watching' || isStopping(state) || minute <= state.decidedMinute) return stay(state)
  // What came on its way is decided on anew when the drill is over.
  if (isDrilled(state)) return stay(state)
  const day = { entries: state.entries, netPnl: state.netPnlCents / 100, open: false }
  const input = { now_ms, session: state.session, spot: snapshot.spot, bars, chain: snapshot.chain, day }
  const decision = decide(input, state.strategy)
  if (isStale(decision, snapshot, state, now_ms)) return stay(state)
  const context = { minute, at_ms: now_ms, spot: spotOf(snapshot.spot), bars: bars.length }
  const recorded = recordDecision(state, decision, context)
  const decided: Step = { ...recorded, seen: [{ kind: 'entry', input, decision }] }
  return decision.action === 'skip' ? decided : andThen(decided, (next) => enter(next, decision, view))
}

/** Spot, or a leg that the decision would sell or buy, has no quote young enough to act on. */
function isStale(decision: Decision, { chain }: MarketSnapshot, { strategy }: SessionState, now_ms: number): boolean {
  if (decision.action === 'skip') return decision.reason === 'stale_quote'
  const oldest_ms = now_ms - strategy.limits.quoteAgeMax_s * 1000
  const legs = chain.filter(({ strike }) => strike === decision.strike || strike === decision.hedgeStrike)
  return legs.some(({ t_ms }) => t_ms === null || t_ms < oldest_ms)
}

interface DecisionContext {
  readonly minute: number
  readonly at_ms: number
  readonly spot: number | null
  readonly bars: number
}

function recordDecision(state: SessionState, decision: Decision, context: DecisionContext): Step {
  const { at_ms, spot, bars, minute } = context
  const reason = decision.action === 'skip' ? decision.reason : null
  const measured = decision.action === 'skip' ? decision.measured : { value: null, limit: null }
  const { action, vixEstimate, rangePct } = decision
  const { value, limit } = measured
  const last = { at_ms, reason, value, limit, vixEstimate, rangePct }
  const event: JournalEvent = { type: 'decision', action, spot, bars, ...last }
  return step(
    changed(state, {
      lastDecision: last,
      decisions: state.decisions + 1,
      skips: reason === null ? state.skips : countSkip(state.skips, reason),
      minutesMissed: state.minutesMissed + minutesMissedBefore(state, minute),
      decidedMinute: minute,
    }),
    [event],
  )
}

function countSkip(skips: SessionState['skips'], reason: SkipReason): SessionState['skips'] {
  return { ...skips, [reason]: (skips[reason] ?? 0) + 1 }
}

function enter(state: SessionState, decision: EnterDecision, view: MarketView): Step {
  if (state.mode !== 'ACTIVE') return stay(state)
  const trade = newTrade(state, decision, view.now)
  const entering = changed(state, { phase: 'entering', trade })
  const opened = step(entering, [entryEvent(state, decision, trade)], [{ kind: 'watch', symbols: trade.symbols }])
  return andThen(opened, (next) =>
    placeOrder(next, {
      trade,
      purpose: 'open',
      qty: state.strategy.profile.contracts,
      limitPrice: limitPrice(decision.sellPrice, 'down'),
      since: view.now,
    }),
  )
}

function newTrade(state: SessionState, { strike, hedgeStrike, mid, sellPrice }: EnterDecision, now: Instant): Trade {
  const { date } = state.session
  const short = putSymbol(date, strike)
  return createTrade(
    {
      tradeId: `${date}-${state.openAttempts + 1}`,
      strike,
      hedgeStrike,
      symbols: hedgeStrike === null ? [short] : [short, putSymbol(date, hedgeStrike)],
      decided_ms: now.market_ms,
      decisionMid: mid,
      sellPrice,
      openAttempts: 0,
    },
    now,
  )
}

function entryEvent(state: SessionState, decision: EnterDecision, trade: Trade): EventOf<'entry_decided'> {
  const { strategy } = state
  const { costs } = decision
  const { contracts } = strategy.profile
  return {
    type: 'entry_decided',
    tradeId: trade.tradeId,
    at_ms: trade.decided_ms,
    strike: decision.strike,
    hedgeStrike: decision.hedgeStrike,
    targetStrike: decision.targetStrike,
    spot: decision.spot,
    mid: decision.mid,
    sellPrice: decision.sellPrice,
    vixEstimate: decision.vixEstimate ?? 0,
    rangePct: decision.rangePct ?? 0,
    structure: strategy.structure,
    contracts,
    costs: {
      commissionCents: centsOf(costs.commission),
      spreadCents: centsOf(costs.spread),
      slippageCents: centsOf(costs.slippage),
      totalCents: centsOf(costs.total),
    },
    stopMid: stopMid(decision.mid, contracts, strategy),
    targetMid: targetMid(decision.mid, contracts, strategy),
    trueMaxLossCents: worstCaseCents(decision, strategy),
  }
}

function worstCaseCents(decision: EnterDecision, { structure, width, profile }: StrategyConfig): number {
  const { contracts } = profile
  const credit = decision.sellPrice
  return structure === 'put_spread'
    ? trueMaxLossCents({ structure, width, credit, contracts })
    : trueMaxLossCents({ structure, strike: decision.strike, credit, contracts })
}

/** The opening order has ended: hold what was filled, else try again at the price of now, or give the entry up. */
export function afterOpenEnded(state: SessionState, view: MarketView, why: string): Step {
  const { trade } = state
  if (trade === null) return stay(state)
  if (heldQty(trade) > 0) {
    const holding: SessionState = { ...state, phase: 'holding', trade: { ...trade, watchedSince: view.now } }
    // What drains runs to its own exit.
    return state.stop === null ? stay(holding) : startExit(holding, operatorStopPlan, view)
  }
  const price = reprice(state, trade, view)
  if (price === null) return giveUpEntry(state, why, true)
  return placeOrder(state, {
    trade,
    purpose: 'open',
    qty: state.strategy.profile.contracts,
    limitPrice: price,
    since: view.now,
  })
}

const operatorStopPlan = {
  reason: 'operator_stop',
  alsoFired: [],
  mid: null,
  rulePnlCents: null,
  netPnlCents: null,
} as const

/** The next attempt's price, or null: stopped, too late, too often, no quote, or the market has left the collar. */
function reprice(state: SessionState, trade: Trade, view: MarketView): string | null {
  const now = sellPriceNow(state, view)
  const floor = trade.sellPrice - state.engine.entryCollar
  const attemptsLeft = trade.openAttempts < state.engine.entryAttemptsMax
  const allowed = !isStopping(state) && state.mode === 'ACTIVE' && view.now.market_ms <= windowClose_ms(state)
  if (!allowed || !attemptsLeft || now === null || now < floor) return null
  return limitPrice(now, 'down')
}

/** Entries given up in a day before the desk stops trying. */
const ENTRIES_ABANDONED_MAX = 3

/** `again`: whether a later minute of the day may try anew. */
export function giveUpEntry(state: SessionState, why: string, again: boolean): Step {
  const { trade, openAttempts: attempts, engine } = state
  if (trade === null) return stay(state)
  const over = !again || attempts >= ENTRIES_ABANDONED_MAX * engine.entryAttemptsMax
  const next: SessionState = { ...state, trade: null, givenUp: trade, phase: over ? 'done' : 'watching' }
  const event: JournalEvent = {
    type: 'entry_abandoned',
    tradeId: trade.tradeId,
    reason: why,
    attempts: trade.openAttempts,
  }
  return andThen(step(next, [event], [{ kind: 'watch', symbols: [] }]), (current) => finishIfStopping(current))
}
