/** What an order would trade at now: buys at the ask, sells at the bid, whole cents. */
import type { OrderLeg } from '../../broker/port.ts'
import type { DayMarket } from './day-market.ts'

export interface Touch {
  /** Net debit a unit; negative is a credit. */
  readonly debitCents: number
  readonly legCents: readonly number[]
}

/** Null where a side has no price. */
export function touchOf(legs: readonly OrderLeg[], market: DayMarket, at_ms: number): Touch | null {
  let debitCents = 0
  const legCents: number[] = []
  for (const { symbol, side } of legs) {
    const { bid, ask } = market.put(strikeOf(symbol), at_ms)
    const cents = Math.round(((side === 'buy' ? ask : bid) ?? 0) * 100)
    if (cents <= 0 && (side === 'buy' || legs.length === 1)) return null
    legCents.push(cents)
    debitCents += side === 'buy' ? cents : -cents
  }
  return { debitCents, legCents }
}

/** Dollars; of a symbol that is known to be an option's. */
export function strikeOf(symbol: string): number {
  return Number(symbol.slice(-8)) / 1000
}
