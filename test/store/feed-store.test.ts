import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFeedSource } from '../../src/store/feed-source.ts'
import { BOT_LEASE, createFeedStore } from '../../src/store/feed-store.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createLeases } from '../../src/store/lease.ts'

const url = process.env.TEST_REDIS_URL

describe.skipIf(!url)('the memory of the feed (needs TEST_REDIS_URL)', () => {
  let redis: Redis
  beforeAll(() => {
    redis = new Redis(url ?? '')
  })
  afterAll(async () => {
    await redis.quit()
  })

  async function fresh() {
    const prefix = `test-${randomUUID()}`
    const keys = createKeys(prefix)
    const leases = createLeases(redis, prefix)
    const lease = await leases.acquire(BOT_LEASE, 'a', 60_000)
    if (lease === null) throw new Error('expected the lease')
    return { keys, leases, lease, epoch: lease.epoch, store: createFeedStore(redis, keys, leases) }
  }
  const post = (messageId: string) => ({ channelId: '7', messageId })

  it('marks, records and moves on by one', async () => {
    const { store, epoch } = await fresh()
    expect(await store.position('acc')).toEqual({ cursor: 0, lastMessageId: null })
    expect(await store.begin('acc', 1, epoch, '99')).toEqual({ state: 'fresh', after: '99' })
    expect(await store.record('acc', 1, epoch, post('100'))).toBe('recorded')
    expect(await store.position('acc')).toEqual({ cursor: 1, lastMessageId: '100' })
    expect(await store.postOf('acc', 1)).toEqual(post('100'))
    expect(await store.postOf('acc', 2)).toBeNull()
  })

  it('remembers a mark with the message before it, for whoever must look for the post', async () => {
    const { store, epoch } = await fresh()
    await store.begin('acc', 1, epoch, '99')
    expect(await store.begin('acc', 1, epoch, '150')).toEqual({ state: 'resumed', after: '99' })
    const empty = await fresh()
    await empty.store.begin('acc', 1, empty.epoch, null)
    expect(await empty.store.begin('acc', 1, empty.epoch, null)).toEqual({ state: 'resumed', after: null })
  })

  it('refuses any number but the next', async () => {
    const { store, epoch } = await fresh()
    expect(await store.begin('acc', 2, epoch, null)).toEqual({ state: 'moved' })
    await store.begin('acc', 1, epoch, null)
    await store.record('acc', 1, epoch, post('100'))
    expect(await store.begin('acc', 1, epoch, null)).toEqual({ state: 'moved' })
    expect(await store.record('acc', 1, epoch, post('101'))).toBe('moved')
    expect(await store.postOf('acc', 1)).toEqual(post('100'))
  })

  it('refuses the writes of an epoch that is over', async () => {
    const { store, leases, lease, epoch } = await fresh()
    await store.begin('acc', 1, epoch, null)
    await leases.release(lease)
    expect(await store.record('acc', 1, epoch, post('100'))).toBe('stale_epoch')
    const next = await leases.acquire(BOT_LEASE, 'b', 60_000)
    if (next === null) throw new Error('expected the lease')
    expect(await store.begin('acc', 1, epoch, null)).toEqual({ state: 'stale_epoch' })
    expect(await store.begin('acc', 1, next.epoch, null)).toEqual({ state: 'resumed', after: null })
  })

  it('wakes up when a feed grows, and not before', async () => {
    const { keys } = await fresh()
    const source = await openFeedSource(redis, keys, { feed: async () => [] }, () => undefined)
    try {
      const waiting = source.waitForFeed(5_000, new AbortController().signal)
      await redis.publish(keys.feedChannel, 'acc')
      expect(await waiting).toEqual(['acc'])
      await redis.publish(keys.feedChannel, 'a')
      await redis.publish(keys.feedChannel, 'b')
      const grown = new Set<string>()
      const collect = async () => {
        for (const id of await source.waitForFeed(200, new AbortController().signal)) grown.add(id)
        return [...grown]
      }
      await expect.poll(collect).toEqual(['a', 'b'])
      expect(await source.waitForFeed(1, new AbortController().signal)).toEqual([])
    } finally {
      await source.close()
    }
  })
})
