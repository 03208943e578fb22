/**
 * A state or a trade with some fields changed: what `{ ...state, ...change }` gives, at a fortieth of its time. Entry
 * points:
 * `changed`, `changedTrade`.
 *
 * A spread of so many fields makes a new hidden class at every place that has one, and each place that reads the state
 * then looks every field up; a literal has one for all. Steps taken at every quote are taken with these; a new field
 * that is missing here does not compile.
 */
import type { SessionState, Trade } from './state.ts'

/** With a key for every field, the optional ones too. */
type Every<T> = { [K in keyof Required<T>]: T[K] | undefined }

export function changed(state: SessionState, change: Partial<SessionState>): SessionState {
  const copy: Every<SessionState> = {
    accountId: state.accountId,
    campaignId: state.campaignId,
    source: state.source,
    strategy: state.strategy,
    engine: state.engine,
    plan: state.plan,
    session: state.session,
    control: state.control,
    next: state.next,
    armedAtMarket_ms: state.armedAtMarket_ms,
    planToldFor: state.planToldFor,
    version: state.version,
    phase: state.phase,
    mode: state.mode,
    modeReason: state.modeReason,
    entries: state.entries,
    openAttempts: state.openAttempts,
    closeAttempts: state.closeAttempts,
    netPnlCents: state.netPnlCents,
    brokerPnlCents: state.brokerPnlCents,
    trade: state.trade,
    givenUp: state.givenUp,
    difference: state.difference,
    handedOver: state.handedOver,
    orders: state.orders,
    forgottenCloses: state.forgottenCloses,
    lastDecision: state.lastDecision,
    decidedMinute: state.decidedMinute,
    decisions: state.decisions,
    skips: state.skips,
    minutesMissed: state.minutesMissed,
    minutesPaused: state.minutesPaused,
    stop: state.stop,
    drain: state.drain,
    limitsSeq: state.limitsSeq,
    warnedDay: state.warnedDay,
    breachedDay: state.breachedDay,
    assignments: state.assignments,
    foreignOrders: state.foreignOrders,
    differencesTold: state.differencesTold,
    cashAtStart: state.cashAtStart,
    cashDifferenceCents: state.cashDifferenceCents,
    cashTold: state.cashTold,
    settlementCents: state.settlementCents,
    brokerAwaySince_ms: state.brokerAwaySince_ms,
  }
  // A field that is absent is stored as it was: JSON has no undefined.
  return Object.assign(copy, change) as SessionState
}

export function changedTrade(trade: Trade, change: Partial<Trade>): Trade {
  const copy: Every<Trade> = {
    tradeId: trade.tradeId,
    strike: trade.strike,
    hedgeStrike: trade.hedgeStrike,
    symbols: trade.symbols,
    decided_ms: trade.decided_ms,
    decisionMid: trade.decisionMid,
    sellPrice: trade.sellPrice,
    entry_ms: trade.entry_ms,
    openedQty: trade.openedQty,
    openedNotional: trade.openedNotional,
    closedQty: trade.closedQty,
    closedNotional: trade.closedNotional,
    estimatedQty: trade.estimatedQty,
    estimate: trade.estimate,
    leftovers: trade.leftovers,
    exit_ms: trade.exit_ms,
    exit: trade.exit,
    unconfirmed_ms: trade.unconfirmed_ms,
    checked_ms: trade.checked_ms,
    shortQuoted_ms: trade.shortQuoted_ms,
    watchedSince: trade.watchedSince,
    openAttempts: trade.openAttempts,
    markMinute: trade.markMinute,
    warnedTrade: trade.warnedTrade,
    toldLate: trade.toldLate,
  }
  // As above.
  return Object.assign(copy, change) as Trade
}
