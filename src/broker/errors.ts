/**
 * What the SDK throws → `BrokerError`. The one place that decides between `ambiguous` and `unavailable`.
 *
 * Entry points: `attempt`, `toBrokerError`, `brokerError`, and from `refusals.ts` `refusalOf`,
 * `isDuplicateClientOrderId`.
 *
 * 1. A 4xx is final except 408 (the broker gave up waiting, so nothing is known) and 429.
 * 2. Everything that is no answer, or none that can be read, is `ambiguous` when the request changes something.
 * 3. `retryAfter_ms` is set for 429 and 503 only: Alpaca sends the headers on final refusals too.
 */
import { errors as sdk } from '@alpacahq/alpaca-trade-api'
import { ForbiddenHostError } from './host-guard.ts'
import type { BrokerError, BrokerErrorKind, BrokerResult } from './port.ts'

export { type BrokerRefusalCode, isDuplicateClientOrderId, refusalOf } from './refusals.ts'

/** Whether a request changes something at the broker. */
export type Effect = 'reads' | 'changes'

/** An answer that arrived and does not have the shape it must have. */
export class UnreadableAnswerError extends Error {
  override readonly name = 'UnreadableAnswerError'
}

const MESSAGE_LENGTH_MAX = 500

export function brokerError(
  kind: BrokerErrorKind,
  message: string,
  code: number | null = null,
  retryAfter_ms: number | null = null,
): BrokerError {
  return { kind, code, message: message.slice(0, MESSAGE_LENGTH_MAX), retryAfter_ms }
}

function numericCode(code: number | string | undefined): number | null {
  const value = typeof code === 'string' ? Number(code) : code
  return value !== undefined && Number.isFinite(value) ? value : null
}

function kindOfStatus(error: sdk.ApiError, effect: Effect): BrokerErrorKind {
  const { status } = error
  if (status === 401) return 'unauthorised'
  // Wrong keys also come back as a bare 403 "forbidden.", without the code every real refusal has.
  if (status === 403 && error.code === undefined && /forbidden/i.test(error.message)) return 'unauthorised'
  if (status === 404) return 'not_found'
  if (status === 429) return 'rate_limited'
  if (status >= 400 && status < 500 && status !== 408) return 'refused'
  return effect === 'changes' ? 'ambiguous' : 'unavailable'
}

function ofAnswer(error: sdk.ApiError, effect: Effect): BrokerError {
  const waits = error.status === 429 || error.status === 503
  const retryAfter_ms = waits ? (error.retryAfterMs ?? null) : null
  const message = `${error.message} (HTTP ${error.status}${error.requestId === undefined ? '' : `, request ${error.requestId}`})`
  return brokerError(kindOfStatus(error, effect), message, numericCode(error.code), retryAfter_ms)
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  // fetch hides the useful part (ECONNREFUSED, …) one or two causes down.
  return cause instanceof Error ? reason(cause) : `${error.name}: ${error.message}`
}

function forbidden(error: unknown): ForbiddenHostError | null {
  if (error instanceof ForbiddenHostError) return error
  return error instanceof sdk.FetchError && error.cause instanceof ForbiddenHostError ? error.cause : null
}

/** Any error of a request as a value. */
export function toBrokerError(error: unknown, effect: Effect): BrokerError {
  if (error instanceof sdk.ApiError) return ofAnswer(error, effect)
  const refusedHost = forbidden(error)
  if (refusedHost !== null) return brokerError('forbidden_host', refusedHost.message)
  const kind = effect === 'changes' ? 'ambiguous' : 'unavailable'
  if (error instanceof sdk.FetchError) return brokerError(kind, `no answer from the broker: ${reason(error)}`)
  return brokerError(kind, `unreadable answer from the broker: ${reason(error)}`)
}

/** Runs one request; whatever it throws becomes the result's error. */
export async function attempt<T>(effect: Effect, request: () => Promise<T>): Promise<BrokerResult<T>> {
  try {
    return { ok: true, value: await request() }
  } catch (error) {
    return { ok: false, error: toBrokerError(error, effect) }
  }
}
