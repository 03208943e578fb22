/** A trade as it begins: nothing filled, nothing told, watched from now on. Entry point: `createTrade`. */
import type { Instant, Trade } from './state.ts'

/** What a trade is known by; the rest of it happens. */
export type TradeIdentity = Pick<
  Trade,
  'tradeId' | 'strike' | 'hedgeStrike' | 'symbols' | 'decided_ms' | 'decisionMid' | 'sellPrice' | 'openAttempts'
>

export function createTrade(identity: TradeIdentity, now: Instant): Trade {
  return {
    ...identity,
    entry_ms: null,
    openedQty: 0,
    openedNotional: '0',
    closedQty: 0,
    closedNotional: '0',
    estimatedQty: 0,
    leftovers: [],
    exit_ms: null,
    exit: null,
    unconfirmed_ms: null,
    checked_ms: now.market_ms,
    shortQuoted_ms: now.market_ms,
    watchedSince: now,
    markMinute: -1,
    warnedTrade: false,
    toldLate: false,
  }
}
