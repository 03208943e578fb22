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

export interface ChainColumns {
  readonly strikes: Float64Array
  readonly bids: Float64Array
  readonly asks: Float64Array
  readonly from: number
  readonly to: number
}

export function packChain(rows: readonly ChainRow[]): ChainColumns {
  const count = rows.length
  const [strikes, bids, asks] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)]
  for (let index = 0; index < count; index++) {
    const row = rows[index] as ChainRow
    strikes[index] = row.strike
    bids[index] = row.bid ?? Number.NaN
    asks[index] = row.ask ?? Number.NaN
  }
  return { strikes, bids, asks, from: 0, to: count }
}

const sideAt = (column: Float64Array, index: number): number | null => {
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
