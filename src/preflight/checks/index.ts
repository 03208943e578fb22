/**
 * All checks of the broker's side, in order. Entry points: `brokerLines`, `BROKER_CHECKS`, `STORE_CHECKS`,
 * `DISCORD_CHECKS`.
 */

import { keysOf } from '../../tables/typed-keys.ts'
import type { BrokerFacts } from '../facts.ts'
import { CHECK_IDS, type CheckId, type CheckLine, groupOf } from '../line.ts'
import { brokerAccess, keys, paperHost } from './access.ts'
import { accountStatus, buyingPower, optionsLevel } from './account.ts'
import { optionFeed, stockFeed } from './feeds.ts'
import { bars, clockSkew, marketHours } from './market.ts'

type BrokerCheckId = Exclude<
  { [Id in CheckId]: Id extends `${'redis' | 'discord'}_${string}` ? never : Id }[CheckId],
  'configuration' | 'worker'
>

/** Null: not made, as an earlier one failed. */
const CHECKS: Readonly<Record<BrokerCheckId, (facts: BrokerFacts) => CheckLine | null>> = {
  keys,
  paper_host: paperHost,
  broker_access: brokerAccess,
  account_status: accountStatus,
  options_level: optionsLevel,
  buying_power: buyingPower,
  market_hours: marketHours,
  stock_feed: stockFeed,
  option_feed: optionFeed,
  bars,
  clock_skew: clockSkew,
}

export const BROKER_CHECKS: readonly BrokerCheckId[] = keysOf(CHECKS)
export const STORE_CHECKS: readonly CheckId[] = CHECK_IDS.filter((id) => groupOf(id) === 'store')
export const DISCORD_CHECKS: readonly CheckId[] = CHECK_IDS.filter((id) => groupOf(id) === 'discord')

export function brokerLines(facts: BrokerFacts): readonly CheckLine[] {
  return BROKER_CHECKS.map((id) => CHECKS[id](facts)).filter((line) => line !== null)
}
