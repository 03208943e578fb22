/** What positions are worth: the mid of the last quote that was seen, kept when a book lacks the contract. */
import type { MarketBook } from '../market/price-source.ts'
import { quoteOf } from './touch.ts'

export class Marks {
  readonly #last = new Map<string, number>()
  readonly #book: () => MarketBook | null

  constructor(book: () => MarketBook | null) {
    this.#book = book
  }

  /** Dollars a share; 0 for what never had a quote. */
  of(symbol: string): number {
    const quote = quoteOf(this.#book(), symbol)
    if (quote === null) return this.#last.get(symbol) ?? 0
    const mid = (quote.bid + quote.ask) / 2
    this.#last.set(symbol, mid)
    return mid
  }

  /** Remembers the marks of these symbols while the book that has them is in force. */
  observe(symbols: Iterable<string>): void {
    for (const symbol of symbols) this.of(symbol)
  }

  /** Contracts of a past day are never asked for again. */
  clear(): void {
    this.#last.clear()
  }
}
