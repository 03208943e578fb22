/**
 * One request within its budget, its outcome a value.
 *
 * Entry point: `send`.
 */
import type { Priority, RequestBudget } from './budget.ts'
import { attempt, brokerError, type Effect } from './errors.ts'
import type { BrokerResult } from './port.ts'

export interface RequestTerms {
  readonly budget: RequestBudget
  readonly priority: Priority
  readonly effect: Effect
  /** The longest wait for a turn. */
  readonly wait_ms: number
}

/** A request that got no turn was not sent: `rate_limited`, whatever it would have changed. */
export async function send<T>(terms: RequestTerms, request: () => Promise<T>): Promise<BrokerResult<T>> {
  const { budget, priority, effect, wait_ms } = terms
  // The usual case must not cost a turn of the event loop: exits are timed in it.
  if (!budget.tryTake(priority) && !(await budget.take(priority, wait_ms))) {
    const message = `not sent: the request budget of this account is used up (waited ${wait_ms} ms)`
    return { ok: false, error: brokerError('rate_limited', message, null, budget.wait_ms(priority)) }
  }
  return attempt(effect, request)
}
