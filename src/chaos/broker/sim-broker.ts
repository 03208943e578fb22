/**
 * A broker in memory: admission, matching at the touch, cancels that take their time, and everything else that a desk
 * can be surprised by without anything failing. Answers at once; waits and failures are the gate's.
 *
 * 1. A client order id is taken once, for ever.
 * 2. A close never exceeds the position less working closes; a position never crosses zero.
 * 3. An order fills in parts, late, or while its cancel is pending; it ends exactly once.
 */
import type {
  BrokerAccount,
  BrokerActivity,
  BrokerOrder,
  BrokerResult,
  OrderRequest,
  TradeUpdate,
} from '../../broker/port.ts'
import type { RandomSequence } from '../../config/prng.ts'
import { MINUTE_MS } from '../../time/units.ts'
import type { VirtualTime } from '../time/virtual-time.ts'
import {
  closesRefused,
  duplicateId,
  expiresSoon,
  insufficientPower,
  insufficientQty,
  intentMismatch,
  marketClosed,
  notCancelable,
  notFound,
  ok,
} from './answers.ts'
import type { DayMarket } from './day-market.ts'
import { SimAccount } from './sim-account.ts'
import { isClosingOrder, remainingOf, type SimOrder, viewOf } from './sim-order.ts'
import { touchOf } from './touch.ts'

const NO_OPEN_BEFORE_CLOSE_MS = 30 * MINUTE_MS
const MATCH_EVERY_MS = 1000
/** What happens at a broker without anything failing: shares of the fills, orders and cancels that see it. */
export const SURPRISES = { partialFill: 0.15, rejected: 0.02, hangingCancel: 0.05 } as const

/** Told of what happens at the broker: here the invariants look. */
export interface BrokerWatch {
  /** A request arrived; `admitted` says whether it became an order. */
  arrived(request: OrderRequest, admitted: boolean): void
  filled(order: SimOrder, qty: number, priceCents: number): void
}

export interface SimBrokerOptions {
  readonly account: BrokerAccount
  readonly market: DayMarket
  readonly random: RandomSequence
  readonly time: VirtualTime
  readonly now_ms: () => number
  readonly watch: BrokerWatch
  onUpdate(update: TradeUpdate): void
}

export class SimBroker {
  readonly account: SimAccount
  /** No order to close is taken, at market neither. */
  refusesCloses = false
  readonly #options: SimBrokerOptions
  readonly #orders: SimOrder[] = []
  readonly #byClientId = new Map<string, SimOrder>()
  readonly #working = new Set<SimOrder>()
  readonly #activities: BrokerActivity[] = []
  #view: readonly BrokerOrder[] | null = null
  #isMatching = false
  #executions = 0

  constructor(options: SimBrokerOptions) {
    this.#options = options
    this.account = new SimAccount(Math.round(Number(options.account.cash) * 100))
  }

