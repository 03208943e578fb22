/** Whether an account can carry the plan; at arming and again before each session. */
import type { BrokerAccount } from '../broker/port.ts'
import { type Decimal, exact } from '../strategy/exact.ts'
import type { Structure } from '../strategy/types.ts'
import { dollarsText } from './amounts.ts'
import type { Plan } from './events.ts'
import type { Refusal } from './refusal.ts'

/** Options levels at Alpaca: 1 covers cash-secured puts, 3 spreads. */
const LEVEL_NEEDED: Readonly<Record<Structure, number>> = { short_put: 1, put_spread: 3 }

/** Options buying power the position ties up, dollars. `price` is the strike of a put, the width of a spread. */
export function buyingPowerNeeded(price: number, contracts: number): Decimal {
  return exact(price).times(100).times(contracts)
}

export function accountRefusal(
  account: BrokerAccount,
  plan: Pick<Plan, 'structure' | 'width' | 'contracts'>,
  spot: number | null = null,
): Refusal | null {
  if (account.blocked || account.status !== 'ACTIVE') {
    const message = `The broker reports the account as ${account.status}${account.blocked ? ', blocked' : ''}; ask the broker, then start again.`
    return { code: 'account_blocked', message, numbers: { status: account.status } }
  }
  const level = LEVEL_NEEDED[plan.structure]
  if (account.optionsLevel < level) {
    const message = `${plan.structure} needs options level ${level}, the account has ${account.optionsLevel}; raise it at the broker or choose another structure.`
    return { code: 'options_level', message, numbers: { needed: level, has: account.optionsLevel } }
  }
  const price = plan.structure === 'put_spread' ? plan.width : spot
  if (price === null) return null
  const needed = buyingPowerNeeded(price, plan.contracts)
  if (needed.gt(account.optionsBuyingPower)) {
    const message = `${plan.structure} with ${plan.contracts} contracts ties up ${dollarsText(needed.toFixed(2))}, the account has ${dollarsText(account.optionsBuyingPower)} of options buying power.`
    return { code: 'buying_power', message, numbers: { needed: needed.toFixed(2), has: account.optionsBuyingPower } }
  }
  return null
}
