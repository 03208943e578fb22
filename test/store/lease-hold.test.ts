/** What the holder of a lease knows without asking, on clocks that jump. */
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { MemoryLeases } from '../../src/chaos/store/memory-leases.ts'
import type { WallClock } from '../../src/config/clock.ts'
import { askedNow, createLeaseHold } from '../../src/store/lease-hold.ts'
import { StoreUnreachable } from '../../src/store/port.ts'

const TTL_MS = 3000

function held() {
  const clocks = { monotonic_ms: 1_000_000, now_ms: 5_000_000, system_ms: 7_000_000, store_ms: 0 }
  const leases = new MemoryLeases(() => clocks.store_ms)
  const lease = leases.acquire('session', 'a', TTL_MS)
  if (lease === null) throw new Error('expected a fresh lease')
  const net = { isAway: false, takes_ms: 0 }
  const lost = { count: 0 }
  const pass = (wait_ms: number): void => {
    for (const clock of ['monotonic_ms', 'now_ms', 'system_ms', 'store_ms'] as const) clocks[clock] += wait_ms
  }
  const wall: WallClock = {
    now_ms: () => clocks.now_ms,
    monotonic_ms: () => clocks.monotonic_ms,
    system_ms: () => clocks.system_ms,
    sleep: async () => undefined,
  }
  const hold = createLeaseHold({
    leases: {
      renew: async (...asked) => {
        if (net.isAway) throw new StoreUnreachable(new Error('down'))
        const answer = leases.renew(...asked)
        pass(net.takes_ms)
        return answer
      },
    },
    lease,
    options: { name: 'session', ttl_ms: TTL_MS },
    wall,
    log: pino({ level: 'silent' }),
    asked: askedNow(wall),
    onLost: () => {
      lost.count += 1
    },
  })
  return { hold, leases, clocks, net, lost, pass }
}

describe('a lease', () => {
  test('is held for less than its time to live: nobody else has it as long as it says so', () => {
    const { hold, leases, pass } = held()
    let held_ms = 0
    for (; hold.isHeld(); held_ms += 1) {
      expect(leases.holder('session')).toBe('a')
      pass(1)
    }
    expect(held_ms).toBeGreaterThan(TTL_MS * 0.8)
    expect(held_ms).toBeLessThan(TTL_MS)
  })

  test('counts from when its renewal was asked for, however late the answer came', async () => {
    const { hold, net, pass } = held()
    pass(1000)
    net.takes_ms = 2000
    expect(await hold.renew()).toBe('held')
    expect(hold.isHeld()).toBe(true)
    pass(1000)
    expect(hold.isHeld()).toBe(false)
  })

  // A machine that slept: the clocks of its processes slept, too, and the system's went on.
  test.each(['monotonic_ms', 'system_ms'] as const)('is not held any more where %s alone jumped', (clock) => {
    const { hold, clocks } = held()
    clocks[clock] += 60_000
    expect(hold.isHeld()).toBe(false)
  })

  test('that ran out and that nobody took is held again once it was renewed', async () => {
    const { hold, net, pass } = held()
    pass(60_000)
    net.isAway = true
    expect(await hold.renew()).toBe('unknown')
    expect(hold.isHeld()).toBe(false)
    net.isAway = false
    expect(await hold.renew()).toBe('held')
    expect(hold.isHeld()).toBe(true)
  })

  test('that somebody else took is lost for good, and said so once', async () => {
    const { hold, leases, lost, pass } = held()
    pass(60_000)
    leases.acquire('session', 'b', TTL_MS)
    expect([await hold.renew(), await hold.renew()]).toEqual(['lost', 'lost'])
    expect(hold.isHeld()).toBe(false)
    expect(lost.count).toBe(1)
  })
})
