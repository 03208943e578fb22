/**
 * The simulated broker and its matching: takes orders, fills them at the touch, expires them, liquidates and settles.
 *
 * Entry points: `Exchange` with `submit`, `cancel`, `onBook`, `onLiquidation`, `onClose`, `settle`.
 *
 * 1. An order fills where the book in force meets its limit: singles at the touch, spreads at the net of their legs'
 *    touches. What does not fill rests and is tried again at every book.
 * 2. Entering and cancelling answer first and take effect just after, like the real broker; `settle` brings both about
 *    at once, before market time moves.
 * 3. Fifteen minutes before the close working orders are cancelled and short puts (and long puts in the money) are
 *    bought back and sold at the touch. At the close day orders expire and contracts are settled.
 */
import { randomUUID } from 'node:crypto'
import type { OrderStatus, PositionIntent } from '../../broker/port.ts'
import type { RandomSequence } from '../../config/prng.ts'
import type { MarketBook, MarketDay } from '../market/price-source.ts'
import type { Account } from './account.ts'
import { fillActivities } from './activities.ts'
import { type AdmittedLeg, admit, type MarketState } from './admission.ts'
import { parsePut, UNDERLYING } from './contracts.ts'
import { notCancelable, notFound } from './errors.ts'
import { settleExpiry } from './expiry.ts'
import { isClosing, type Order, remainingQty } from './order.ts'
import { newOrder, type WantedOrder } from './order-entry.ts'
import { readOrderRequest } from './order-request.ts'
import { type RejectionKind, rejectionError } from './rejections.ts'
import { type Touch, touchOf } from './touch.ts'

export type TradeEvent =
  | 'pending_new'
  | 'new'
  | 'fill'
  | 'partial_fill'
  | 'pending_cancel'
  | 'canceled'
  | 'expired'
  | 'rejected'

export interface Execution {
  readonly id: string
  readonly qty: number
  /** Net debit of this execution a unit, cents. */
  readonly debitCents: number
}

interface ExchangeOptions {
  readonly accounts: readonly Account[]
  readonly market: () => MarketState
  readonly random: RandomSequence
  /** Whether the coming order is provoked to be rejected, and how. */
  readonly takeRejection: (isOpening: boolean) => RejectionKind | null
  readonly onTradeUpdate: (
    account: Account,
    event: TradeEvent,
    order: Order,
    execution: Execution | null,
    at_ms: number,
  ) => void
}

/** A cancel takes effect this much wall time after its answer, so that a fill can come first. */
const CANCEL_LATENCY_MS = 5
const FORCED_FILLS_MAX = 1_000

export class Exchange {
  readonly #options: ExchangeOptions
  /** What has been answered but not yet taken effect. */
  readonly #pending = new Set<() => void>()
  readonly #forcedFills: number[] = []
  #partialProbability = 0
  #sequence = 0

  constructor(options: ExchangeOptions) {
    this.#options = options
  }

  /** Chance that a fill is only part of what could be filled; `next` forces the quantities of the coming fills. */
  setPartials(change: {
    readonly probability?: number | undefined
    readonly next?: readonly number[] | undefined
  }): void {
    if (change.probability !== undefined) this.#partialProbability = change.probability
    if (change.next !== undefined) this.#forcedFills.splice(0, FORCED_FILLS_MAX, ...change.next)
  }

