/**
 * The broker holds less of the position than the books say: closed by somebody else, liquidated, assigned, or one leg
 * of a spread gone without the other. Entry point: `settleElsewhere`.
 *
 * 1. Never fought: what is gone is taken out of the books, what is left is managed on.
 * 2. A leg without its partner is no position of the strategy: it is closed by itself, before anything else. Gone from
 *    the broker, it is gone from the books: nothing waits for it.
 * 3. The price at which something was closed elsewhere is that of the order that did it, where the broker shows one;
 *    else the market's price of now, and the trade says for how many contracts its P&L is an estimate.
 */

import type { BrokerOrder, BrokerPosition } from '../broker/port.ts'
import { priceText } from './amounts.ts'
import { closeTrade, planNow, startExit } from './closing.ts'
import { estimated } from './estimate.ts'
import { isUnheld } from './holds.ts'
import { clientOrderIdPrefix } from './intents.ts'
import { addFill } from './money.ts'
import { marksNow } from './pricing.ts'
import { heldQty, type Leftover, type MarketView, type SessionState, type Trade } from './state.ts'
import { andThen, type Step, stay, step } from './step.ts'

/** What of the position the broker does not have any more; null where nothing is missing. */
interface Missing {
  /** Whole contracts (or spreads) that are gone, or not whole any more; 0: only legs left over before are. */
  readonly qty: number
  /** Legs without a partner that are still there. */
  readonly leftovers: readonly Leftover[]
}

function missingOf(trade: Trade, positions: readonly BrokerPosition[]): Missing | null {
  const held = heldQty(trade)
  const alone = (symbol: string): number => trade.leftovers.find((leftover) => leftover.symbol === symbol)?.qty ?? 0
  const legs = trade.symbols.map((symbol, index) => {
    const qty = positions.find((position) => position.symbol === symbol)?.qty ?? 0
    return { symbol, sign: index === 0 ? -1 : 1, has: Math.max(0, index === 0 ? -qty : qty) }
  })
  const units = Math.min(held, ...legs.map(({ has }) => has))
  const qty = held - units
  const leftovers = legs.flatMap(({ symbol, sign, has }) => {
    // More than was held is somebody else's.
    const left = Math.min(has - units, qty + Math.abs(alone(symbol)))
    return left > 0 ? [{ symbol, qty: sign * left }] : []
  })
  const isSame = trade.symbols.every(
    (symbol) => alone(symbol) === (leftovers.find((leftover) => leftover.symbol === symbol)?.qty ?? 0),
  )
  return qty === 0 && isSame ? null : { qty, leftovers }
}

/** Stays where nothing of the position is missing. */
export function settleElsewhere(
  state: SessionState,
  orders: readonly BrokerOrder[],
  positions: readonly BrokerPosition[],
  view: MarketView,
): Step {
  const { trade } = state
  const missing = trade === null ? null : missingOf(trade, positions)
  if (trade === null || missing === null) return stay(state)
  if (missing.qty === 0) return settleLegs(state, trade, missing.leftovers, view)
  const foreign = foreignClose(state, trade, orders, missing.qty)
  const price = foreign ?? marksNow(state, view).buy ?? trade.decisionMid
  const settled: Trade = {
    ...trade,
    closedQty: trade.closedQty + missing.qty,
    closedNotional: addFill(trade.closedNotional, String(price), missing.qty),
    exit_ms: view.now.market_ms,
    ...(foreign === null ? estimated(trade, String(price), missing.qty, view.now.market_ms) : {}),
    leftovers: missing.leftovers,
  }
  const told = step({ ...state, ...reducing(state), trade: settled }, [alert(trade, missing, price, foreign !== null)])
  return andThen(told, (current) => goOn(current, settled, trade, view))
}

/** Legs without a partner went without this desk: their spreads' P&L was settled when the partners were missed. */
function settleLegs(state: SessionState, trade: Trade, leftovers: readonly Leftover[], view: MarketView): Step {
  const legs = (some: readonly Leftover[]): string => some.map(({ qty, symbol }) => `${qty} ${symbol}`).join(', ')
  const left = leftovers.length === 0 ? 'nothing' : legs(leftovers)
  const message = `Of the legs without a partner (${legs(trade.leftovers)}) the broker has ${left} any more, and not by this desk's orders. The desk goes on with the rest; check the broker's own screen.`
  const told = { type: 'engine_alert', code: 'position_mismatch', message, critical: true } as const
  const settled: Trade = { ...trade, leftovers }
  return andThen(step({ ...state, ...reducing(state), trade: settled }, [told]), (current) =>
    goOn(current, settled, trade, view),
  )
}

/** `before`: the position as it was before something of it was missed; that is what the rules are asked about. */
function goOn(state: SessionState, trade: Trade, before: Trade, view: MarketView): Step {
  if (trade.leftovers.length > 0) {
    if (state.phase === 'exiting') return stay(state)
    return startExit(state, planNow(state, before, 'legs_out_of_balance', view), view)
  }
  if (heldQty(trade) > 0) return stay(state)
  const exit = trade.exit ?? planNow(state, before, 'closed_elsewhere', view)
  return closeTrade(state, { ...trade, exit }, view)
}

function reducing(state: SessionState): Partial<SessionState> {
  return isUnheld(state) ? { mode: 'REDUCING', modeReason: 'position_mismatch' } : {}
}

function alert(trade: Trade, { qty, leftovers }: Missing, price: string | number, isKnown: boolean) {
  const gone = `The broker shows ${qty} of ${heldQty(trade)} ${trade.symbols.length === 2 ? 'spreads' : 'contracts'} as gone, and not by this desk's orders`
  const left = leftovers.map((leg) => `${leg.qty} ${leg.symbol}`).join(', ')
  const legs = left === '' ? '' : ` Left of them without a partner, and closed now: ${left}.`
  const basis = isKnown
    ? `at ${priceText(price)}, as the broker's orders say`
    : `at ${priceText(price)}, the market's price of now: an estimate`
  const message = `${gone}; they are counted as closed ${basis}.${legs} No new entries until /resume; check the broker's own screen.`
  return { type: 'engine_alert', code: 'position_mismatch', message, critical: true } as const
}

/** Average price of somebody else's closing orders on exactly this position's legs, where they account for `qty`. */
function foreignClose(state: SessionState, trade: Trade, orders: readonly BrokerOrder[], qty: number): string | null {
  const prefix = clientOrderIdPrefix(state)
  const closes = orders.filter(
    (order) =>
      !order.clientOrderId.startsWith(prefix) &&
      order.filledQty > 0 &&
      order.updatedAt_ms >= (trade.entry_ms ?? trade.decided_ms) &&
      order.legs.length === trade.symbols.length &&
      order.legs.every(({ symbol, side }) => side === (symbol === trade.symbols[0] ? 'buy' : 'sell')) &&
      order.legs.every(({ symbol }) => trade.symbols.includes(symbol)),
  )
  const [only] = closes
  return closes.length === 1 && only?.filledQty === qty ? only.filledAvgPrice : null
}
