/** Premium quality: always of the short put alone, before any hedge. */
import { differenceOf, exact, midOf, signOf } from './exact.ts'
import { type Refused, refused, type TwoSided } from './gates.ts'
import type { RuleLimits } from './types.ts'

/** Sign of mid − limit. */
function midAgainst({ bid, ask }: TwoSided, limit: number): -1 | 0 | 1 {
  return signOf(bid + ask - 2 * limit, bid + ask + 2 * limit, () => exact(bid).plus(ask).minus(exact(limit).times(2)))
}

/** The first quality limit that the quote misses, or null. */
export function premiumProblem(quote: TwoSided, limits: RuleLimits): Refused | null {
  const { bid, ask } = quote
  if (midAgainst(quote, limits.premiumMin) < 0) return refused('premium_low', midOf(bid, ask), limits.premiumMin)
  if (midAgainst(quote, limits.premiumMax) > 0) return refused('premium_high', midOf(bid, ask), limits.premiumMax)
  const exactly = () => exact(ask).minus(bid).minus(limits.spreadMax)
  const tooWide = signOf(ask - bid - limits.spreadMax, ask + bid + limits.spreadMax, exactly) > 0
  return tooWide ? refused('spread_wide', differenceOf(ask, bid), limits.spreadMax) : null
}
