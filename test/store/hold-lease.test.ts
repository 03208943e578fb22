import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemWallClock as wall } from '../../src/config/wall-clock.ts'
import { holdLease } from '../../src/store/hold-lease.ts'
import { createLeases, type Leases } from '../../src/store/lease.ts'
import { COMES_MS_MAX } from '../support/waits.ts'

const url = process.env.TEST_REDIS_URL
const log = pino({ level: 'silent' })

describe.skipIf(!url)('holding a lease (needs TEST_REDIS_URL)', () => {
  let redis: Redis
  beforeAll(() => {
    redis = new Redis(url ?? '')
  })
  afterAll(async () => {
    await redis.quit()
  })

  /** Holds the lease until told to stop; `epochs` are those it held. */
  function holder(leases: Leases, owner: string, ttl_ms: number) {
    const stop = new AbortController()
    const epochs: number[] = []
    let lost = 0
    const options = { name: 'bot', owner, ttl_ms, renewEvery_ms: 50, tryEvery_ms: 20 }
    const done = holdLease(leases, options, { wall, log }, stop.signal, async (lease, signal) => {
      epochs.push(lease.epoch)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      if (!stop.signal.aborted) lost += 1
    })
    return {
      epochs,
      lost: () => lost,
      stop: async () => {
        stop.abort()
        await done
      },
    }
  }

  it('lets one work while the other stands by, and hands over at once when the first stops', async () => {
    const leases = createLeases(redis, `test-${randomUUID()}`)
    // Longer than the wait: whoever waited for its end would come too late.
    const ttl_ms = 2 * COMES_MS_MAX
    const first = holder(leases, 'a', ttl_ms)
    await expect.poll(() => first.epochs).toEqual([1])
    const second = holder(leases, 'b', ttl_ms)
    await first.stop()
    await expect.poll(() => second.epochs.length).toBe(1)
    expect(second.epochs[0]).toBeGreaterThan(1)
    await second.stop()
    expect(await leases.holder('bot')).toBeNull()
  })

  it('lets the lease run out where something of the work is still under way', async () => {
    const leases = createLeases(redis, `test-${randomUUID()}`)
    const stop = new AbortController()
    const options = { name: 'bot', owner: 'a', ttl_ms: 300, renewEvery_ms: 50, tryEvery_ms: 20 }
    await holdLease(leases, options, { wall, log }, stop.signal, async (_lease, _signal, hold) => {
      hold.letRunOut(60_000)
      stop.abort()
    })
    expect(await leases.holder('bot')).toBe('a')
    expect(await leases.acquire('bot', 'b', 300)).toBeNull()
    expect(await redis.pttl(leases.epochKey('bot').replace(':epoch:', ':lease:'))).toBeGreaterThan(50_000)
  })

  it('tells a holder whose lease was taken to stop, and lets it wait for the lease again', async () => {
    const leases = createLeases(redis, `test-${randomUUID()}`)
    const first = holder(leases, 'a', 2_000)
    await expect.poll(() => first.epochs).toEqual([1])
    // As when another process took it after a pause longer than the time to live.
    await redis.incr(leases.epochKey('bot'))
    await expect.poll(() => first.lost()).toBe(1)
    await expect.poll(() => first.epochs.length).toBe(2)
    await first.stop()
  })
})
