import { Redis } from 'ioredis'
import { expect, test } from 'vitest'

test('a test run has a Redis server of its own', async () => {
  const redis = new Redis(process.env.TEST_REDIS_URL ?? '')
  expect(await redis.ping()).toBe('PONG')
  expect((await redis.config('GET', 'maxmemory-policy')) as string[]).toContain('noeviction')
  await redis.quit()
})