  accountView(): BrokerAccount {
    const power = (this.#powerCents() / 100).toFixed(2)
    const cash = (this.account.cashCents / 100).toFixed(2)
    return { ...this.#options.account, cash, optionsBuyingPower: power }
  }

  allOrders(): readonly SimOrder[] {
    return this.#orders
  }

  /** The desk asks for orders since before the open: all of them. */
  orders(since_ms: number): readonly BrokerOrder[] {
    this.#view ??= this.#orders.map(viewOf)
    return this.#view.length === 0 || this.#orders.every((order) => order.submittedAt_ms >= since_ms)
      ? this.#view
      : this.#view.filter((order) => order.submittedAt_ms >= since_ms)
  }

  orderByClientId(clientOrderId: string): BrokerResult<BrokerOrder> {
    const order = this.#byClientId.get(clientOrderId)
    return order === undefined ? notFound() : ok(viewOf(order))
  }

  /** Whether the broker can still bring about something for this id. */
  isWorking(clientOrderId: string): boolean {
    const order = this.#byClientId.get(clientOrderId)
    return order !== undefined && this.#working.has(order)
  }

  workingCloses(symbol: string): number {
    let qty = 0
    for (const order of this.#working) {
      if (isClosingOrder(order.request) && order.request.legs[0].symbol === symbol) qty += remainingOf(order)
    }
    return qty
  }

  submit(request: OrderRequest): BrokerResult<BrokerOrder> {
    const refusal = this.#refusalOf(request)
    this.#options.watch.arrived(request, refusal === null)
    if (refusal !== null) return refusal
    const now_ms = this.#options.now_ms()
    const order: SimOrder = {
      id: `order-${this.#orders.length + 1}`,
      request,
      submittedAt_ms: now_ms,
      status: 'new',
      filledQty: 0,
      filledCents: 0,
      legCents: request.legs.map(() => 0),
      updatedAt_ms: now_ms,
      view: null,
    }
    this.#orders.push(order)
    this.#byClientId.set(request.clientOrderId, order)
    this.#working.add(order)
    this.#change(order, 'new')
    const { random, time } = this.#options
    if (random.uniform() < SURPRISES.rejected) time.after(20, () => this.#end(order, 'rejected'))
    else time.after(5 + 300 * random.uniform(), () => this.#match(order))
    this.#keepMatching()
    return ok(viewOf(order))
  }

  cancel(orderId: string): BrokerResult<null> {
    const order = this.#orders.find(({ id }) => id === orderId)
    if (order === undefined) return notFound()
    if (!this.#working.has(order)) return notCancelable(order.status)
    if (order.status === 'pending_cancel') return ok(null)
    const { random, time } = this.#options
    this.#change(order, 'pending_cancel')
    const hangs = random.uniform() < SURPRISES.hangingCancel
    const wait_ms = hangs ? 15_000 + 60_000 * random.uniform() : 20 + 500 * random.uniform()
    time.after(wait_ms, () => this.#end(order, 'canceled'))
    return ok(null)
  }

  /** The market has closed: day orders end, puts are settled. Whether anything was open. */
  close(): boolean {
    for (const order of [...this.#working]) this.#end(order, 'expired')
    const wasFlat = this.account.isFlat
    this.account.expire(this.#options.market.level(this.#options.now_ms()))
    return !wasFlat
  }

  /** Somebody trades in the same account by hand. */
  tradeByHand(symbol: string, qty: number): void {
    if (qty !== 0) this.account.trade(symbol, qty, 10)
  }

  /** Contracts held that no working close will take: what somebody else may still close. */
  freeQty(symbol: string): number {
    return Math.max(0, Math.abs(this.account.qtyOf(symbol)) - this.workingCloses(symbol))
  }

  assign(symbol: string, qty: number, isListed: boolean): void {
    this.account.assign(symbol, qty)
    const { date } = this.#options.market.session
    if (isListed)
      this.#activities.push({ id: `activity-${this.#activities.length + 1}`, type: 'OPASN', symbol, qty, date })
  }

  activities(): readonly BrokerActivity[] {
    return this.#activities
  }

  #refusalOf(request: OrderRequest) {
    const { random } = this.#options
    const isKnown = this.#byClientId.has(request.clientOrderId)
    // Nobody says which a broker looks at first: the id, or what the order asks for.
    const other = isKnown && random.uniform() < 0.5 ? null : this.#otherRefusal(request)
    return other ?? (isKnown ? duplicateId() : null)
  }

  #otherRefusal(request: OrderRequest) {
    const { market, now_ms } = this.#options
    const { open_ms, close_ms } = market.session
    if (now_ms() < open_ms || now_ms() >= close_ms) return marketClosed()
    if (isClosingOrder(request)) return this.refusesCloses ? closesRefused() : this.#closeRefusal(request)
    if (now_ms() >= close_ms - NO_OPEN_BEFORE_CLOSE_MS) return expiresSoon()
    if (request.legs.some(({ symbol, side }) => this.account.qtyOf(symbol) * (side === 'buy' ? 1 : -1) < 0)) {
      return intentMismatch()
    }
    return heldCents(request) * request.qty > this.#powerCents() ? insufficientPower() : null
  }

  #closeRefusal({ legs, qty }: OrderRequest) {
    for (const { symbol, side } of legs) {
      const held = this.account.qtyOf(symbol) * (side === 'buy' ? -1 : 1)
      if (held <= 0) return intentMismatch()
      if (qty > held - this.workingCloses(legs[0].symbol)) return insufficientQty()
    }
    return null
  }

  #powerCents(): number {
    let held = 0
    for (const order of this.#working) {
      if (!isClosingOrder(order.request)) held += heldCents(order.request) * remainingOf(order)
    }
    return this.account.cashCents - this.account.marginCents() - held
  }

  #change(order: SimOrder, status: SimOrder['status']): void {
    order.status = status
    this.#tell(order, status, null)
  }

  #tell(order: SimOrder, event: string, execution: { readonly price: string; readonly qty: number } | null): void {
    const at_ms = this.#options.now_ms()
    order.updatedAt_ms = at_ms
    order.view = null
    this.#view = null
    if (execution !== null) this.#executions += 1
    const executionId = execution === null ? null : `execution-${this.#executions}`
    const { price, qty } = execution ?? { price: null, qty: null }
    this.#options.onUpdate({ event, order: viewOf(order), executionId, price, qty, at_ms })
  }

  #end(order: SimOrder, status: 'canceled' | 'expired' | 'rejected'): void {
    if (!this.#working.delete(order)) return
    this.#change(order, status)
  }

  #keepMatching(): void {
    if (this.#isMatching) return
    this.#isMatching = true
    const round = (): void => {
      for (const order of [...this.#working]) this.#match(order)
      this.#isMatching = this.#working.size > 0
      if (this.#isMatching) this.#options.time.after(MATCH_EVERY_MS, round)
    }
    this.#options.time.after(MATCH_EVERY_MS, round)
  }

  #match(order: SimOrder): void {
    if (!this.#working.has(order)) return
    const { market, now_ms, random } = this.#options
    if (now_ms() >= market.session.close_ms) return
    const { request } = order
    const touch = touchOf(request.legs, market, now_ms())
    if (touch === null || !isMarketable(request, touch.debitCents)) return
    const remaining = remainingOf(order)
    const isPartial = remaining > 1 && random.uniform() < SURPRISES.partialFill
    this.#fill(order, isPartial ? 1 + Math.floor(random.uniform() * (remaining - 1)) : remaining, touch)
  }

  #fill(order: SimOrder, qty: number, touch: NonNullable<ReturnType<typeof touchOf>>): void {
    const { request } = order
    for (const [at, { symbol, side }] of request.legs.entries()) {
      const legCents = touch.legCents[at] ?? 0
      this.account.trade(symbol, side === 'buy' ? qty : -qty, legCents)
      order.legCents[at] = (order.legCents[at] ?? 0) + qty * legCents
    }
    const cents = isClosingOrder(request) ? touch.debitCents : -touch.debitCents
    order.filledQty += qty
    order.filledCents += qty * cents
    const isDone = remainingOf(order) === 0
    if (isDone) this.#working.delete(order)
    if (isDone) order.status = 'filled'
    else if (order.status !== 'pending_cancel') order.status = 'partially_filled'
    this.#options.watch.filled(order, qty, cents)
    this.#tell(order, isDone ? 'fill' : 'partial_fill', { price: (cents / 100).toFixed(2), qty })
  }
}

function isMarketable(request: OrderRequest, debitCents: number): boolean {
  if (request.limitPrice === null) return true
  const limit = Math.round(Number(request.limitPrice) * 100)
  return isClosingOrder(request) ? debitCents <= limit : -debitCents >= limit
}

/** What a unit of an opening order ties up: the strike of a put, the width of a spread less the credit asked for. */
function heldCents({ legs, limitPrice }: OrderRequest): number {
  const [short, long] = legs.map(({ symbol }) => Number(symbol.slice(-8)) / 10)
  const creditCents = Math.round(Number(limitPrice ?? 0) * 100)
  if (short === undefined) return 0
  return (long === undefined ? short : short - long - creditCents) * 100
}