  get partials(): { readonly probability: number; readonly next: readonly number[] } {
    return { probability: this.#partialProbability, next: [...this.#forcedFills] }
  }

  /** @throws AlpacaError where the order is refused. */
  submit(account: Account, body: unknown): Order {
    const request = readOrderRequest(body)
    const admission = admit(request, account, this.#options.market())
    const rejection = this.#options.takeRejection(admission.legs.some((leg) => !isClosing(leg.intent)))
    if (rejection !== null && rejection !== 'afterwards') throw rejectionError(rejection, admission.legs)
    const order = this.#enter(account, { ...request, ...admission })
    if (rejection === null) this.#later(() => this.#activate(account, order), 0)
    else this.#later(() => this.#finish(account, order, 'rejected'), 0)
    return order
  }

  /** @throws AlpacaError 404 for an unknown order, 422 for one that is done. */
  cancel(account: Account, orderId: string): void {
    const order = account.orders.find((candidate) => candidate.id === orderId)
    if (order === undefined) throw notFound(`order not found for ${orderId}`)
    if (!account.working.has(order)) throw notCancelable(order.status)
    if (order.status === 'pending_cancel') return
    this.#change(account, order, 'pending_cancel', 'pending_cancel')
    this.#later(() => this.#finish(account, order, 'canceled'), CANCEL_LATENCY_MS)
  }

  /** Brings about at once what has been answered already. */
  settle(): void {
    for (const task of [...this.#pending]) this.#run(task)
  }

  onBook(_book: MarketBook): void {
    for (const account of this.#options.accounts) {
      for (const order of account.working) if (order.status !== 'pending_new') this.#match(account, order)
    }
  }

  /** Fifteen minutes before the close: nothing that could be assigned stays open. */
  onLiquidation(): void {
    const spot = this.#options.market().book?.spot
    for (const account of this.#options.accounts) {
      for (const order of account.working) {
        if (order.legs.some((leg) => leg.symbol !== UNDERLYING)) this.#finish(account, order, 'canceled')
      }
      for (const { symbol, qty } of [...account.positions.values()]) {
        const put = parsePut(symbol)
        if (put === null) continue
        const inTheMoney = spot !== undefined && put.strike > (spot.bid + spot.ask) / 2
        if (qty < 0 || inTheMoney) this.#liquidate(account, symbol, qty)
      }
    }
  }

  onClose(day: MarketDay): void {
    for (const account of this.#options.accounts) {
      for (const order of account.working) {
        if (order.timeInForce === 'day') this.#finish(account, order, 'expired')
      }
      settleExpiry(account, day)
    }
  }

  close(): void {
    this.#pending.clear()
  }

  #later(task: () => void, wait_ms: number): void {
    this.#pending.add(task)
    if (wait_ms === 0) setImmediate(() => this.#run(task))
    else setTimeout(() => this.#run(task), wait_ms)
  }

  #run(task: () => void): void {
    if (this.#pending.delete(task)) task()
  }

  #enter(account: Account, wanted: WantedOrder): Order {
    this.#sequence += 1
    const order = newOrder(wanted, this.#sequence, this.#options.market().now_ms)
    account.orders.push(order)
    account.working.add(order)
    return order
  }

  #activate(account: Account, order: Order): void {
    if (order.status !== 'pending_new') return
    this.#change(account, order, 'new', 'new')
    this.#match(account, order)
  }

  #change(account: Account, order: Order, status: OrderStatus, event: TradeEvent): void {
    order.status = status
    order.updatedAt_ms = this.#options.market().now_ms
    this.#options.onTradeUpdate(account, event, order, null, order.updatedAt_ms)
  }

  #finish(account: Account, order: Order, status: 'canceled' | 'expired' | 'rejected'): void {
    if (!account.working.delete(order)) return
    const { now_ms } = this.#options.market()
    if (status === 'canceled') order.canceledAt_ms = now_ms
    else if (status === 'expired') order.expiredAt_ms = now_ms
    else order.failedAt_ms = now_ms
    this.#change(account, order, status, status)
  }

  #match(account: Account, order: Order): void {
    const market = this.#options.market()
    if (!market.isOpen) return
    const touch = touchOf(order.legs, market.book)
    if (touch === null) return
    if (order.limitDebitCents !== null && touch.debitCents > order.limitDebitCents) return
    this.#fill(account, order, touch, this.#fillQty(remainingQty(order)))
  }

  #fillQty(remaining: number): number {
    const forced = this.#forcedFills.shift()
    if (forced !== undefined) return Math.min(forced, remaining)
    if (remaining < 2 || this.#options.random.uniform() >= this.#partialProbability) return remaining
    return 1 + Math.floor(this.#options.random.uniform() * (remaining - 1))
  }

  #fill(account: Account, order: Order, touch: Touch, qty: number): void {
    const { now_ms } = this.#options.market()
    for (const [at, leg] of order.legs.entries()) {
      const cents = touch.legCents[at] ?? 0
      const legQty = qty * leg.ratio
      account.trade(leg.symbol, leg.side === 'buy' ? legQty : -legQty, cents)
      leg.filledQty += legQty
      leg.filledCents += legQty * cents
    }
    order.filledQty += qty
    order.filledDebitCents += qty * touch.debitCents
    order.updatedAt_ms = now_ms
    const done = order.filledQty === order.qty
    if (done) {
      order.status = 'filled'
      order.filledAt_ms = now_ms
      account.working.delete(order)
    } else if (order.status !== 'pending_cancel') {
      order.status = 'partially_filled'
    }
    account.activities.push(...fillActivities(order, qty, touch, now_ms))
    const execution = { id: randomUUID(), qty, debitCents: touch.debitCents }
    this.#options.onTradeUpdate(account, done ? 'fill' : 'partial_fill', order, execution, now_ms)
  }

  /** The broker's own order; where there is no quote the position stays and is settled at the close. */
  #liquidate(account: Account, symbol: string, qty: number): void {
    const intent: PositionIntent = qty < 0 ? 'buy_to_close' : 'sell_to_close'
    const legs: AdmittedLeg[] = [{ symbol, side: qty < 0 ? 'buy' : 'sell', intent, ratio: 1 }]
    const touch = touchOf(legs, this.#options.market().book)
    if (touch === null) return
    const order = this.#enter(account, {
      orderClass: 'simple',
      clientOrderId: null,
      type: 'market',
      timeInForce: 'day',
      qty: Math.abs(qty),
      limitDebitCents: null,
      heldCentsPerUnit: 0,
      legs,
    })
    this.#change(account, order, 'new', 'new')
    this.#fill(account, order, touch, order.qty)
  }
}
