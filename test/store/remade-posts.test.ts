/** Which posts were made again, on Redis. */
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REMADE_KEPT, remadePosts } from '../../src/store/authority-store.ts'
import { createKeys } from '../../src/store/keys.ts'

const url = process.env.TEST_REDIS_URL

describe.skipIf(!url)('posts made again (needs TEST_REDIS_URL)', () => {
  let redis: Redis
  beforeAll(() => {
    redis = new Redis(url ?? '')
  })
  afterAll(async () => {
    await redis.quit()
  })

  test('are known by their number; of many, the newest', async () => {
    const keys = createKeys(`test-${randomUUID()}`)
    const posts = remadePosts(redis, keys)
    await redis.hset(
      keys.remade('a'),
      Object.fromEntries(Array.from({ length: REMADE_KEPT + 2 }, (_, at) => [at + 1, 'acknowledged'])),
    )
    await posts.setRemade('a', REMADE_KEPT + 2, 'decided')
    const known = await posts.remade('a')
    expect([known.size, known.get(2), known.get(3)]).toEqual([REMADE_KEPT, undefined, 'acknowledged'])
    expect(known.get(REMADE_KEPT + 2)).toBe('decided')
  })
})
