/** A replayed day as the comparison with a live one wants it. Pure. Entry point: `replayedTrade`. */
import { centsOf } from '../strategy/exact.ts'
import { assumedCommission } from '../strategy/pnl.ts'
import type { StrategyConfig } from '../strategy/types.ts'
import type { AttributedDay } from './attribution.ts'
import type { DayResult } from './day-result.ts'

/** Its fees are the commission that `netPnl` assumes. */
export function replayedTrade(day: DayResult, config: StrategyConfig): AttributedDay {
  if (day.status === 'incomplete') return { status: 'unsettled', reason: 'the data ended with the position open' }
  if (day.status === 'no_trade') return { status: 'no_trade', why: 'no_signal' }
  const { entry, exit } = day
  const trade = {
    decided_ms: entry.t_ms,
    strike: entry.strike,
    hedgeStrike: entry.hedgeStrike,
    contracts: config.profile.contracts,
    entryFill: entry.fill,
    exitFill: exit.fill,
    exit_ms: exit.t_ms,
    end: exit.reason,
    feesCents: centsOf(assumedCommission(config.profile.contracts, config)),
  }
  return { status: 'traded', trades: [trade] }
}
