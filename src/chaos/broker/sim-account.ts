/** Cash, positions and what they tie up, in whole cents. */

import { occOf } from '../../broker/occ.ts'
import type { BrokerPosition } from '../../broker/port.ts'
import { marginCents } from '../../sim/alpaca/margin.ts'

const CONTRACT_SIZE = 100
const SHARES = 'SPY'

export class SimAccount {
  cashCents: number
  readonly #qty = new Map<string, { qty: number; cents: number }>()
  #view: readonly BrokerPosition[] | null = null

  constructor(cashCents: number) {
    this.cashCents = cashCents
  }

  qtyOf(symbol: string): number {
    return this.#qty.get(symbol)?.qty ?? 0
  }

  get isFlat(): boolean {
    return this.#qty.size === 0
  }

  /** Buys (`qty` above 0) or sells at a price a share. */
  trade(symbol: string, qty: number, priceCents: number): void {
    this.#view = null
    this.cashCents -= qty * priceCents * CONTRACT_SIZE
    const after = this.qtyOf(symbol) + qty
    if (after === 0) this.#qty.delete(symbol)
    else this.#qty.set(symbol, { qty: after, cents: priceCents })
  }

  /** Short puts become shares at their strike. */
  assign(symbol: string, contracts: number): void {
    const strikeCents = Math.round((occOf(symbol)?.strike ?? 0) * 100)
    this.trade(symbol, contracts, 0)
    this.cashCents -= contracts * strikeCents * CONTRACT_SIZE
    this.#qty.set(SHARES, { qty: this.qtyOf(SHARES) + contracts * CONTRACT_SIZE, cents: strikeCents })
    this.#view = null
  }

  positions(): readonly BrokerPosition[] {
    this.#view ??= [...this.#qty].map(([symbol, { qty, cents }]) => ({
      symbol,
      qty,
      avgEntryPrice: (cents / 100).toFixed(2),
    }))
    return this.#view
  }

  marginCents(): number {
    return marginCents(this.positions())
  }

  /** At the close puts are worth what they are in the money, and gone. */
  expire(spot: number): void {
    for (const { symbol, qty } of this.positions()) {
      const strike = occOf(symbol)?.strike ?? 0
      this.trade(symbol, -qty, Math.round(Math.max(0, strike - spot) * 100))
    }
  }
}
