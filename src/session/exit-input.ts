/** What the rules of the exits are asked with: the open position as the market shows it now. */
import type { ExitInput, PositionInput } from '../strategy/types.ts'
import { averageOf } from './money.ts'
import { marksNow } from './pricing.ts'
import { heldQty, type MarketView, type SessionState, type Trade } from './state.ts'

export function exitInput(state: SessionState, trade: Trade, view: MarketView): ExitInput {
  return {
    now_ms: view.now.market_ms,
    session: state.session,
    day: { netPnl: state.netPnlCents / 100 },
    position: positionInput(state, trade, view),
    operatorStop: state.stop !== null,
  }
}

export function positionInput(state: SessionState, trade: Trade, view: MarketView): PositionInput {
  const marks = marksNow(state, view)
  return {
    decisionMid: trade.decisionMid,
    entryFill: averageOf(trade.openedNotional, trade.openedQty),
    contracts: heldQty(trade),
    mid: marks.mid,
    close: marks.buy,
  }
}
