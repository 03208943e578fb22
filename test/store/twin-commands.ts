/**
 * The calls of a store as commands for fast-check: each asks the store in memory and the one on Redis, and compares.
 */
import * as fc from 'fast-check'
import type { Redis } from 'ioredis'
import { expect } from 'vitest'
import type { MemoryStore, StorePorts } from '../../src/chaos/store/memory-store.ts'
import type { JournalEntry, JournalEvent } from '../../src/session/events.ts'
import { BOT_LEASE } from '../../src/store/feed-store.ts'
import { createKeys, type Keys } from '../../src/store/keys.ts'
import type { Lease } from '../../src/store/lease.ts'
import type { Commit } from '../../src/store/port.ts'
import { armedCampaign } from '../support/armed-campaign.ts'
import { newSession } from '../support/session.ts'

const ACCOUNTS = ['account-1', 'account-2'] as const
export const DATES = ['2026-07-17', '2026-07-20'] as const
const OWNERS = ['worker-1', 'worker-2'] as const
const LONG_MS = 600_000

const ALERT: JournalEvent = { type: 'engine_alert', code: 'x', message: 'y', critical: false }
const ACCEPTED: JournalEvent = { type: 'order_accepted', clientOrderId: 'a', orderId: 'b' }
export const EVENTS = { none: [], silent: [ACCEPTED], posted: [ALERT], mixed: [ALERT, ACCEPTED, ALERT] } as const

/** The same store twice, and what each owner was given by both. */
export interface Twins {
  readonly memory: MemoryStore
  readonly ports: StorePorts
  /** The newest lease an owner got, by name; others may have taken it since. */
  readonly given: Map<string, Lease>
}

export interface Real {
  readonly redis: Redis
  readonly keys: Keys
  readonly ports: StorePorts
  feed(accountId: string, after: number, count: number): Promise<readonly JournalEntry[]>
  readonly prefix: string
}

export type Command = fc.AsyncCommand<Twins, Real>

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

export const acquire = fc.tuple(leaseName, owner).map(
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
export const renew = fc
  .tuple(leaseName, owner)
  .map(([name, by]) =>
    both(`renew(${name}, ${by})`, (ports, twins) => ports.leases.renew(leaseOf(twins, name, by), LONG_MS)),
  )
export const beginRun = fc
  .constantFrom(...DATES)
  .map((date) => both(`begin a run of ${date}`, (ports) => ports.runs.begin('account-1', date)))
export const clearRuns = fc
  .constantFrom(...DATES)
  .map((date) => both(`clear the runs of ${date}`, (ports) => ports.runs.clear('account-1', date)))
export const release = fc
  .tuple(leaseName, owner)
  .map(([name, by]) =>
    both(`release(${name}, ${by})`, (ports, twins) => ports.leases.release(leaseOf(twins, name, by))),
  )
export const holder = leaseName.map((name) => both(`holder(${name})`, (ports) => ports.leases.holder(name)))
export const expire = leaseName.map(
  (name): Command => ({
    check: () => true,
    toString: () => `expire(${name})`,
    async run({ memory }, { redis, prefix }) {
      memory.leases.expire(name)
      await redis.del(`${prefix}:lease:${name}`)
    },
  }),
)

export const lose = fc.constant<Command>({
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
export const commit = fc
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
export const readSession = fc
  .tuple(account, date)
  .map(([id, on]) => both('session', (ports) => ports.sessions.session(id, on)))
export const readCampaign = account.map((id) => both('campaign', (ports) => ports.sessions.campaign(id)))
export const readCampaigns = fc.constant(
  both('campaigns', async (ports) =>
    [...(await ports.sessions.campaigns())].sort((a, b) => a.accountId.localeCompare(b.accountId)),
  ),
)
/** Journal ids are Redis' own; their order is what counts. */
export const withoutIds = (entries: readonly JournalEntry[]) => entries.map(({ id: _id, ...rest }) => rest)
export const readJournal = fc
  .tuple(account, date)
  .map(([id, on]) => both('journal', async (ports) => withoutIds(await ports.sessions.journal(id, on))))
export const readFeed = fc.tuple(account, fc.nat(4), fc.integer({ min: 1, max: 3 })).map(
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
export const begin = fc
  .tuple(account, fc.integer({ min: 1, max: 3 }), owner, fc.option(message))
  .map(([id, offset, by, after]) =>
    both(`begin(${id}, cursor+${offset - 1}, ${by}, ${after})`, async (ports, twins) => {
      const { cursor } = await ports.posts.position(id)
      return ports.posts.begin(id, cursor + offset - 1, botEpoch(twins, by), after)
    }),
  )
export const recordPost = fc
  .tuple(account, fc.constantFrom(0, 1, 1, 1, 2), owner, message)
  .map(([id, offset, by, messageId]) =>
    both(`record(${id}, cursor+${offset}, ${by}, ${messageId})`, async (ports, twins) => {
      const { cursor } = await ports.posts.position(id)
      return ports.posts.record(id, cursor + offset, botEpoch(twins, by), { channelId: '7', messageId })
    }),
  )
export const position = account.map((id) => both(`position(${id})`, (ports) => ports.posts.position(id)))
export const postOf = fc
  .tuple(account, fc.nat(4))
  .map(([id, no]) => both('postOf', (ports) => ports.posts.postOf(id, no)))
