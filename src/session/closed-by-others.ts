/**
 * What others closed of a position that was held to the close, by the broker's orders: pure. Entry points:
 * `closedByOthers`, and then `legsClosed`.
 *
 * 1. Leg by leg: a broker that liquidates closes each by an order of its own, and may close one leg alone.
 * 2. What was counted as closed elsewhere while the session ran is not counted again, neither its quantity nor its
 *    price: it is what was closed first. As many as others opened of a leg themselves are theirs.
 */
import type { BrokerOrder } from '../broker/port.ts'
import { exact } from '../strategy/exact.ts'
import { priceText } from './amounts.ts'
import { planNow } from './closing.ts'
import type { JournalEvent } from './events.ts'
import { clientOrderIdPrefix } from './intents.ts'
import { addFill } from './money.ts'
import { heldQty, type MarketView, type SessionState, type Trade } from './state.ts'
import { type Step, stay, step } from './step.ts'

export function closedByOthers(state: SessionState, orders: readonly BrokerOrder[], view: MarketView): Step {
  const { trade } = state
  if (trade === null) return stay(state)
  const qty = Math.min(heldQty(trade), ...legsClosed(state, trade, orders).map((leg) => leg.qty))
  if (qty <= 0) return stay(state)
  const legs = legsClosed(state, trade, orders, qty)
  const worth = legs.reduce((sum, leg, at) => {
    const each = exact(leg.notional).div(leg.qty)
    return at === 0 ? sum.plus(each) : sum.minus(each)
  }, exact(0))
  const price = worth.round(8).toFixed()
  const message = `${qty} of ${heldQty(trade)} were closed at ${priceText(price)} by orders that are not this desk's, unseen until now; they count as closed at that price.`
  const told: JournalEvent = { type: 'engine_alert', code: 'position_mismatch', message, critical: false }
  const left: Trade = {
    ...trade,
    closedQty: trade.closedQty + qty,
    closedNotional: addFill(trade.closedNotional, price, qty),
    exit_ms: Math.max(...legs.map(({ last_ms }) => last_ms)),
    exit: trade.exit ?? planNow(state, trade, 'closed_elsewhere', view),
  }
  return step({ ...state, trade: left }, [told])
}

/** Of each leg, the short one first: what others closed of it and is not counted yet, at most `max`. */
export function legsClosed(
  state: SessionState,
  trade: Trade,
  orders: readonly BrokerOrder[],
  max: number = heldQty(trade),
): readonly LegCloses[] {
  const counted = countedBefore(state, trade)
  return trade.symbols.map((symbol, at) =>
    closesOf(state, trade, orders, { symbol, side: at === 0 ? 'buy' : 'sell', counted, max }),
  )
}

export interface LegCloses {
  readonly qty: number
  /** Σ price × quantity, dollars a share. */
  readonly notional: string
  readonly last_ms: number
}

interface Leg {
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  /** Closes of it that are in the books already. */
  readonly counted: number
  readonly max: number
}

function closesOf(
  state: SessionState,
  trade: Trade,
  orders: readonly BrokerOrder[],
  { symbol, side, counted, max }: Leg,
): LegCloses {
  const prefix = clientOrderIdPrefix(state)
  const from_ms = trade.entry_ms ?? trade.decided_ms
  const others = orders.filter((order) => !order.clientOrderId.startsWith(prefix) && order.updatedAt_ms >= from_ms)
  const closing = ({ legs }: BrokerOrder) => legs.filter((leg) => leg.symbol === symbol && leg.side === side)
  const opening = ({ legs }: BrokerOrder) => legs.filter((leg) => leg.symbol === symbol && leg.side !== side)
  const theirs = others.flatMap(opening).reduce((sum, { filledQty }) => sum + filledQty, 0)
  let [skip, closes]: [number, LegCloses] = [counted + theirs, { qty: 0, notional: '0', last_ms: from_ms }]
  for (const order of others.toSorted((a, b) => a.updatedAt_ms - b.updatedAt_ms)) {
    const [leg] = closing(order)
    if (leg === undefined || leg.filledAvgPrice === null) continue
    const known = Math.min(skip, leg.filledQty)
    const qty = Math.min(leg.filledQty - known, max - closes.qty)
    skip -= known
    if (qty <= 0) continue
    closes = {
      qty: closes.qty + qty,
      notional: addFill(closes.notional, leg.filledAvgPrice, qty),
      last_ms: Math.max(closes.last_ms, order.updatedAt_ms),
    }
  }
  return closes
}

/** Closed by no order of the desk's own. */
function countedBefore(state: SessionState, trade: Trade): number {
  const own = Object.values(state.orders).filter(({ purpose, leg }) => purpose === 'close' && leg === null)
  return trade.closedQty - own.reduce((sum, { filledQty }) => sum + filledQty, 0)
}
