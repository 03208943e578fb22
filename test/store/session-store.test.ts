import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { createDeskReader } from '../../src/store/desk-reader.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createLeases, type Lease } from '../../src/store/lease.ts'
import { type Commit, StoreUnreachable } from '../../src/store/port.ts'
import { createSessionStore } from '../../src/store/session-store.ts'
import { newSession } from '../support/session.ts'

const ALERT: JournalEvent = { type: 'engine_alert', code: 'x', message: 'y', critical: false }
const SKIP: JournalEvent = {
  type: 'decision',
  at_ms: 1,
  action: 'skip',
  reason: 'high_vix',
  value: 27.1,
  limit: 25,
  spot: 741,
  vixEstimate: 27.1,
  rangePct: 1.2,
  bars: 20,
}

describe('the session store', () => {
  let redis: Redis
  let prefix: string
  let lease: Lease

  beforeAll(() => {
    redis = new Redis(process.env.TEST_REDIS_URL ?? '')
  })
  afterAll(() => redis.disconnect())

  const parts = () => {
    const keys = createKeys(prefix)
    const leases = createLeases(redis, prefix)
    return { keys, leases, store: createSessionStore(redis, keys, leases) }
  }

  beforeEach(async () => {
    prefix = `test-${randomUUID()}`
    const { leases, keys } = parts()
    const acquired = await leases.acquire(keys.sessionLease('account-1'), 'w1', 60_000)
    if (acquired === null) throw new Error('expected a fresh lease to be free')
    lease = acquired
  })

  function commit(change: Partial<Commit>): Commit {
    const state = newSession()
    return {
      accountId: state.accountId,
      profile: '25k',
      source: state.source,
      date: state.session.date,
      atMarket_ms: 1,
      atWall_ms: 2,
      events: [],
      epoch: lease.epoch,
      session: { expectedSeq: 0, value: state },
      campaign: null,
      openGuard: null,
      ...change,
    }
  }

  test('state, journal and feed numbers change together', async () => {
    const { store } = parts()
    const result = await store.commit(commit({ events: [SKIP, ALERT, SKIP, ALERT] }))
    expect(result).toEqual({ ok: true, feedNos: [null, 1, null, 2], lastFeedNo: 2 })
    expect((await store.session('account-1', '2026-07-17')).seq).toBe(1)
    const journal = await store.journal('account-1', '2026-07-17')
    expect(journal.map((entry) => entry.feedNo)).toEqual([null, 1, null, 2])
    expect(journal.map((entry) => entry.event)).toEqual([SKIP, ALERT, SKIP, ALERT])
  })

  test('what is stored is what was given', async () => {
    const { store } = parts()
    await store.commit(commit({}))
    expect((await store.session('account-1', '2026-07-17')).value).toEqual(newSession())
  })

  test('a stale epoch changes nothing', async () => {
    const { store, leases } = parts()
    await leases.release(lease)
    expect(await store.commit(commit({ events: [ALERT] }))).toEqual({ ok: false, reason: 'stale_epoch' })
    expect((await store.session('account-1', '2026-07-17')).seq).toBe(0)
    expect(await store.journal('account-1', '2026-07-17')).toEqual([])
  })

  test('a document that changed meanwhile refuses the commit', async () => {
    const { store } = parts()
    await store.commit(commit({}))
    expect(await store.commit(commit({ events: [ALERT] }))).toEqual({ ok: false, reason: 'conflict' })
  })

  test('the day’s opening intent exists once', async () => {
    const { store } = parts()
    expect((await store.commit(commit({ openGuard: 'open-1' }))).ok).toBe(true)
    const second = commit({ openGuard: 'open-1', session: { expectedSeq: 1, value: newSession() }, events: [ALERT] })
    expect(await store.commit(second)).toEqual({ ok: false, reason: 'already_opened' })
    expect(await store.journal('account-1', '2026-07-17')).toEqual([])
  })

  test('what happens once is committed once, by whichever of many', async () => {
    const { store } = parts()
    const once = commit({ session: null, epoch: null, events: [ALERT], once: 'open-2026-07-17' })
    const results = await Promise.all([1, 2, 3].map(() => store.commit(once)))
    expect(results.filter(({ ok }) => ok)).toHaveLength(1)
    expect(results.filter(({ ok }) => !ok)).toEqual([1, 2].map(() => ({ ok: false, reason: 'already_done' })))
    expect(await store.journal('account-1', '2026-07-17')).toHaveLength(1)
    expect((await store.commit({ ...once, once: 'open-2026-07-20' })).ok).toBe(true)
  })

  test('feed numbers have no gap over refused commits and many writers', async () => {
    const { store, keys, leases } = parts()
    const writes = Array.from({ length: 50 }, (_, i) =>
      store.commit(commit({ events: [ALERT], session: i % 3 === 0 ? { expectedSeq: 99, value: newSession() } : null })),
    )
    await Promise.all(writes)
    const reader = createDeskReader(redis, keys, { store, leases, wall: systemWallClock })
    const feed = await reader.feed('account-1', 0, 100)
    expect(feed.map((entry) => entry.feedNo)).toEqual(Array.from({ length: 33 }, (_, i) => i + 1))
  })

  test('a Redis that is gone is said to be, not waited for', async () => {
    const gone = new Redis('redis://127.0.0.1:1', {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
    })
    gone.on('error', () => undefined)
    const store = createSessionStore(gone, createKeys(prefix), createLeases(gone, prefix))
    await expect(store.commit(commit({}))).rejects.toThrow(StoreUnreachable)
    gone.disconnect()
  })
})
