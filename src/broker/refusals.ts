/**
 * Why the broker refused an order, as a stable code. Alpaca gives several reasons the same number (40310000 is buying
 * power, level and held quantity alike), so the message decides.
 *
 * Entry points: `refusalOf`, `isDuplicateClientOrderId`.
 */
import type { BrokerError } from './port.ts'

export const BROKER_REFUSAL_CODES = [
  'duplicate_client_order_id',
  'insufficient_buying_power',
  'options_level',
  'held_for_orders',
  'expires_soon',
  'market_closed',
  'position_intent',
  'other',
] as const
export type BrokerRefusalCode = (typeof BROKER_REFUSAL_CODES)[number]

/** The first that matches names the refusal. */
const PATTERNS: readonly (readonly [BrokerRefusalCode, RegExp])[] = [
  ['duplicate_client_order_id', /client[_ ]order[_ ]id must be unique/i],
  ['expires_soon', /expires? soon/i],
  ['held_for_orders', /held[_ ]for[_ ]orders|insufficient qty/i],
  ['position_intent', /position[_ ]intent/i],
  [
    'options_level',
    /uncovered|not eligible to trade|options? (trading )?level|not (approved|eligible|enabled)[^.]*option/i,
  ],
  ['insufficient_buying_power', /insufficient[^.]*(buying power|funds|balance|collateral)/i],
  ['market_closed', /market (is )?(currently )?closed|(during|outside)[^.]*market hours|market is not open/i],
]

/** The reason behind a `refused` error; `other` for every other kind and for messages not known. */
export function refusalOf(error: BrokerError): BrokerRefusalCode {
  if (error.kind !== 'refused') return 'other'
  return PATTERNS.find(([, pattern]) => pattern.test(error.message))?.[0] ?? 'other'
}

/** The order id was used before: the order is already there, so fetch it and compare. */
export function isDuplicateClientOrderId(error: BrokerError): boolean {
  return refusalOf(error) === 'duplicate_client_order_id'
}
