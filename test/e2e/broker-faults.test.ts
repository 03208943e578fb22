/** The broker takes the close of a position, and its answer never arrives in one piece. */
import { afterEach, expect, test } from 'vitest'
import { closedOnce, closesAsked, fall } from '../support/broker-faults.ts'
import { type HeldDesk, startHeldDesk } from '../support/held-desk.ts'
import { until } from '../support/waits.ts'

let held: HeldDesk
afterEach(() => held.close())

test('a close whose answer is broken, and whose look-ups fail for a while, is never sent twice', async () => {
  held = await startHeldDesk({ database: 7 })
  const { wire } = held
  let lookups = 0
  wire.spoil(({ method, path }) => {
    if (method === 'POST' && path === '/v2/orders') return { kind: 'broken' }
    if (!path.startsWith('/v2/orders') && !path.startsWith('/v2/positions')) return null
    lookups += 1
    return { kind: 'status', status: 502, isDone: false }
  })
  // Or the orders' stream would tell what the answers do not.
  await held.sim('/provoke/mute', { streams: ['orders'], seconds: 300 })
  await held.setSpeed(4)
  await fall(held)
  await until('some look-ups', async () => lookups >= 6, 60_000)
  expect(new Set(closesAsked(wire)).size).toBe(1)
  wire.spoil(null)
  await closedOnce(held)
  expect(closesAsked(wire)).toEqual(['p4d-25k-20261123-close-1'])
}, 150_000)
