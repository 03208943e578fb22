/** Runs of a session in a row, on Redis. */
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKeys } from '../../src/store/keys.ts'
import { createRunCounts } from '../../src/store/run-counts.ts'

const url = process.env.TEST_REDIS_URL

describe.skipIf(!url)('runs in a row (needs TEST_REDIS_URL)', () => {
  let redis: Redis
  beforeAll(() => {
    redis = new Redis(url ?? '')
  })
  afterAll(async () => {
    await redis.quit()
  })

  test('count for all workers together, by account and day, until one was left in order', async () => {
    const keys = createKeys(`test-${randomUUID()}`)
    const [one, other] = [createRunCounts(redis, keys), createRunCounts(redis, keys)]
    expect([await one.begin('a', '2026-07-17'), await other.begin('a', '2026-07-17')]).toEqual([1, 2])
    expect([await one.begin('b', '2026-07-17'), await one.begin('a', '2026-07-20')]).toEqual([1, 1])
    await other.clear('a', '2026-07-17')
    expect(await one.begin('a', '2026-07-17')).toBe(1)
  })

  test('are forgotten after a while', async () => {
    const keys = createKeys(`test-${randomUUID()}`)
    await createRunCounts(redis, keys).begin('a', '2026-07-17')
    expect(await redis.ttl(keys.runs('a', '2026-07-17'))).toBeGreaterThan(600)
  })

  test('cannot be told where the store does not answer', async () => {
    const away = new Redis({ port: 1, lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null })
    away.on('error', () => undefined)
    await expect(createRunCounts(away, createKeys('test')).begin('a', '2026-07-17')).rejects.toThrow('does not answer')
    away.disconnect()
  })
})
