/**
 * How a provoked rejection looks: what Alpaca says to an order that it does not take, or takes and rejects afterwards.
 */
import type { AdmittedLeg } from './admission.ts'
import { AlpacaError, expiresSoon, levelTooLow } from './errors.ts'

/** `afterwards`: the order is taken, and an update tells of its rejection. */
export const REJECTION_KINDS = ['buying_power', 'level', 'expires_soon', 'afterwards'] as const
export type RejectionKind = (typeof REJECTION_KINDS)[number]

const REQUIRED_LEVEL = 3

export function rejectionError(kind: Exclude<RejectionKind, 'afterwards'>, legs: readonly AdmittedLeg[]): AlpacaError {
  switch (kind) {
    case 'buying_power':
      return new AlpacaError(403, 40310000, 'insufficient options buying power', { options_buying_power: '0.00' })
    case 'level':
      return levelTooLow(REQUIRED_LEVEL, REQUIRED_LEVEL - 1)
    case 'expires_soon':
      return expiresSoon(legs[0]?.symbol ?? '')
  }
}
