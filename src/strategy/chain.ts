/**
 * A chain as columns of numbers: what the rules search. Recorded days keep their books so; a live chain is packed for its
 * one decision. One search for both, so that replay and live cannot choose differently.
 *
 * Entry points: `packChain`, `findStrike`.
 *
 * 1. Rows `from` (included) to `to` (excluded) of the columns are the chain; strikes are unique, in any order.
 * 2. A missing side is NaN: like null it is neither above nor at any price.
 */
import type { ChainRow } from './types.ts'

/** Typed where many are kept; of a single chain plain numbers are quicker made. */
type Column = Float64Array | readonly number[]

export interface ChainColumns<C extends Column = Column> {
  readonly strikes: C
  readonly bids: C
  readonly asks: C
  readonly from: number
  readonly to: number
}

export function packChain(rows: readonly ChainRow[]): ChainColumns {
  const count = rows.length
  const [strikes, bids, asks]: [number[], number[], number[]] = [[], [], []]
  for (const { strike, bid, ask } of rows) {
    strikes.push(strike)
    bids.push(bid ?? Number.NaN)
    asks.push(ask ?? Number.NaN)
  }
  return { strikes, bids, asks, from: 0, to: count }
}

const sideAt = (column: Column, index: number): number | null => {
  const side = column[index] as number
  return Number.isNaN(side) ? null : side
}

/** The row of a strike, or null where it is not listed. */
export function findStrike({ strikes, bids, asks, from, to }: ChainColumns, strike: number): ChainRow | null {
  for (let index = from; index < to; index++) {
    if (strikes[index] === strike) return { strike, bid: sideAt(bids, index), ask: sideAt(asks, index) }
  }
  return null
}
