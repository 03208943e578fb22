/**
 * What is sold: the put alone, or the put and a long one below it as a spread; and what a quote says a position is worth.
 *
 * Entry points: `legCount`, `hedgeStrikeOf`, `positionMarks`, `trueMaxLossCents`.
 *
 * A bid of 0 is a price. A missing row, a missing side or an ask ≤ 0 makes a quote unusable for what needs that side.
 */
import { centsOf, differenceOf, exact, midOf } from './exact.ts'
import { MULTIPLIER } from './rules.ts'
import type { ChainRow, Structure } from './types.ts'

/** Legs of one position. */
export function legCount(structure: Structure): number {
  return structure === 'short_put' ? 1 : 2
}

/** Strike of the long put; null for a put alone. */
export function hedgeStrikeOf(strike: number, structure: Structure, width: number): number | null {
  return structure === 'short_put' ? null : differenceOf(strike, width)
}

/** Values of a whole position in dollars a share, exact; null where the quote is not usable for that value. */
export interface PositionMarks {
  readonly mid: number | null
  /** What selling it to open yields at the touch. */
  readonly sell: number | null
  /** What buying it back to close costs at the touch. */
  readonly buy: number | null
}

type Sides = Pick<ChainRow, 'bid' | 'ask'>

const usableBid = (leg: Sides): number | null => (leg.bid !== null && leg.bid >= 0 ? leg.bid : null)
const usableAsk = (leg: Sides): number | null => (leg.ask !== null && leg.ask > 0 ? leg.ask : null)

function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : differenceOf(a, b)
}

function legMid(leg: Sides): number | null {
  const bid = usableBid(leg)
  const ask = usableAsk(leg)
  return bid === null || ask === null ? null : midOf(bid, ask)
}

/** Marks of the position made of these legs; `long` is null for a put alone. */
export function positionMarks(short: Sides, long: Sides | null): PositionMarks {
  if (long === null) return { mid: legMid(short), sell: usableBid(short), buy: usableAsk(short) }
  return {
    mid: minus(legMid(short), legMid(long)),
    sell: minus(usableBid(short), usableAsk(long)),
    buy: minus(usableAsk(short), usableBid(long)),
  }
}

/**
 * What a position can lose at the very worst, whole cents, whatever the stop does: a spread its width less the credit,
 * a put alone its strike less the premium (the stock at zero). `credit` is the premium a share, `width` the spread's.
 */
export function trueMaxLossCents(
  position:
    | { readonly structure: 'put_spread'; readonly width: number; readonly credit: number; readonly contracts: number }
    | { readonly structure: 'short_put'; readonly strike: number; readonly credit: number; readonly contracts: number },
): number {
  const at = position.structure === 'put_spread' ? position.width : position.strike
  return centsOf(exact(at).minus(position.credit).times(MULTIPLIER).times(position.contracts))
}
