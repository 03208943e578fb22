import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { createHeartbeats } from '../../src/queue/heartbeats.ts'
import { BOT_LEASE } from '../../src/store/feed-store.ts'
import { readHealth } from '../../src/store/health-reader.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createLeases } from '../../src/store/lease.ts'
import { StoreUnreachable } from '../../src/store/port.ts'

describe('what the store knows of the processes around it', () => {
  const redis = new Redis(process.env.TEST_REDIS_URL ?? '')
  const prefix = `test-${randomUUID()}`
  const keys = createKeys(prefix)
  const leases = createLeases(redis, prefix)
  afterAll(() => redis.disconnect())

  test('is nobody at first, then who beats and who holds the lease of the bot', async () => {
    expect(await readHealth(redis, keys, leases, systemWallClock)).toMatchObject({ workers: [], bot: null })
    await createHeartbeats(redis, keys, { name: 'w1', version: '1.0' }).beat()
    await redis.zincrby(keys.workers, -5_000, 'w1')
    await createHeartbeats(redis, keys, { name: 'w2', version: '1.1' }).beat()
    await leases.acquire(BOT_LEASE, 'bot-1', 60_000)
    await createHeartbeats(
      redis,
      { workers: keys.bots, workerVersions: keys.botVersions },
      { name: 'bot-1', version: '1' },
    ).beat()
    const asked = { workers: keys.watchdogs, workerVersions: keys.watchdogVersions }
    await createHeartbeats(redis, asked, { name: 'dog-1', version: '1' }).beat()
    const { workers, bot, bots, watchdogs, redis: itself } = await readHealth(redis, keys, leases, systemWallClock)
    expect(workers).toMatchObject([
      { name: 'w2', version: '1.1' },
      { name: 'w1', version: '1.0' },
    ])
    await createHeartbeats(redis, keys, { name: 'w3', version: '1.2' }).leave()
    expect(await redis.hkeys(keys.workerVersions)).toEqual(expect.not.arrayContaining(['w3']))
    expect(workers[1]?.age_ms).toBeGreaterThanOrEqual(5_000)
    expect(workers[0]?.age_ms).toBeLessThan(4_000)
    expect(bot).toBe('bot-1')
    expect(bots).toMatchObject([{ name: 'bot-1', age_ms: expect.any(Number) }])
    expect(watchdogs).toMatchObject([{ name: 'dog-1', age_ms: expect.any(Number) }])
    expect(itself.version).toMatch(/^\d+\.\d+\.\d+/)
    expect(itself.usedMemory).toMatch(/^\d/)
  })

  test('is not known while the store is away', async () => {
    const gone = new Redis({ lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 0, port: 1 })
    gone.on('error', () => undefined)
    await expect(readHealth(gone, keys, leases, systemWallClock)).rejects.toThrow(StoreUnreachable)
    gone.disconnect()
  })
})
