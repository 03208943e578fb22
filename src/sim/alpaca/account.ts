/**
 * One simulated brokerage account: cash, positions, orders, activities. Money in whole cents.
 *
 * 1. Cash changes only by fills, assignment and exercise; nothing is ever lost: equity = cash + market value.
 * 2. `optionsPowerCents` = cash − margin of the positions − what working orders hold.
 */
import Big from 'big.js'
import type { ProfileName } from '../../strategy/types.ts'
import { sharesPerUnit } from './contracts.ts'
import { marginCents } from './margin.ts'
import { type Order, remainingQty } from './order.ts'

interface AccountOptions {
  readonly profile: ProfileName
  readonly keyId: string
  readonly secret: string
  /** Dollars. */
  readonly equity: number
  readonly optionsLevel: 0 | 1 | 2 | 3
}

export interface Position {
  readonly symbol: string
  /** Negative is short. */
  qty: number
  /** Average entry price, dollars a share. */
  avgPrice: Big
}

export interface Activity {
  readonly id: string
  readonly type: 'FILL' | 'OPASN' | 'OPEXP' | 'OPEXC'
  readonly createdAt_ms: number
  readonly body: Readonly<Record<string, string>>
}

export class Account {
  readonly id: string
  readonly number: string
  readonly options: AccountOptions
  readonly createdAt_ms: number
  readonly positions = new Map<string, Position>()
  readonly orders: Order[] = []
  /** The orders that may still fill. */
  readonly working = new Set<Order>()
  readonly activities: Activity[] = []
  cashCents: number
  lastEquityCents: number

  constructor(options: AccountOptions, id: string, number: string, createdAt_ms: number) {
    this.id = id
    this.number = number
    this.options = options
    this.createdAt_ms = createdAt_ms
    this.cashCents = Math.round(options.equity * 100)
    this.lastEquityCents = this.cashCents
  }

  qtyOf(symbol: string): number {
    return this.positions.get(symbol)?.qty ?? 0
  }

  marginCents(): number {
    return marginCents(this.positions.values())
  }

  heldCents(): number {
    let held = 0
    for (const order of this.working) held += order.heldCentsPerUnit * remainingQty(order)
    return held
  }

  optionsPowerCents(): number {
    return this.cashCents - this.marginCents() - this.heldCents()
  }

  /** Buys (`qty` > 0) or sells at a price a share, cash included. */
  trade(symbol: string, qty: number, priceCents: number): void {
    this.cashCents -= qty * priceCents * sharesPerUnit(symbol)
    this.move(symbol, qty, new Big(priceCents).div(100))
  }

  /** Changes a position without cash. The average price changes when it grows or turns, not when it shrinks. */
  move(symbol: string, qty: number, price: Big): void {
    const position = this.positions.get(symbol) ?? { symbol, qty: 0, avgPrice: new Big(0) }
    const before = position.qty
    const after = before + qty
    if (after === 0) {
      this.positions.delete(symbol)
      return
    }
    const grows = before === 0 || Math.sign(before) === Math.sign(qty)
    if (grows) {
      const cost = position.avgPrice.times(Math.abs(before)).plus(price.times(Math.abs(qty)))
      position.avgPrice = cost.div(Math.abs(after))
    } else if (Math.sign(after) !== Math.sign(before)) {
      position.avgPrice = price
    }
    position.qty = after
    this.positions.set(symbol, position)
  }

  /** Market value of the positions at `markOf` dollars a share, long and short apart. */
  marketValueCents(markOf: (symbol: string) => number): { long: number; short: number } {
    let long = 0
    let short = 0
    for (const { symbol, qty } of this.positions.values()) {
      const valueCents = Math.round(qty * sharesPerUnit(symbol) * markOf(symbol) * 100)
      if (qty > 0) long += valueCents
      else short += valueCents
    }
    return { long, short }
  }

  equityCents(markOf: (symbol: string) => number): number {
    const { long, short } = this.marketValueCents(markOf)
    return this.cashCents + long + short
  }
}
