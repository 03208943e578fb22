/**
 * What the desk needs from a broker. One implementation talks to Alpaca (or to the simulator, over the same protocol);
 * the chaos simulator has another in memory.
 *
 * 1. No method throws for what a broker or a network does: outcomes are values. A thrown error is a bug.
 * 2. `ambiguous` means the request may or may not have taken effect: the caller must look the order up by its client
 *    order id before doing anything else.
 * 3. Prices of orders and fills are exact decimal strings, prices of market data are numbers (see `strategy/types.ts`).
 */
import type { Bar, ChainRow, Quote, SessionHours } from '../strategy/types.ts'

export type BrokerErrorKind =
  | 'refused' // 4xx: the broker understood and said no; final
  | 'not_found'
  | 'unauthorised' // 401: the keys
  | 'rate_limited'
  | 'ambiguous' // timeout, reset, 5xx, unreadable answer on a request that changes something
  | 'unavailable' // the same on a request that only reads
  | 'forbidden_host' // the host guard refused to send
  | 'not_sent' // whoever asked did not want it any more when its turn had come

export interface BrokerError {
  readonly kind: BrokerErrorKind
  /** The broker's own code where it gave one, e.g. 40310000. */
  readonly code: number | null
  readonly message: string
  readonly retryAfter_ms: number | null
}

export type BrokerResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: BrokerError }

export type SourceKind = 'SIM' | 'REPLAY' | 'PAPER'

/** Where figures come from; shown in every post. `label` is the seed, `recorded`, or the account number. */
export interface Source {
  readonly kind: SourceKind
  readonly label: string
}

export interface BrokerAccount {
  /** The broker's account id: the key of everything. */
  readonly id: string
  readonly number: string
  readonly source: Source
  readonly status: string
  readonly blocked: boolean
  readonly equity: string
  readonly cash: string
  readonly optionsBuyingPower: string
  readonly optionsLevel: number
}

export type OrderSide = 'buy' | 'sell'
export type PositionIntent = 'buy_to_open' | 'buy_to_close' | 'sell_to_open' | 'sell_to_close'

export interface OrderLeg {
  /** OCC symbol, e.g. SPY260717P00747000. */
  readonly symbol: string
  readonly side: OrderSide
  readonly positionIntent: PositionIntent
}

/** An order as the desk wants it: one leg, or a spread of 1:1 legs. `qty` counts contracts, or spreads. */
export interface OrderRequest {
  readonly clientOrderId: string
  readonly qty: number
  readonly legs: readonly [OrderLeg] | readonly [OrderLeg, OrderLeg]
  /**
   * Dollars a share, exact, never negative: what the whole order is sold (opening) or bought (closing) for at worst.
   * Null is a market order. The adapter gives a multi-leg credit the sign the broker wants.
   */
  readonly limitPrice: string | null
}

export type OrderStatus =
  | 'new'
  | 'accepted'
  | 'pending_new'
  | 'partially_filled'
  | 'filled'
  | 'done_for_day'
  | 'canceled'
  | 'expired'
  | 'replaced'
  | 'pending_cancel'
  | 'pending_replace'
  | 'rejected'
  | 'suspended'
  | 'calculated'
  | 'stopped'
  | 'held'
  | 'accepted_for_bidding'
  | 'pending_review'

export const TERMINAL_ORDER_STATUSES: ReadonlySet<OrderStatus> = new Set<OrderStatus>([
  'filled',
  'canceled',
  'expired',
  'replaced',
  'rejected',
  'done_for_day',
])

export interface BrokerOrderLeg {
  readonly symbol: string
  readonly side: OrderSide
  readonly filledQty: number
  /** Average price of this leg's fills, exact decimal; null before the first. */
  readonly filledAvgPrice: string | null
}

export interface BrokerOrder {
  readonly id: string
  readonly clientOrderId: string
  readonly status: OrderStatus
  readonly qty: number
  readonly filledQty: number
  /**
   * Net average price a share of the whole order, never negative for the orders this desk sends; null before a fill.
   */
  readonly filledAvgPrice: string | null
  readonly limitPrice: string | null
  /** One entry a leg, also for single-leg orders. */
  readonly legs: readonly BrokerOrderLeg[]
  readonly submittedAt_ms: number
  readonly updatedAt_ms: number
}

