import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLeases } from '../../src/store/lease.ts'

const url = process.env.TEST_REDIS_URL

describe.skipIf(!url)('a lease (needs TEST_REDIS_URL)', () => {
  let redis: Redis
  beforeAll(() => {
    redis = new Redis(url ?? '')
  })
  afterAll(async () => {
    await redis.quit()
  })
  const fresh = () => createLeases(redis, `test-${randomUUID()}`)

  it('is held by one owner at a time, and refused to its own holder too', async () => {
    const leases = fresh()
    const first = await leases.acquire('bot', 'a', 5_000)
    expect(first).toEqual({ name: 'bot', owner: 'a', epoch: 1 })
    expect(await leases.acquire('bot', 'b', 5_000)).toBeNull()
    expect(await leases.acquire('bot', 'a', 5_000)).toBeNull()
    expect(await leases.holder('bot')).toBe('a')
  })

  it('gives a higher epoch to the next holder, and the one before can neither renew nor release', async () => {
    const leases = fresh()
    const first = await leases.acquire('bot', 'a', 1)
    if (!first) throw new Error('expected a lease')
    await expect.poll(() => leases.holder('bot'), { interval: 5 }).toBeNull()
    const second = await leases.acquire('bot', 'b', 5_000)
    expect(second?.epoch).toBeGreaterThan(first.epoch)
    expect(await leases.renew(first, 5_000)).toBe(false)
    expect(await leases.release(first)).toBe(false)
    expect(await leases.holder('bot')).toBe('b')
  })

  it('can be renewed after it ran out while nobody took it', async () => {
    const leases = fresh()
    const lease = await leases.acquire('bot', 'a', 1)
    if (!lease) throw new Error('expected a lease')
    await expect.poll(() => leases.holder('bot'), { interval: 5 }).toBeNull()
    expect(await leases.renew(lease, 5_000)).toBe(true)
    expect(await leases.holder('bot')).toBe('a')
  })

  it('is over at its release, also for a renewal still under way', async () => {
    const leases = fresh()
    const lease = await leases.acquire('bot', 'a', 5_000)
    if (!lease) throw new Error('expected a lease')
    expect(await leases.release(lease)).toBe(true)
    expect(await leases.renew(lease, 5_000)).toBe(false)
    expect(await leases.holder('bot')).toBeNull()
  })
})
