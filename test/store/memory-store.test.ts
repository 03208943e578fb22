import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createMemoryStore,
  type MemoryStore,
  reachAtOnce,
  type StorePorts,
  storePorts,
} from '../../src/chaos/store/memory-store.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { JournalEntry, JournalEvent } from '../../src/session/events.ts'
import { createDeskReader } from '../../src/store/desk-reader.ts'
import { BOT_LEASE, createFeedStore } from '../../src/store/feed-store.ts'
import { createKeys, type Keys } from '../../src/store/keys.ts'
import { createLeases, type Lease } from '../../src/store/lease.ts'
import type { Commit } from '../../src/store/port.ts'
import { createSessionStore } from '../../src/store/session-store.ts'
import { armedCampaign } from '../support/armed-campaign.ts'
import { newSession } from '../support/session.ts'

const ACCOUNTS = ['account-1', 'account-2'] as const
const DATES = ['2026-07-17', '2026-07-20'] as const
const OWNERS = ['worker-1', 'worker-2'] as const
const LONG_MS = 600_000

const ALERT: JournalEvent = { type: 'engine_alert', code: 'x', message: 'y', critical: false }
const ACCEPTED: JournalEvent = { type: 'order_accepted', clientOrderId: 'a', orderId: 'b' }
const EVENTS = { none: [], silent: [ACCEPTED], posted: [ALERT], mixed: [ALERT, ACCEPTED, ALERT] } as const

/** The same store twice, and what each owner was given by both. */
interface Twins {
  readonly memory: MemoryStore
  readonly ports: StorePorts
  /** The newest lease an owner got, by name; others may have taken it since. */
  readonly given: Map<string, Lease>
}

interface Real {
  readonly redis: Redis
  readonly keys: Keys
  readonly ports: StorePorts
  feed(accountId: string, after: number, count: number): Promise<readonly JournalEntry[]>
  readonly prefix: string
}

type Command = fc.AsyncCommand<Twins, Real>

/** One call on both stores; their answers must be the same. */
function both<T>(name: string, call: (ports: StorePorts, twins: Twins) => Promise<T>): Command {
  return {
    check: () => true,
    toString: () => name,
    async run(twins, real) {
      const [ours, theirs] = [await call(twins.ports, twins), await call(real.ports, twins)]
      expect(ours, name).toEqual(theirs)
    },
  }
}

const leaseNames = (account: string) => [createKeys('x').sessionLease(account), BOT_LEASE]
// Mostly the same ones: rare combinations are where the answers differ.
const account = fc.constantFrom(ACCOUNTS[0], ACCOUNTS[0], ACCOUNTS[0], ACCOUNTS[1])
const date = fc.constantFrom(DATES[0], DATES[0], DATES[0], DATES[1])
const owner = fc.constantFrom(...OWNERS)
const leaseName = account.chain((id) => fc.constantFrom(...leaseNames(id)))
const givenKey = (name: string, by: string) => `${name}/${by}`
/** Never given: an owner that makes its epoch up. */
const leaseOf = (twins: Twins, name: string, by: string): Lease =>
  twins.given.get(givenKey(name, by)) ?? { name, owner: by, epoch: 99 }

const acquire = fc.tuple(leaseName, owner).map(
  ([name, by]): Command => ({
    check: () => true,
    toString: () => `acquire(${name}, ${by})`,
    async run(twins, real) {
      const ours = await twins.ports.leases.acquire(name, by, LONG_MS)
      expect(ours).toEqual(await real.ports.leases.acquire(name, by, LONG_MS))
      if (ours !== null) twins.given.set(givenKey(name, by), ours)
    },
  }),
)
const renew = fc
  .tuple(leaseName, owner)
  .map(([name, by]) =>
    both(`renew(${name}, ${by})`, (ports, twins) => ports.leases.renew(leaseOf(twins, name, by), LONG_MS)),
  )
const release = fc
  .tuple(leaseName, owner)
  .map(([name, by]) =>
    both(`release(${name}, ${by})`, (ports, twins) => ports.leases.release(leaseOf(twins, name, by))),
  )
const holder = leaseName.map((name) => both(`holder(${name})`, (ports) => ports.leases.holder(name)))
const expire = leaseName.map(
  (name): Command => ({
    check: () => true,
    toString: () => `expire(${name})`,
    async run({ memory }, { redis, prefix }) {
      memory.leases.expire(name)
      await redis.del(`${prefix}:lease:${name}`)
    },
  }),
)

const lose = fc.constant<Command>({
  check: () => true,
  toString: () => 'all data is lost',
  async run({ memory }, { redis, prefix }) {
    memory.clear()
    const keys = await redis.keys(`${prefix}:*`)
    if (keys.length > 0) await redis.del(...keys)
  },
})

