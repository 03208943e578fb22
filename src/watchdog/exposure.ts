/**
 * What of an account's broker-side belongs to this desk and is still open: pure.
 *
 * Entry points: `exposureOf`, `closesOf`, `opensOf`.
 *
 * 1. The desk's own are orders with its id prefix of the day, and positions only as far as those orders' fills explain
 *    them: what a person traded by hand in the same account is never touched.
 * 2. A leg's quantity is what the broker reports, less what working orders of anybody would already close.
 */
import { occOf } from '../broker/occ.ts'
import { type BrokerOrder, type BrokerPosition, TERMINAL_ORDER_STATUSES } from '../broker/port.ts'
import type { ProfileName } from '../strategy/types.ts'

/** The desk's day at the broker. */
export interface Book {
  readonly profile: ProfileName
  /** New York date, `YYYY-MM-DD`. */
  readonly date: string
  readonly orders: readonly BrokerOrder[]
  readonly positions: readonly BrokerPosition[]
}

export interface OpenLeg {
  readonly symbol: string
  readonly strike: number
  /** Contracts to close, 1 or more. */
  readonly qty: number
}

/** Same-day puts of this desk that are open; each list by strike, highest first. */
export interface Exposure {
  readonly shorts: readonly OpenLeg[]
  readonly longs: readonly OpenLeg[]
}

export function orderPrefix({ profile, date }: Pick<Book, 'profile' | 'date'>): string {
  return `p4d-${profile}-${date.replaceAll('-', '')}-`
}

export const opensOf = (book: Book): readonly BrokerOrder[] => ordersOf(book, 'open')
export const closesOf = (book: Book): readonly BrokerOrder[] => ordersOf(book, 'close')

function ordersOf(book: Book, purpose: 'open' | 'close'): readonly BrokerOrder[] {
  const prefix = `${orderPrefix(book)}${purpose}-`
  return book.orders.filter(({ clientOrderId }) => clientOrderId.startsWith(prefix))
}

export const isWorking = (order: BrokerOrder): boolean => !TERMINAL_ORDER_STATUSES.has(order.status)

export function exposureOf(book: Book): Exposure {
  const shorts: OpenLeg[] = []
  const longs: OpenLeg[] = []
  for (const { symbol, qty } of book.positions) {
    const contract = occOf(symbol)
    if (contract === null || contract.root !== 'SPY' || contract.expiry !== book.date) continue
    const left = Math.abs(explained(book, symbol, qty)) - closing(book, symbol, qty)
    if (left < 1) continue
    const list = qty < 0 ? shorts : longs
    list.push({ symbol, strike: contract.strike, qty: left })
  }
  const byStrike = (a: OpenLeg, b: OpenLeg) => b.strike - a.strike
  return { shorts: shorts.sort(byStrike), longs: longs.sort(byStrike) }
}

/** The part of a position that the desk's own fills account for, signed. */
function explained(book: Book, symbol: string, qty: number): number {
  let net = 0
  for (const order of [...opensOf(book), ...closesOf(book)]) net += signedFills(order, symbol)
  if (net === 0 || Math.sign(net) !== Math.sign(qty)) return 0
  return Math.sign(qty) * Math.min(Math.abs(net), Math.abs(qty))
}

function signedFills(order: BrokerOrder, symbol: string): number {
  let sum = 0
  for (const leg of order.legs) {
    if (leg.symbol !== symbol) continue
    // An answer without the legs' own figures: each leg of a 1:1 order is filled as the order is.
    const filled = leg.filledQty > 0 ? leg.filledQty : order.filledQty
    sum += leg.side === 'buy' ? filled : -filled
  }
  return sum
}

/** What working orders of anybody are about to close of a position. */
function closing(book: Book, symbol: string, qty: number): number {
  const side = qty < 0 ? 'buy' : 'sell'
  let sum = 0
  for (const order of book.orders) {
    if (!isWorking(order)) continue
    for (const leg of order.legs) {
      if (leg.symbol !== symbol || leg.side !== side) continue
      sum += Math.max(0, order.qty - Math.max(leg.filledQty, order.filledQty))
    }
  }
  return sum
}
