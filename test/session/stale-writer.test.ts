/** What a worker sends whose session may be somebody else's by now: because it stood still, or has left it. */
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { createLeaseHold } from '../../src/store/lease-hold.ts'
import { entering, exiting, no, type OrdersOutWorld } from '../support/orders-out.ts'
import { brokerOrder } from '../support/session.ts'

const PAUSE_MS = 60_000

/** The lease of the session as a worker has it, on the clock of this world. */
function leased(world: OrdersOutWorld) {
  const lease = { name: 'session', owner: 'w', epoch: 1 }
  const hold = createLeaseHold({
    leases: { renew: async () => world.hold.answer === 'held' },
    ...{ lease, log: pino({ level: 'silent' }), onLost: () => undefined },
    options: { name: lease.name, ttl_ms: 3000 },
    wall: { now_ms: () => world.now_ms, monotonic_ms: () => world.now_ms, sleep: async () => undefined },
    asked: { monotonic_ms: world.now_ms, now_ms: world.now_ms },
  })
  world.hold.isHeld = hold.isHeld
}

const standStill = (world: OrdersOutWorld) => async () => {
  world.now_ms += PAUSE_MS
}

describe('an opening', () => {
  test.each(['whileRead', 'whileQueued'] as const)('of a worker that stood still %s is not sent', async (when) => {
    const { out, world } = entering()
    leased(world)
    world[when] = standStill(world)
    await out.submit(world.desk.sent())
    expect(world.submitted).toEqual([])
    // Neither refused nor denied: whoever has the session asks what became of it, and sends it if it is still wanted.
    expect(world.pushed).toEqual([{ kind: 'order_missing', clientOrderId: world.desk.sent().clientOrderId }])
  })

  test('goes out once the lease is known to be held again, and counts as sent only then', async () => {
    const { out, world } = entering()
    world.hold.held = false
    for (let held = 0; held < 10; held += 1) await out.submit(world.desk.sent())
    expect(world.submitted).toEqual([])
    world.hold.held = true
    await out.submit(world.desk.sent())
    expect(world.submitted).toHaveLength(1)
  })

  test('that was switched off while it waited for its turn is not sent', async () => {
    const { out, world } = entering()
    const { clientOrderId } = world.desk.sent()
    world.whileQueued = async () => {
      world.desk.give({ kind: 'order_denied', clientOrderId, denial: { code: 'kill_switch', numbers: {} } })
    }
    await out.submit(world.desk.sent())
    expect([world.submitted, world.looks]).toEqual([[], 0])
  })
})

describe('a close', () => {
  test('asks nobody while the lease is held', async () => {
    const { out, world } = exiting()
    await out.submit(world.desk.sent())
    expect([world.submitted.length, world.hold.asked]).toEqual([1, 0])
  })

  test('of a worker that stood still is sent where nobody took the session', async () => {
    const { out, world } = exiting()
    world.hold.held = false
    await out.submit(world.desk.sent())
    expect([world.submitted.length, world.hold.asked]).toEqual([1, 1])
  })

  test('is not sent where somebody did', async () => {
    const { out, world } = exiting()
    Object.assign(world.hold, { held: false, answer: 'lost' })
    await out.submit(world.desk.sent())
    expect(world.submitted).toEqual([])
  })

  test('goes out where the store cannot be asked, but not after another pause', async () => {
    const { out, world } = exiting()
    Object.assign(world.hold, { held: false, answer: 'unknown' })
    world.whileQueued = standStill(world)
    await out.submit(world.desk.sent())
    expect(world.submitted).toEqual([])
    world.whileQueued = async () => undefined
    await out.submit(world.desk.sent())
    expect(world.submitted).toHaveLength(1)
  })
})

describe('a session that was left', () => {
  test('sends nothing more, neither what was read for nor what waited for its turn', async () => {
    for (const when of ['whileRead', 'whileQueued'] as const) {
      const { out, world } = entering()
      world[when] = async () => out.stop()
      await out.submit(world.desk.sent())
      expect([world.submitted, world.pushed, world.looks]).toEqual([[], [], 0])
    }
  })

  test('knows of an order that is just being sent', async () => {
    const { out, world } = exiting()
    const seen: boolean[] = []
    world.submit = async () => {
      seen.push(out.isSending())
      return { ok: true, value: brokerOrder(world.desk.sent(), 'new', 0, null, world.desk.now_ms) }
    }
    await out.submit(world.desk.sent())
    expect([...seen, out.isSending()]).toEqual([true, false])
  })
})

describe('a broker that asks to be left alone for a while', () => {
  const busy = (retryAfter_ms: number) => async () => {
    const answer = no('rate_limited')
    return { ...answer, error: { ...answer.error, retryAfter_ms } }
  }

  test('is, before the order is looked up', async () => {
    const { out, world } = entering()
    world.submit = busy(3000)
    await out.submit(world.desk.sent())
    expect(world.slept[0]).toBe(3000)
    expect(world.pushed).toMatchObject([{ kind: 'order_missing' }])
  })

  test('but no longer than the order waits for its answer', async () => {
    const { out, world } = exiting()
    world.submit = busy(600_000)
    await out.submit(world.desk.sent())
    expect(world.slept[0]).toBe(world.desk.state.engine.exitWait_s * 1000)
  })
})