const part = fc.constantFrom('none', 'next', 'next', 'next', 'stale', 'ahead')
const SEQ_OFFSET = { next: 0, stale: -1, ahead: 1 } as const
const commit = fc
  .record({
    account,
    date,
    epochOf: fc.option(owner, { nil: null, freq: 2 }),
    session: part,
    campaign: part,
    guard: fc.boolean(),
    feedFloor: fc.constantFrom(0, 0, 0, 2, 5),
    events: fc.constantFrom<keyof typeof EVENTS>('none', 'silent', 'posted', 'mixed'),
    once: fc.constantFrom(null, null, null, 'open', 'week'),
    mark: fc.nat(1000),
  })
  .map((wanted) =>
    both(`commit(${JSON.stringify(wanted)})`, async (ports, twins) => {
      const { session, campaign, mark } = wanted
      const replacement = <T>(kind: 'none' | keyof typeof SEQ_OFFSET, seq: number, value: T) =>
        kind === 'none' ? null : { expectedSeq: Math.max(0, seq + SEQ_OFFSET[kind]), value }
      const state = newSession()
      const name = createKeys('x').sessionLease(wanted.account)
      // Read from the store that is asked: both are expected to hold the same.
      const known = await ports.sessions.session(wanted.account, wanted.date)
      const armed = await ports.sessions.campaign(wanted.account)
      const request: Commit = {
        accountId: wanted.account,
        profile: '25k',
        source: state.source,
        date: wanted.date,
        atMarket_ms: mark,
        atWall_ms: mark + 1,
        events: EVENTS[wanted.events],
        epoch: wanted.epochOf === null ? null : leaseOf(twins, name, wanted.epochOf).epoch,
        session: replacement(session, known.seq, { ...state, decisions: mark }),
        campaign: replacement(campaign, armed.seq, { ...armedCampaign(mark), accountId: wanted.account }),
        openGuard: wanted.guard ? `order-${mark}` : null,
        feedFloor: wanted.feedFloor,
        ...(wanted.once === null ? {} : { once: wanted.once }),
      }
      return ports.sessions.commit(request)
    }),
  )
const readSession = fc
  .tuple(account, date)
  .map(([id, on]) => both('session', (ports) => ports.sessions.session(id, on)))
const readCampaign = account.map((id) => both('campaign', (ports) => ports.sessions.campaign(id)))
const readCampaigns = fc.constant(
  both('campaigns', async (ports) =>
    [...(await ports.sessions.campaigns())].sort((a, b) => a.accountId.localeCompare(b.accountId)),
  ),
)
/** Journal ids are Redis' own; their order is what counts. */
const withoutIds = (entries: readonly JournalEntry[]) => entries.map(({ id: _id, ...rest }) => rest)
const readJournal = fc
  .tuple(account, date)
  .map(([id, on]) => both('journal', async (ports) => withoutIds(await ports.sessions.journal(id, on))))
const readFeed = fc.tuple(account, fc.nat(4), fc.integer({ min: 1, max: 3 })).map(
  ([id, after, count]): Command => ({
    check: () => true,
    toString: () => `feed(${id}, ${after}, ${count})`,
    async run({ memory }, { feed }) {
      expect(withoutIds(memory.sessions.feed(id, after, count))).toEqual(withoutIds(await feed(id, after, count)))
    },
  }),
)

const botEpoch = (twins: Twins, by: string) => leaseOf(twins, BOT_LEASE, by).epoch
const message = fc.nat(9).map((digit) => `10${digit}`)
const begin = fc
  .tuple(account, fc.integer({ min: 1, max: 3 }), owner, fc.option(message))
  .map(([id, offset, by, after]) =>
    both(`begin(${id}, cursor+${offset - 1}, ${by}, ${after})`, async (ports, twins) => {
      const { cursor } = await ports.posts.position(id)
      return ports.posts.begin(id, cursor + offset - 1, botEpoch(twins, by), after)
    }),
  )
const recordPost = fc
  .tuple(account, fc.constantFrom(0, 1, 1, 1, 2), owner, message)
  .map(([id, offset, by, messageId]) =>
    both(`record(${id}, cursor+${offset}, ${by}, ${messageId})`, async (ports, twins) => {
      const { cursor } = await ports.posts.position(id)
      return ports.posts.record(id, cursor + offset, botEpoch(twins, by), { channelId: '7', messageId })
    }),
  )
const position = account.map((id) => both(`position(${id})`, (ports) => ports.posts.position(id)))
const postOf = fc.tuple(account, fc.nat(4)).map(([id, no]) => both('postOf', (ports) => ports.posts.postOf(id, no)))

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
        ports: { sessions, leases, posts: createFeedStore(redis, keys, leases) },
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
      [acquire, renew, commit, commit, commit, lose, begin, recordPost, readSession, readFeed, readFeed, position],
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
