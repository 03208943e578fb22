/** Alpaca's JSON for accounts, orders, positions, activities and trade updates, in its published shapes. */
import Big from 'big.js'
import { newYorkDate } from '../../strategy/newyork-time.ts'
import type { SessionHours } from '../../strategy/types.ts'
import type { Account, Activity, Position } from './account.ts'
import { CONTRACT_SIZE, parsePut, sharesPerUnit, UNDERLYING, uuidOf } from './contracts.ts'
import type { Execution, TradeEvent } from './exchange.ts'
import { heldForClosing, type Leg, type Order } from './order.ts'

const MARGIN_MULTIPLIER = 2

const iso = (t_ms: number): string => new Date(t_ms).toISOString()
const isoOrNull = (t_ms: number | null): string | null => (t_ms === null ? null : iso(t_ms))
const money = (cents: number): string => (cents / 100).toFixed(2)
const price = (cents: number): string => new Big(cents).div(100).toFixed()

/** Average of a sum of price × quantity in cents; null before the first fill. */
function average(sumCents: number, qty: number): string | null {
  return qty === 0 ? null : new Big(sumCents).div(100).div(qty).round(6).toFixed()
}

export function accountView(account: Account, markOf: (symbol: string) => number, now_ms: number): object {
  const { long, short } = account.marketValueCents(markOf)
  const equityCents = account.cashCents + long + short
  const marginCents = account.marginCents()
  const powerCents = Math.max(0, account.optionsPowerCents())
  return {
    id: account.id,
    account_number: account.number,
    status: 'ACTIVE',
    crypto_status: 'INACTIVE',
    currency: 'USD',
    cash: money(account.cashCents),
    equity: money(equityCents),
    portfolio_value: money(equityCents),
    last_equity: money(account.lastEquityCents),
    long_market_value: money(long),
    short_market_value: money(short),
    initial_margin: money(marginCents),
    maintenance_margin: money(marginCents),
    last_maintenance_margin: '0.00',
    buying_power: money(powerCents * MARGIN_MULTIPLIER),
    regt_buying_power: money(powerCents * MARGIN_MULTIPLIER),
    non_marginable_buying_power: money(powerCents),
    options_buying_power: money(powerCents),
    options_approved_level: account.options.optionsLevel,
    options_trading_level: account.options.optionsLevel,
    multiplier: String(MARGIN_MULTIPLIER),
    sma: '0',
    accrued_fees: '0',
    pending_reg_taf_fees: '0',
    pending_transfer_in: '0',
    intraday_adjustments: '0',
    account_blocked: false,
    trading_blocked: false,
    transfers_blocked: false,
    trade_suspended_by_user: false,
    shorting_enabled: true,
    created_at: iso(account.createdAt_ms),
    balance_asof: newYorkDate(now_ms),
  }
}

/** What an order and each of its legs share. */
function orderCommon(order: Order): Record<string, unknown> {
  return {
    created_at: iso(order.createdAt_ms),
    updated_at: iso(order.updatedAt_ms),
    submitted_at: iso(order.createdAt_ms),
    filled_at: isoOrNull(order.filledAt_ms),
    expired_at: isoOrNull(order.expiredAt_ms),
    canceled_at: isoOrNull(order.canceledAt_ms),
    failed_at: isoOrNull(order.failedAt_ms),
    replaced_at: null,
    replaced_by: null,
    replaces: null,
    notional: null,
    order_class: order.orderClass,
    order_type: order.type,
    type: order.type,
    time_in_force: order.timeInForce,
    stop_price: null,
    trail_percent: null,
    trail_price: null,
    hwm: null,
    status: order.status,
    extended_hours: false,
  }
}

const assetClass = (symbol: string): string => (symbol === UNDERLYING ? 'us_equity' : 'us_option')

/** A leg as an order of its own. */
export function legView(order: Order, leg: Leg): Record<string, unknown> {
  const multi = order.orderClass === 'mleg'
  return {
    ...orderCommon(order),
    id: leg.id,
    client_order_id: leg.clientOrderId,
    asset_id: uuidOf(leg.symbol),
    symbol: leg.symbol,
    asset_class: assetClass(leg.symbol),
    qty: String(order.qty * leg.ratio),
    filled_qty: String(leg.filledQty),
    filled_avg_price: average(leg.filledCents, leg.filledQty),
    side: leg.side,
    position_intent: leg.intent,
    limit_price: multi || order.limitDebitCents === null ? null : price(Math.abs(order.limitDebitCents)),
    legs: null,
    ...(multi ? { ratio_qty: String(leg.ratio) } : {}),
  }
}

