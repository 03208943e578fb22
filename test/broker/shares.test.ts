/** One account's requests a minute among the programs that use it. */
import { expect, test } from 'vitest'
import { RequestBudget } from '../../src/broker/budget.ts'
import { ACCOUNT_REQUESTS_PER_MINUTE, REQUEST_SHARES } from '../../src/broker/shares.ts'
import type { WallClock } from '../../src/config/clock.ts'
import { MINUTE_MS } from '../../src/time/units.ts'

/** Requests let through in a minute in which every program asks for more than it gets, 4 times a second. */
function busyMinute() {
  let now_ms = 0
  const clock: WallClock = { now_ms: () => now_ms, monotonic_ms: () => now_ms, sleep: async () => undefined }
  const budgets = Object.values(REQUEST_SHARES).map((perMinute) => new RequestBudget(perMinute, clock))
  let sent = 0
  for (now_ms = 0; now_ms < MINUTE_MS; now_ms += 250) {
    for (const budget of budgets) while (budget.tryTake('read')) sent += 1
  }
  const exits = budgets.map((budget) => budget.tryTake('order'))
  for (const budget of budgets) while (budget.tryTake('order')) sent += 1
  return { sent, exits }
}

test('all programs at their limit stay below what the account is let, and each has a turn left for an exit', () => {
  const { sent, exits } = busyMinute()
  expect(sent).toBeGreaterThan(ACCOUNT_REQUESTS_PER_MINUTE / 2)
  expect(sent + exits.length).toBeLessThanOrEqual(ACCOUNT_REQUESTS_PER_MINUTE)
  expect(exits).toEqual([true, true, true])
})

test('the worker has the most', () => {
  const { worker, ...others } = REQUEST_SHARES
  expect(worker).toBeGreaterThanOrEqual(Object.values(others).reduce((sum, share) => sum + share, 0))
})
