/** Order intents: derived ids, legs and requests. An id is a function of profile, date, purpose and attempt. */
import type { OrderLeg, OrderRequest } from '../broker/port.ts'
import { changed } from './changed.ts'
import { compactDate } from './clockwork.ts'
import type { EventOf } from './events.ts'
import { withoutEmpty } from './forgotten.ts'
import type { OrderState, SessionState, Trade } from './state.ts'
import { type Step, step } from './step.ts'

export type Purpose = OrderState['purpose']

export function clientOrderIdPrefix(state: SessionState): string {
  return `p4d-${state.strategy.profile.name}-${compactDate(state.session.date)}-`
}

export function clientOrderId(state: SessionState, purpose: Purpose, attempt: number): string {
  return `${clientOrderIdPrefix(state)}${purpose}-${attempt}`
}

function legsOf(trade: Trade, { purpose, leg }: Pick<OrderState, 'purpose' | 'leg'>): OrderRequest['legs'] {
  const [short, long] = trade.symbols
  if (leg !== null && leg === long) return [{ symbol: leg, side: 'sell', positionIntent: 'sell_to_close' }]
  if (leg !== null) return [{ symbol: leg, side: 'buy', positionIntent: 'buy_to_close' }]
  if (short === undefined) throw new Error(`expected the trade ${trade.tradeId} to have a symbol, got none`)
  const sold: OrderLeg =
    purpose === 'open'
      ? { symbol: short, side: 'sell', positionIntent: 'sell_to_open' }
      : { symbol: short, side: 'buy', positionIntent: 'buy_to_close' }
  if (long === undefined) return [sold]
  const bought: OrderLeg =
    purpose === 'open'
      ? { symbol: long, side: 'buy', positionIntent: 'buy_to_open' }
      : { symbol: long, side: 'sell', positionIntent: 'sell_to_close' }
  return [sold, bought]
}

export function orderRequest(trade: Trade, order: OrderState): OrderRequest {
  return {
    clientOrderId: order.clientOrderId,
    qty: order.qty,
    legs: legsOf(trade, order),
    limitPrice: order.limitPrice,
  }
}

export interface NewOrder {
  readonly trade: Trade
  readonly purpose: Purpose
  readonly qty: number
  /** Only this leg, which has lost its partner. */
  readonly leg?: string
  readonly limitPrice: string | null
  readonly since: OrderState['since']
}

/** As the journal has it. */
export function intentOf({ symbols }: Trade, order: OrderState): EventOf<'order_intent'> {
  const { clientOrderId, purpose, attempt, leg, qty, limitPrice } = order
  return {
    type: 'order_intent',
    clientOrderId,
    purpose,
    attempt,
    symbols: leg === null ? [...symbols] : [leg],
    qty,
    limitPrice,
  }
}

/** Saves the intent of the next attempt and asks for it to be sent. */
export function placeOrder(state: SessionState, order: NewOrder): Step {
  const { trade, purpose, qty, limitPrice, since, leg = null } = order
  const attempt = (purpose === 'open' ? state.openAttempts : state.closeAttempts) + 1
  const saved: OrderState = {
    clientOrderId: clientOrderId(state, purpose, attempt),
    purpose,
    attempt,
    qty,
    leg,
    limitPrice,
    status: 'intent',
    orderId: null,
    filledQty: 0,
    filledNotional: '0',
    since,
  }
  const kept = { ...state, ...withoutEmpty(state) }
  const next: SessionState = {
    ...kept,
    ...(purpose === 'open'
      ? { openAttempts: attempt, trade: { ...trade, openAttempts: trade.openAttempts + 1 } }
      : { closeAttempts: attempt }),
    orders: { ...kept.orders, [saved.clientOrderId]: saved },
  }
  return step(next, [intentOf(trade, saved)], [{ kind: 'submit', request: orderRequest(trade, saved) }])
}

export function updateOrder(state: SessionState, order: OrderState, change: Partial<OrderState>): SessionState {
  return changed(state, { orders: { ...state.orders, [order.clientOrderId]: { ...order, ...change } } })
}