/** `nested` puts the legs of a multi-leg order inside it. The parent has no symbol and no side of its own. */
export function orderView(order: Order, nested: boolean, session: SessionHours): Record<string, unknown> {
  const [leg] = order.legs
  const expires_at = iso(session.close_ms)
  if (order.orderClass === 'simple' && leg !== undefined) return { ...legView(order, leg), expires_at }
  return {
    ...orderCommon(order),
    id: order.id,
    client_order_id: order.clientOrderId,
    asset_class: 'us_option',
    qty: String(order.qty),
    filled_qty: String(order.filledQty),
    // Net of the legs, with the sign of the limit price: a credit is negative.
    filled_avg_price: average(order.filledDebitCents, order.filledQty),
    limit_price: order.limitDebitCents === null ? null : price(order.limitDebitCents),
    legs: nested ? order.legs.map((each) => legView(order, each)) : null,
    expires_at,
  }
}

export function tradeUpdateView(
  account: Account,
  event: TradeEvent,
  order: Order,
  execution: Execution | null,
  at_ms: number,
  session: SessionHours,
): Record<string, unknown> {
  const [leg] = order.legs
  const single = order.orderClass === 'simple' && leg !== undefined
  return {
    event,
    timestamp: iso(at_ms),
    order: orderView(order, true, session),
    ...(execution === null
      ? {}
      : {
          execution_id: execution.id,
          qty: String(execution.qty),
          price: price(single ? Math.abs(execution.debitCents) : execution.debitCents),
          ...(single ? { position_qty: String(account.qtyOf(leg.symbol)) } : {}),
        }),
  }
}

export function positionView(account: Account, position: Position, mark: number): Record<string, unknown> {
  const { symbol, qty, avgPrice } = position
  const size = qty * sharesPerUnit(symbol)
  const cost = avgPrice.times(size)
  const value = new Big(mark).times(size)
  const gain = value.minus(cost)
  const share = cost.eq(0) ? '0' : gain.div(cost.abs()).round(6).toFixed()
  const held = heldForClosing(account.working, symbol).qty
  return {
    asset_id: uuidOf(symbol),
    symbol,
    exchange: symbol === UNDERLYING ? 'ARCA' : '',
    asset_class: assetClass(symbol),
    asset_marginable: symbol === UNDERLYING,
    qty: String(qty),
    qty_available: String(Math.sign(qty) * (Math.abs(qty) - held)),
    avg_entry_price: avgPrice.round(6).toFixed(),
    side: qty > 0 ? 'long' : 'short',
    market_value: value.round(2).toFixed(),
    cost_basis: cost.round(2).toFixed(),
    unrealized_pl: gain.round(2).toFixed(),
    unrealized_plpc: share,
    unrealized_intraday_pl: gain.round(2).toFixed(),
    unrealized_intraday_plpc: share,
    current_price: new Big(mark).round(4).toFixed(),
    lastday_price: '0',
    change_today: '0',
  }
}

export const activityView = (activity: Activity): object => ({
  id: activity.id,
  activity_type: activity.type,
  ...activity.body,
})

export function contractView(symbol: string, session: SessionHours): Record<string, unknown> {
  const put = parsePut(symbol)
  if (put === null) throw new RangeError(`expected a put on ${UNDERLYING}, got ${symbol}`)
  return {
    id: uuidOf(symbol),
    symbol,
    name: `${UNDERLYING} ${put.expiry} ${put.strike} Put`,
    status: 'active',
    tradable: true,
    expiration_date: put.expiry,
    root_symbol: UNDERLYING,
    underlying_symbol: UNDERLYING,
    underlying_asset_id: uuidOf(UNDERLYING),
    type: 'put',
    style: 'american',
    strike_price: String(put.strike),
    multiplier: String(CONTRACT_SIZE),
    size: String(CONTRACT_SIZE),
    open_interest: '1000',
    open_interest_date: session.date,
    ppind: true,
  }
}
