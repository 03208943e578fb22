/** Whether the account can carry what is planned. Alpaca's own rules are in `session/account-check.ts`. */
import type { BrokerAccount } from '../../broker/port.ts'
import { money, structureName } from '../../report/format.ts'
import { accountRefusal } from '../../session/account-check.ts'
import { centsOf } from '../../strategy/exact.ts'
import type { Structure } from '../../strategy/types.ts'
import { spotOf } from '../days.ts'
import type { BrokerFacts } from '../facts.ts'
import { type CheckLine, fail, pass, warn } from '../line.ts'
import { chooseStructure, neededFor } from '../structure.ts'

const accountOf = ({ readings }: BrokerFacts): BrokerAccount | null =>
  readings?.account.ok === true ? readings.account.value : null

export function accountStatus(facts: BrokerFacts): CheckLine | null {
  const account = accountOf(facts)
  if (account === null) return null
  const { status, blocked } = account
  if (status === 'ACTIVE' && !blocked) return pass('account_status', `${status}, equity ${dollars(account.equity)}`)
  const found = `the broker reports ${status}${blocked ? ', blocked' : ''}`
  const advice =
    'Open the account in the Alpaca dashboard: it says what is missing or whom to ask. Trading waits for it.'
  return fail('account_status', found, advice, { status, blocked: blocked ? 'yes' : 'no' })
}

export function optionsLevel(facts: BrokerFacts): CheckLine | null {
  const account = accountOf(facts)
  if (account === null) return null
  const structure = structureOf(facts, account)
  const has = account.optionsLevel
  const refusal = accountRefusal(healthy(account), planOf(facts, structure), null)
  if (refusal?.code !== 'options_level')
    return pass('options_level', `level ${has} covers a ${structureName(structure)}`, { has })
  const needed = Number(refusal.numbers.needed)
  const advice = `Raise it to ${needed} in the Alpaca dashboard under Account → Configure, or choose another structure (STRUCTURE).`
  return fail('options_level', `level ${has}, a ${structureName(structure)} needs ${needed}`, advice, { has, needed })
}

export function buyingPower(facts: BrokerFacts): CheckLine | null {
  const account = accountOf(facts)
  if (account === null || facts.readings === null) return null
  const { settings, wanted } = facts
  const spot = spotOf(facts.readings.snapshot?.result ?? null)
  const structure = structureOf(facts, account)
  const { contracts } = settings.profile
  const what = `${wanted === 'auto' ? 'auto → ' : ''}${contracts} × ${structureName(structure, structure === 'put_spread' ? settings.width : null)}`
  const has = account.optionsBuyingPower
  const needed = neededFor(structure, settings, spot)
  if (needed === null) {
    const advice = 'Repeat once SPY is quoted: what a put alone ties up depends on its strike.'
    return warn('buying_power', `${what}: has ${dollars(has)}, the need is not known without SPY's price`, advice, {
      structure,
      has,
    })
  }
  const numbers = { structure, contracts, needed: needed.toFixed(2), has }
  const found = `${what}: needs ${dollars(needed.toFixed(2))}, has ${dollars(has)}`
  if (needed.lte(has)) return pass('buying_power', found, numbers)
  if (holdsPositions(facts)) {
    const advice = 'An open position ties up buying power: repeat when it is closed.'
    return warn('buying_power', found, advice, numbers)
  }
  return fail('buying_power', found, shortage(facts, structure), numbers)
}

function shortage({ settings, profile }: BrokerFacts, structure: Structure): string {
  const contracts = `CONTRACTS_${profile.toUpperCase()} (${settings.profile.contracts})`
  const other = structure === 'short_put' ? 'choose STRUCTURE=put_spread' : `narrow SPREAD_WIDTH (${settings.width})`
  return `Raise the paper account's balance in the Alpaca dashboard, lower ${contracts}, or ${other}.`
}

/** What could not be read counts as held: a shortage is then only a warning, and each order is checked again. */
function holdsPositions({ readings }: BrokerFacts): boolean {
  const positions = readings?.positions
  return positions === undefined || !positions.ok || positions.value.length > 0
}

function structureOf({ wanted, settings, readings }: BrokerFacts, account: BrokerAccount): Structure {
  return chooseStructure(wanted, account, settings, spotOf(readings?.snapshot?.result ?? null))
}

const planOf = ({ settings }: BrokerFacts, structure: Structure) =>
  ({ structure, width: settings.width, contracts: settings.profile.contracts }) as const

/** Each check says one thing: a blocked account is told by `account_status` alone. */
const healthy = (account: BrokerAccount): BrokerAccount => ({ ...account, status: 'ACTIVE', blocked: false })

const dollars = (amount: string): string => money(centsOf(amount))
