/** Keys, hosts, and whether the broker takes them. */

import { brokerAddressProblem, isLoopback } from '../../broker/hosts.ts'
import type { BrokerError } from '../../broker/port.ts'
import type { BrokerFacts } from '../facts.ts'
import { KEY_LENGTH_MIN } from '../limits.ts'
import { type CheckLine, fail, pass, warn } from '../line.ts'

export function keys({ profile, endpoint }: BrokerFacts): CheckLine {
  const own = profile.toUpperCase()
  if (endpoint === null) {
    const advice = `Set ALPACA_API_KEY_${own} and ALPACA_SECRET_KEY_${own}, or the pair without ${own} for all accounts, to Alpaca paper keys; without any, npm start runs the market simulator.`
    return fail('keys', `there are no keys for ${profile}`, advice)
  }
  if (isLoopback(endpoint.urls.tradingUrl)) return pass('keys', 'key and secret of a simulated account')
  const shown = `${endpoint.keyPrefix}…, ${endpoint.keyLength} characters`
  const numbers = { length: endpoint.keyLength }
  if (endpoint.keyPrefix !== 'PK') {
    const advice = 'Generate keys on the paper side of the Alpaca dashboard: their id begins with PK.'
    return fail('keys', `the key id is no paper key (${shown})`, advice, numbers)
  }
  if (endpoint.keyLength < KEY_LENGTH_MIN) {
    const advice = 'Copy the whole key id from the Alpaca dashboard again.'
    return warn('keys', `the key id looks cut off (${shown})`, advice, numbers)
  }
  return pass('keys', `paper key (${shown}) and secret`, numbers)
}

export function paperHost({ endpoint }: BrokerFacts): CheckLine | null {
  if (endpoint === null) return null
  const addresses = Object.values(endpoint.urls)
  const wrong = addresses.filter((address) => brokerAddressProblem(address) !== null)
  if (wrong.length > 0) {
    const found = wrong.map((address) => `${hostOf(address)} ${brokerAddressProblem(address)}`).join('; ')
    const advice =
      'Remove the ALPACA_…_URL variables, whose defaults are the paper hosts; nothing is sent to a live one.'
    return fail('paper_host', found, advice)
  }
  const local = addresses.filter(isLoopback).length
  if (local === addresses.length) return pass('paper_host', `simulator at ${hostOf(endpoint.urls.tradingUrl)}`)
  const hosts = [...new Set(addresses.map(hostOf))].join(', ')
  if (local === 0) return pass('paper_host', hosts)
  const advice = 'Set all ALPACA_…_URL variables to one market, or none.'
  return warn('paper_host', `a simulator and Alpaca mixed: ${hosts}`, advice)
}

const hostOf = (address: string): string => new URL(address).host

export function brokerAccess({ readings, endpoint }: BrokerFacts): CheckLine | null {
  if (readings === null) return null
  const { account } = readings
  const at = endpoint === null ? 'the broker' : hostOf(endpoint.urls.tradingUrl)
  if (!account.ok) return refusedAccess(account.error, at)
  const { number, source } = account.value
  return pass('broker_access', source.kind === 'PAPER' ? `paper account ${number}` : `simulated account ${number}`)
}

function refusedAccess({ kind, message }: BrokerError, at: string): CheckLine {
  switch (kind) {
    case 'unauthorised':
      return fail(
        'broker_access',
        `${at} refuses the keys: ${message}`,
        'Check that key id and secret belong together and were not replaced since: generate a new paper pair if in doubt.',
      )
    case 'forbidden_host':
      return fail('broker_access', message, 'Use the paper hosts only; nothing was sent.')
    case 'rate_limited':
      return fail(
        'broker_access',
        `too many requests (${message})`,
        'Wait a minute; another program may use these keys.',
      )
    default:
      return fail(
        'broker_access',
        `${at} cannot be reached: ${message}`,
        'The keys were not judged. Check network and ALPACA_TRADING_URL, and Alpaca at status.alpaca.markets; then repeat.',
      )
  }
}
