/** Which structure a plan gets, and the buying power it ties up. Pure. */
import type { BrokerAccount } from '../broker/port.ts'
import type { StrategySettings } from '../config/config.ts'
import { accountRefusal, buyingPowerNeeded } from '../session/account-check.ts'
import type { Decimal } from '../strategy/exact.ts'
import type { Structure } from '../strategy/types.ts'

type Sized = Pick<StrategySettings, 'width' | 'profile'>

/** `auto`: the put alone where the account can carry it, else the spread. `spot` null: SPY's price is not known yet. */
export function chooseStructure(
  wanted: Structure | 'auto',
  account: BrokerAccount,
  { width, profile }: Sized,
  spot: number | null,
): Structure {
  if (wanted !== 'auto') return wanted
  const plan = { structure: 'short_put', width, contracts: profile.contracts } as const
  return spot !== null && accountRefusal(account, plan, spot) === null ? 'short_put' : 'put_spread'
}

/** Dollars of options buying power; null for a put alone while SPY's price is not known. */
export function neededFor(structure: Structure, { width, profile }: Sized, spot: number | null): Decimal | null {
  const price = structure === 'put_spread' ? width : spot
  return price === null ? null : buyingPowerNeeded(price, profile.contracts)
}
