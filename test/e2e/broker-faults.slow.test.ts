/**
 * Ten seconds of a broker that answers badly, at the moment of an exit: the position is closed once, whatever became of
 * the requests. Each fault is on every REST answer; quotes go on streaming, while the stream of orders, which would
 * tell what the answers do not, is silent.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { closedOnce, closesAsked, fall, spoilAll } from '../support/broker-faults.ts'
import { type HeldDesk, startHeldDesk } from '../support/held-desk.ts'
import { until } from '../support/waits.ts'
import type { Spoiled } from '../support/wire.ts'

const FAULT_MS = 10_000
/** Longer than the silence after which the team is told. */
const OUTAGE_S = 20
const ENOUGH_MS = 60_000
const RETRY_AFTER = { 'retry-after': '3' }

const FAULTS: readonly (readonly [string, Spoiled])[] = [
  ['nothing answers, and nothing is done', { kind: 'silent', isDone: false }],
  ['nothing answers, but all is done', { kind: 'silent', isDone: true }],
  ['each answer comes 2 s late', { kind: 'late', wait_ms: 2_000 }],
  ['429 with Retry-After', { kind: 'status', status: 429, headers: RETRY_AFTER, isDone: false }],
  ['500, and nothing is done', { kind: 'status', status: 500, isDone: false }],
  ['503, but all is done', { kind: 'status', status: 503, isDone: true }],
  ['half of each answer', { kind: 'broken' }],
  ['connections reset, but all is done', { kind: 'reset', isDone: true }],
]

describe('ten seconds of a broker at fault, at the moment of an exit', () => {
  let held: HeldDesk
  afterEach(() => held.close())

  test.each(FAULTS)(
    '%s: the position is closed once',
    async (_name, spoiled) => {
      held = await startHeldDesk({ database: 8 })
      spoilAll(held.wire, spoiled)
      await fall(held)
      await until('a close', async () => closesAsked(held.wire).length > 0, ENOUGH_MS)
      // Not a synchronisation: the fault has to last.
      await wait(FAULT_MS)
      held.wire.spoil(null)
      await closedOnce(held)
      const attempts = new Set(closesAsked(held.wire))
      expect(attempts.size).toBe((await held.orders()).filter((one) => one.client_order_id.includes('-close-')).length)
    },
    180_000,
  )

  test('no word by REST or stream: the team is told once, told again when it is over, and the exit follows', async () => {
    held = await startHeldDesk({ database: 8 })
    const alerts = async () => (await held.of('engine_alert')).map(({ code, critical }) => ({ code, critical }))
    spoilAll(held.wire, { kind: 'silent', isDone: false })
    await held.sim('/provoke/cut', { seconds: OUTAGE_S })
    await until('the alert', async () => (await alerts()).length > 0, ENOUGH_MS)
    expect(await alerts()).toEqual([{ code: 'broker_unreachable', critical: true }])
    await fall(held)
    await wait(2_000)
    expect(closesAsked(held.wire)).toEqual([])
    await held.sim('/provoke/calm', {})
    held.wire.spoil(null)
    await closedOnce(held)
    expect(await alerts()).toEqual([
      { code: 'broker_unreachable', critical: true },
      { code: 'broker_back', critical: false },
    ])
  }, 180_000)
})
