/**
 * One request within its budget, its outcome a value.
 *
 * Entry point: `send`.
 */
import type { Priority, RequestBudget } from './budget.ts'
import { attempt, brokerError, type Effect } from './errors.ts'
import type { BrokerError, BrokerResult } from './port.ts'

export interface RequestTerms {
  readonly budget: RequestBudget
  readonly priority: Priority
  readonly effect: Effect
  /** The longest wait for a turn. */
  readonly wait_ms: number
  /** Asked last of all, when its turn has come; absent: it is sent. */
  readonly maySend?: (() => boolean) | undefined
}

export function notSent(): BrokerError {
  return brokerError('not_sent', 'not sent: it was not wanted any more when its turn had come')
}

/** A request that got no turn was not sent: `rate_limited`, whatever it would have changed. */
export async function send<T>(terms: RequestTerms, request: () => Promise<T>): Promise<BrokerResult<T>> {
  const { budget, priority, effect, wait_ms } = terms
  // The usual case must not cost a turn of the event loop: exits are timed in it.
  if (!budget.tryTake(priority) && !(await budget.take(priority, wait_ms))) {
    const message = `not sent: the request budget of this account is used up (waited ${wait_ms} ms)`
    return { ok: false, error: brokerError('rate_limited', message, null, budget.wait_ms(priority)) }
  }
  // Between this and the request nothing is waited for.
  if (terms.maySend?.() === false) return { ok: false, error: notSent() }
  return attempt(effect, request)
}
