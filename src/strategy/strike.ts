/** Which put is sold: the listed strike nearest to spot plus a buffer, the lower one on a tie. */
import type { ChainColumns } from './chain.ts'
import { exact, isBeyondDoubt, midOf, signOf, sumOf } from './exact.ts'
import type { TwoSided } from './gates.ts'

/** A row of the chain with both sides above 0. */
export interface TradableRow extends TwoSided {
  readonly strike: number
}

/** Buffers in dollars above the spot; the first whose level the spot is above, else none. */
const BUFFERS = [
  { above: 500, buffer: 0.5 },
  { above: 400, buffer: 0.3 },
] as const

export interface Target {
  readonly spot: number
  readonly strike: number
}

/** Mid of the spot quote and the strike aimed at. */
export function targetOf({ bid, ask }: TwoSided): Target {
  const spot = midOf(bid, ask)
  const buffer = BUFFERS.find(({ above }) => {
    const excess = bid + ask - 2 * above
    return (
      signOf(excess, bid + ask, () =>
        exact(bid)
          .plus(ask)
          .minus(2 * above),
      ) > 0
    )
  })
  return { spot, strike: buffer === undefined ? spot : sumOf(spot, buffer.buffer) }
}

/** Distance of a to the target less that of b: negative where a is nearer. */
function nearer(a: number, b: number, target: number): -1 | 0 | 1 {
  const difference = Math.abs(a - target) - Math.abs(b - target)
  const magnitude = a + b + 2 * target
  return signOf(difference, magnitude, () => exact(a).minus(target).abs().minus(exact(b).minus(target).abs()))
}

/** The tradable row nearest to `target`; null where the chain has none. Strikes are unique, in any order. */
export function nearestStrike(chain: ChainColumns, target: number): TradableRow | null {
  const { strikes, bids, asks, from, to } = chain
  let best = -1
  let bestStrike = 0
  let bestDistance = Number.POSITIVE_INFINITY
  for (let index = from; index < to; index++) {
    const strike = strikes[index] as number
    const distance = Math.abs(strike - target)
    // Most rows are plainly farther than the best so far: nothing else needs to be asked of them.
    if (distance > bestDistance && isBeyondDoubt(distance - bestDistance, strike + bestStrike + 2 * target)) continue
    if (!((bids[index] as number) > 0) || !((asks[index] as number) > 0)) continue
    const order = best < 0 ? -1 : nearer(strike, bestStrike, target)
    if (order > 0 || (order === 0 && strike > bestStrike)) continue
    best = index
    bestStrike = strike
    bestDistance = distance
  }
  return best < 0 ? null : { strike: bestStrike, bid: bids[best] as number, ask: asks[best] as number }
}
