import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMemoryStore, reachAtOnce, storePorts } from '../../src/chaos/store/memory-store.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { createDeskReader } from '../../src/store/desk-reader.ts'
import { createFeedStore } from '../../src/store/feed-store.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createLeases } from '../../src/store/lease.ts'
import type { Commit } from '../../src/store/port.ts'
import { createRunCounts } from '../../src/store/run-counts.ts'
import { createSessionStore } from '../../src/store/session-store.ts'
import { newSession } from '../support/session.ts'
import {
  acquire,
  begin,
  beginRun,
  type Command,
  clearRuns,
  commit,
  DATES,
  EVENTS,
  expire,
  holder,
  lose,
  position,
  postOf,
  type Real,
  readCampaign,
  readCampaigns,
  readFeed,
  readJournal,
  readSession,
  recordPost,
  release,
  renew,
  type Twins,
  withoutIds,
} from './twin-commands.ts'

describe('the store in memory and the scripts on Redis', () => {
  let redis: Redis
  beforeAll(() => {
    redis = new Redis(process.env.TEST_REDIS_URL ?? '')
  })
  afterAll(() => redis.disconnect())

  function setup(): { model: Twins; real: Real } {
    const prefix = `test-${randomUUID()}`
    const keys = createKeys(prefix)
    const leases = createLeases(redis, prefix)
    const sessions = createSessionStore(redis, keys, leases)
    const reader = createDeskReader(redis, keys, { store: sessions, leases, wall: systemWallClock })
    const memory = createMemoryStore({ now_ms: () => 0 })
    return {
      model: { memory, ports: storePorts(memory, reachAtOnce), given: new Map() },
      real: {
        redis,
        keys,
        prefix,
        ports: { sessions, leases, posts: createFeedStore(redis, keys, leases), runs: createRunCounts(redis, keys) },
        feed: reader.feed,
      },
    }
  }

  const run = (sequence: Iterable<Command>) => fc.asyncModelRun(setup, sequence)

  test('prop_the_same_calls_get_the_same_answers', async () => {
    const anything = fc.commands(
      [
        acquire,
        renew,
        release,
        holder,
        expire,
        commit,
        commit,
        commit,
        readSession,
        readCampaign,
        readCampaigns,
        readJournal,
        readFeed,
        begin,
        recordPost,
        position,
        postOf,
        beginRun,
        clearRuns,
      ],
      { maxCommands: 60 },
    )
    await fc.assert(fc.asyncProperty(anything, run), { numRuns: 150 })
  })

  test('prop_the_same_commits_under_changing_owners_get_the_same_answers', async () => {
    const fencing = fc.commands([acquire, renew, release, expire, commit, commit, readSession, readJournal], {
      maxCommands: 80,
    })
    await fc.assert(fc.asyncProperty(fencing, run), { numRuns: 75 })
  })

  test('prop_the_same_posts_under_changing_owners_get_the_same_answers', async () => {
    const posting = fc.commands([acquire, expire, begin, begin, recordPost, recordPost, position, postOf], {
      maxCommands: 60,
    })
    await fc.assert(fc.asyncProperty(posting, run), { numRuns: 75 })
  })

  test('prop_the_same_calls_after_a_loss_of_all_data_get_the_same_answers', async () => {
    const losing = fc.commands(
      [
        acquire,
        renew,
        commit,
        commit,
        commit,
        lose,
        begin,
        beginRun,
        recordPost,
        readSession,
        readFeed,
        readFeed,
        position,
      ],
      { maxCommands: 60 },
    )
    await fc.assert(fc.asyncProperty(losing, run), { numRuns: 75 })
  })

  test('a feed whose counter was raised over a gap is read from after the number asked for', async () => {
    const { model, real } = setup()
    const { accountId, source } = newSession()
    const date = DATES[0]
    const rest = { epoch: null, session: null, campaign: null, openGuard: null, atMarket_ms: 1, atWall_ms: 2 }
    for (const [events, feedFloor] of [[EVENTS.posted, 0] as const, [EVENTS.none, 5] as const]) {
      const commit: Commit = { accountId, profile: '25k', source, date, ...rest, events, feedFloor }
      await model.ports.sessions.commit(commit)
      await real.ports.sessions.commit(commit)
    }
    for (const after of [0, 1, 3, 5]) {
      const [ours, theirs] = [model.memory.sessions.feed(accountId, after, 9), await real.feed(accountId, after, 9)]
      expect(withoutIds(ours)).toEqual(withoutIds(theirs))
    }
  })

  test('a lease runs out by the clock it was given', async () => {
    let now_ms = 0
    const memory = createMemoryStore({ now_ms: () => now_ms })
    const first = memory.leases.acquire('a', 'w1', 100)
    now_ms = 99
    expect(memory.leases.acquire('a', 'w2', 100)).toBeNull()
    now_ms = 100
    expect(memory.leases.holder('a')).toBeNull()
    // Nobody took it: its last holder may go on.
    if (first === null) throw new Error('expected the lease')
    expect(memory.leases.renew(first, 100)).toBe(true)
    now_ms = 200
    expect(memory.leases.acquire('a', 'w2', 100)?.epoch).toBe(2)
    expect(memory.leases.renew(first, 100)).toBe(false)
  })
})
