/** What a position can lose at the very worst, from the price it was sold at. */
import { differenceOf } from '../strategy/exact.ts'
import { trueMaxLossCents } from '../strategy/structure.ts'
import type { TradeView } from './views.ts'

/** Positive cents: down to the hedge, or to a SPY of nothing; null where a number is missing. */
export function worstCaseCents({
  strike,
  hedgeStrike,
  entryFill,
  contracts,
}: Pick<TradeView, 'strike' | 'hedgeStrike' | 'entryFill' | 'contracts'>): number | null {
  if (![strike, hedgeStrike ?? 0, entryFill, contracts].every(Number.isFinite)) return null
  if (hedgeStrike === null) return trueMaxLossCents({ structure: 'short_put', strike, credit: entryFill, contracts })
  const width = differenceOf(strike, hedgeStrike)
  return trueMaxLossCents({ structure: 'put_spread', width, credit: entryFill, contracts })
}
