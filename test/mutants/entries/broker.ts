/** The broker adapter: the host guard, the outcome of a request, the reasons of refusals. */
import type { BrokerRefusalCode } from '../../../src/broker/refusals.ts'
import type { Mutant } from '../entry.ts'

const errors = ['test/broker/errors.test.ts']
const hosts = 'src/broker/hosts.ts'
const guard = ['test/broker/host-guard.test.ts']

/** A reason that is not told apart any more. */
function unknownReason(code: BrokerRefusalCode, find: string): Mutant {
  return {
    name: `the broker's refusal ${code} is not recognised`,
    covers: [`broker:${code}`],
    file: 'src/broker/refusals.ts',
    find,
    replace: '/never to be found/',
    tests: errors,
  }
}

export const BROKER_MUTANTS: readonly Mutant[] = [
  unknownReason('duplicate_client_order_id', '/client[_ ]order[_ ]id must be unique/i'),
  unknownReason('expires_soon', '/expires? soon/i'),
  unknownReason('held_for_orders', '/held[_ ]for[_ ]orders|insufficient qty/i'),
  unknownReason('position_intent', '/position[_ ]intent/i'),
  unknownReason(
    'options_level',
    '/uncovered|not eligible to trade|options? (trading )?level|not (approved|eligible|enabled)[^.]*option/i',
  ),
  unknownReason('insufficient_buying_power', '/insufficient[^.]*(buying power|funds|balance|collateral)/i'),
  unknownReason(
    'market_closed',
    '/market (is )?(currently )?closed|(during|outside)[^.]*market hours|market is not open/i',
  ),
  {
    name: 'a refusal that is not known counts as one that is',
    covers: ['broker:other'],
    file: 'src/broker/refusals.ts',
    find: "?.[0] ?? 'other'",
    replace: "?.[0] ?? 'market_closed'",
    tests: errors,
  },
  {
    name: 'what is no refusal counts as a duplicate id where it says so',
    covers: ['broker:other', 'I7'],
    file: 'src/broker/refusals.ts',
    find: "  if (error.kind !== 'refused') return 'other'\n",
    replace: '',
    tests: errors,
  },
  {
    name: 'any host is allowed',
    covers: ['I15'],
    file: hosts,
    find: 'if (!ALLOWED_HOSTS.has(url.hostname))',
    replace: 'if (url.hostname === LIVE_HOST)',
    tests: guard,
  },
  {
    name: 'the paper host without TLS',
    covers: ['I15'],
    file: hosts,
    find: "  if (!SECURE.has(url.protocol)) return 'would send the keys unencrypted'\n",
    replace: '',
    tests: guard,
  },
  {
    name: 'any port of the paper host',
    covers: ['I15'],
    file: hosts,
    find: "  if (url.port !== '') return `names a port that is not Alpaca's`\n",
    replace: '',
    tests: guard,
  },
  {
    name: 'a live key',
    covers: ['I15', 'refusal:live_credentials'],
    file: hosts,
    find: "  if (keyId.startsWith('AK')) return 'is a live key (AK…): this desk trades on paper only'\n",
    replace: '',
    tests: guard,
  },
  {
    name: 'a key that is no paper key on the paper host',
    covers: ['I15', 'refusal:live_credentials'],
    file: hosts,
    find: "!isLoopback(tradingUrl) && !keyId.startsWith('PK')",
    replace: "!isLoopback(tradingUrl) && keyId === ''",
    tests: ['test/broker/hosts.test.ts'],
  },
  {
    name: 'a request to an origin that was not configured is sent',
    covers: ['I15'],
    file: 'src/broker/host-guard.ts',
    find: 'if (origin !== null && origins.has(origin)) return send(url, init)',
    replace: 'if (origin !== null) return send(url, init)',
    tests: guard,
  },
  {
    name: 'a stream to any host',
    covers: ['I15'],
    file: 'src/broker/host-guard.ts',
    find: 'export function guardSocketUrl(url: string): string {\n  assertAllowed(url)\n',
    replace: 'export function guardSocketUrl(url: string): string {\n',
    tests: guard,
  },
  {
    name: 'an order that got HTTP 500 counts as refused',
    covers: ['I2', 'I6'],
    file: 'src/broker/errors.ts',
    find: 'status >= 400 && status < 500 && status !== 408',
    replace: 'status >= 400 && status !== 408',
    tests: errors,
  },
  {
    name: 'an order that got HTTP 408 counts as refused',
    covers: ['I2', 'I6'],
    file: 'src/broker/errors.ts',
    find: ' && status !== 408',
    replace: '',
    tests: errors,
  },
  {
    name: 'keys that the broker refuses count as any refusal',
    covers: ['refusal:unauthorised'],
    file: 'src/broker/errors.ts',
    find: "  if (status === 401) return 'unauthorised'\n",
    replace: '',
    tests: errors,
  },
  {
    name: 'an order whose answer cannot be read is over',
    covers: ['I2', 'I6'],
    file: 'src/broker/errors.ts',
    find: "const kind = effect === 'changes' ? 'ambiguous' : 'unavailable'\n  if (error instanceof sdk.FetchError)",
    replace: "const kind = effect === 'changes' ? 'refused' : 'unavailable'\n  if (error instanceof sdk.FetchError)",
    tests: errors,
  },
]