export interface BrokerPosition {
  readonly symbol: string
  /** Signed contracts (or shares): short is negative. */
  readonly qty: number
  readonly avgEntryPrice: string
}

/** One execution, or a change of an order's status. Deduplicate on `executionId`. */
export interface TradeUpdate {
  readonly event: string
  readonly order: BrokerOrder
  readonly executionId: string | null
  /** This execution's price and quantity; null where the event is no execution. */
  readonly price: string | null
  readonly qty: number | null
  readonly at_ms: number
}

/** A row of the chain with the time of its quote; null: the broker gave none. */
export interface SnapshotRow extends ChainRow {
  readonly t_ms: number | null
}

/** Spot and chain read together; `at_ms` is the market time at which they were asked for. */
export interface MarketSnapshot {
  readonly at_ms: number
  readonly spot: Quote
  readonly chain: readonly SnapshotRow[]
}

/** Activities that never come on the stream: assignment, expiry, exercise. */
export interface BrokerActivity {
  readonly id: string
  readonly type: 'OPASN' | 'OPEXP' | 'OPEXC'
  readonly symbol: string
  readonly qty: number
  readonly date: string
}

export type StreamName = 'orders' | 'stock' | 'options'

/** What the merged streams deliver. Quotes that arrived in one frame are delivered in one call, never torn apart. */
export interface BrokerStreamHandlers {
  onSpot(quote: Quote & { readonly t_ms: number }): void
  onOptionQuotes(quotes: ReadonlyMap<string, Quote & { readonly t_ms: number }>): void
  onBar(bar: Bar): void
  onTradeUpdate(update: TradeUpdate): void
  /** Connected means: subscriptions acknowledged. After every `connected` the caller reconciles by REST. */
  onStreamState(stream: StreamName, state: 'connected' | 'disconnected', detail: string | null): void
}

export interface BrokerStreams {
  /** Replaces the set of option symbols whose quotes are wanted; kept over reconnects. */
  watchOptions(symbols: readonly string[]): void
  /** Drops the connection of a stream that brings nothing although there is news; it is made again by itself. */
  renew(stream: StreamName): void
  close(): Promise<void>
}

export interface Broker {
  account(): Promise<BrokerResult<BrokerAccount>>
  /** The broker's own clock: market time, and whether the market is open. */
  clock(): Promise<BrokerResult<{ readonly now_ms: number; readonly isOpen: boolean }>>
  /** Trading days from `from` to `to`, both `YYYY-MM-DD` and inclusive. */
  calendar(from: string, to: string): Promise<BrokerResult<readonly SessionHours[]>>
  /** Completed one-minute SPY bars with start in [from_ms, to_ms). */
  bars(from_ms: number, to_ms: number): Promise<BrokerResult<readonly Bar[]>>
  /** SPY's official close of a session that is over, dollars; null: not published yet. */
  officialClose(session: SessionHours): Promise<BrokerResult<number | null>>
  /** SPY quote and the puts expiring on `expiry` within `strikeRange` dollars of spot. */
  snapshot(expiry: string, strikeRange: number): Promise<BrokerResult<MarketSnapshot>>
  optionQuotes(symbols: readonly string[]): Promise<BrokerResult<ReadonlyMap<string, Quote>>>
  /** `maySend` is asked right before the request goes out, whatever was waited for: false, and it is `not_sent`. */
  submit(request: OrderRequest, maySend?: () => boolean): Promise<BrokerResult<BrokerOrder>>
  /** Ok means the cancel was requested, not that the order is canceled. */
  cancel(orderId: string): Promise<BrokerResult<null>>
  orderByClientId(clientOrderId: string): Promise<BrokerResult<BrokerOrder>>
  /** All orders submitted at or after `since_ms`, any status, oldest first. */
  orders(since_ms: number): Promise<BrokerResult<readonly BrokerOrder[]>>
  positions(): Promise<BrokerResult<readonly BrokerPosition[]>>
  activities(since: string): Promise<BrokerResult<readonly BrokerActivity[]>>
  /** Opens the three streams; they reconnect by themselves until closed. */
  streams(handlers: BrokerStreamHandlers): BrokerStreams
  close(): Promise<void>
}
