/** What a broker says no with, and how a request fails on its way. */
import type { BrokerError, BrokerResult } from '../../broker/port.ts'

export const ok = <T>(value: T): BrokerResult<T> => ({ ok: true, value })

function no(kind: BrokerError['kind'], code: number | null, message: string): { ok: false; error: BrokerError } {
  return { ok: false, error: { kind, code, message, retryAfter_ms: kind === 'rate_limited' ? 1000 : null } }
}

export const duplicateId = () => no('refused', 40010001, 'client_order_id must be unique (HTTP 422)')
export const notFound = () => no('not_found', 40410000, 'order not found (HTTP 404)')
export const insufficientPower = () => no('refused', 40310000, 'insufficient options buying power (HTTP 403)')
export const insufficientQty = () => no('refused', 40310000, 'insufficient qty available for order (HTTP 403)')
export const intentMismatch = () => no('refused', 42210000, 'position intent mismatch (HTTP 422)')
export const expiresSoon = () =>
  no('refused', 42210000, 'contract expires soon, unable to open new positions (HTTP 422)')
export const closesRefused = () => no('refused', 40310000, 'orders to close are not accepted now (HTTP 403)')
export const marketClosed = () =>
  no('refused', 42210000, 'options market orders are only allowed during market hours (HTTP 422)')
export const notCancelable = (status: string) => no('refused', 42210000, `order is already in "${status}" state`)

/** How a read can fail. */
const READ_FAILURES = [
  () => no('unavailable', null, 'no answer from the broker: timeout'),
  () => no('unavailable', null, 'service unavailable (HTTP 503)'),
  () => no('unavailable', null, 'unreadable answer from the broker: unexpected end of JSON'),
  () => no('rate_limited', 42910000, 'rate limit exceeded (HTTP 429)'),
  () => no('unauthorised', 40110000, 'request is not authorized (HTTP 401)'),
] as const

/** How a request that changes something can fail so that nobody knows whether it did. */
const UNSURE_FAILURES = [
  () => no('ambiguous', null, 'no answer from the broker: timeout'),
  () => no('ambiguous', null, 'no answer from the broker: ECONNRESET'),
  () => no('ambiguous', null, 'internal server error (HTTP 500)'),
  () => no('ambiguous', null, 'unreadable answer from the broker: unexpected end of JSON'),
] as const

/** And how it can be refused without any reason of its own. */
const SUBMIT_REFUSALS = [
  ...UNSURE_FAILURES,
  () => no('rate_limited', 42910000, 'rate limit exceeded (HTTP 429)'),
  () => no('unauthorised', 40110000, 'request is not authorized (HTTP 401)'),
  insufficientPower,
  expiresSoon,
  () => no('refused', 40310000, 'account not eligible to trade this option strategy (HTTP 403)'),
  () => no('refused', 40310000, 'maximum number of contracts expiring today is reached (HTTP 403)'),
  () => no('refused', 40310000, 'insufficient qty available for order (held_for_orders) (HTTP 403)'),
  marketClosed,
  intentMismatch,
] as const

function pick(failures: readonly (() => { ok: false; error: BrokerError })[], variant: number) {
  const failure = failures[Math.min(failures.length - 1, Math.floor(variant * failures.length))]
  if (failure === undefined) throw new Error(`expected a variant from 0 to 1, got ${variant}`)
  return failure()
}

export const readFailure = (variant: number) => pick(READ_FAILURES, variant)
export const unsureFailure = (variant: number) => pick(UNSURE_FAILURES, variant)
/** Nothing was done: any no is true. */
export const submitFailure = (variant: number) => pick(SUBMIT_REFUSALS, variant)
