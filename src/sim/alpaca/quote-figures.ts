/** The two sides of a quote as Alpaca names them, on its stream and over HTTP alike. Entry point: `quoteFigures`. */
import type { BookQuote } from '../market/price-source.ts'

/** Prices in dollars a share; `exchange` is where both sides stand. */
export const quoteFigures = ({ bid, bidSize, ask, askSize }: BookQuote, exchange: string) => ({
  bx: exchange,
  bp: bid,
  bs: bidSize,
  ax: exchange,
  ap: ask,
  as: askSize,
})
