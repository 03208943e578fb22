/**
 * What an order would trade at now: every leg at the touch, buys at the ask, sells at the bid.
 * A bid of 0 is a price for a leg of a spread, not for a sale on its own. An ask of 0 is no offer.
 */
import type { BookQuote, MarketBook } from '../market/price-source.ts'
import { parsePut, UNDERLYING } from './contracts.ts'
import type { Leg } from './order.ts'

type LegSide = Pick<Leg, 'symbol' | 'side' | 'ratio'>

export interface Touch {
  /** Net debit a unit of the order, cents; negative is a credit. */
  readonly debitCents: number
  /** Price of each leg, cents, in the order of the legs. */
  readonly legCents: readonly number[]
}

/** The quote of SPY or of a put that the book holds; null where there is none. */
export function quoteOf(book: MarketBook | null, symbol: string): BookQuote | null {
  if (book === null) return null
  if (symbol === UNDERLYING) return book.spot
  const put = parsePut(symbol)
  return put === null ? null : (book.puts.get(put.strike) ?? null)
}

/** Null where a side that is needed has no price. */
export function touchOf(legs: readonly LegSide[], book: MarketBook | null): Touch | null {
  let debitCents = 0
  const legCents: number[] = []
  for (const leg of legs) {
    const quote = quoteOf(book, leg.symbol)
    if (quote === null) return null
    const cents = Math.round((leg.side === 'buy' ? quote.ask : quote.bid) * 100)
    if (leg.side === 'buy' ? cents <= 0 : cents < 0 || (cents === 0 && legs.length === 1)) return null
    legCents.push(cents)
    debitCents += (leg.side === 'buy' ? cents : -cents) * leg.ratio
  }
  return { debitCents, legCents }
}
