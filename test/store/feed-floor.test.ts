/** Feed numbers are never given twice, whoever was given them and whatever the store has lost since. */
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { Committer } from '../../src/session/runner/committer.ts'
import { step } from '../../src/session/step.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createLeases } from '../../src/store/lease.ts'
import type { Commit } from '../../src/store/port.ts'
import { createSessionStore } from '../../src/store/session-store.ts'
import { armedCampaign, liveOf } from '../support/armed-campaign.ts'
import { newSession } from '../support/session.ts'

const ALERT: JournalEvent = { type: 'engine_alert', code: 'x', message: 'y', critical: false }
const SILENT: JournalEvent = { type: 'order_accepted', clientOrderId: 'a', orderId: 'b' }

let redis: Redis
beforeEach(() => {
  redis = new Redis(process.env.TEST_REDIS_URL ?? '')
})
afterEach(() => redis.disconnect())

function world() {
  const prefix = `test-${randomUUID()}`
  const keys = createKeys(prefix)
  const leases = createLeases(redis, prefix)
  const store = createSessionStore(redis, keys, leases)
  const state = newSession()
  const { accountId, source, session } = state
  const others: Commit = {
    ...{ accountId, profile: '25k', source, date: session.date, atMarket_ms: 1, atWall_ms: 2 },
    ...{ epoch: null, session: null, campaign: null, openGuard: null, events: [ALERT] },
  }
  const lose = async () => {
    const names = await redis.keys(`${prefix}:*`)
    await redis.del(...names)
  }
  return { keys, leases, store, state, others, lose, cursor: () => redis.hget(keys.feedState(accountId), 'cursor') }
}

/** A worker that holds the session and has posted nothing so far; `filed`: the highest number in the journal files. */
async function holder({ leases, keys, store, state }: ReturnType<typeof world>, filed = 0) {
  const lease = await leases.acquire(keys.sessionLease(state.accountId), 'worker-1', 60_000)
  if (lease === null) throw new Error('expected a fresh lease')
  const campaign = { ...armedCampaign(0), accountId: state.accountId }
  const options = { store, wall: systemWallClock, log: pino({ level: 'silent' }), epoch: lease.epoch, seq: 0 }
  const feedFloor = async (): Promise<number> => filed
  const committer = new Committer({ ...options, feedFloor, campaign: () => campaign, onStoreLost: () => undefined })
  return { lease, committer }
}

test('a feed counter that was lost goes on after the numbers its writer knows to have been given', async () => {
  const { store, others, cursor } = world()
  expect(await store.commit({ ...others, feedFloor: 7 })).toEqual({ ok: true, feedNos: [8], lastFeedNo: 8 })
  expect(await cursor()).toBe('7')
  expect(await store.commit({ ...others, feedFloor: 7 })).toEqual({ ok: true, feedNos: [9], lastFeedNo: 9 })
})

test('a commit tells the highest number given, also to others, and also where it was given none', async () => {
  const { store, others } = world()
  await store.commit(others)
  await store.commit(others)
  expect(await store.commit({ ...others, events: [SILENT] })).toEqual({ ok: true, feedNos: [null], lastFeedNo: 2 })
  expect(await store.commit({ ...others, events: [] })).toEqual({ ok: true, feedNos: [], lastFeedNo: 2 })
})

test('a holder that has posted nothing itself gives no number again after the store lost everything', async () => {
  const desk = world()
  const { store, state, others, lose, leases, cursor } = desk
  for (let given = 0; given < 3; given += 1) await store.commit(others)
  const { lease, committer } = await holder(desk)
  expect(await committer.commit(step(state, [SILENT]), 1)).toBe('saved')
  await lose()
  // As the holder's lease is renewed, within a second.
  await leases.renew(lease, 60_000)
  const after = { ...state, decisions: 1 }
  expect(await committer.commit(step(after, [ALERT]), 2)).toBe('unsaved')
  expect(await committer.catchUp(3)).toBe('saved')
  const entries = await store.journal(state.accountId, state.session.date)
  expect(entries.map(({ feedNo }) => feedNo)).toEqual([4])
  expect(await cursor()).toBe('3')
})

test.each([
  ['found at its first commit', false],
  ['told by the campaign that is gone', true],
])('a holder that had just taken over as the store lost everything asks the journal files: %s', async (_, isTold) => {
  const desk = world()
  const { store, state, others, lose, leases } = desk
  for (let given = 0; given < 3; given += 1) await store.commit(others)
  const { lease, committer } = await holder(desk, 3)
  await lose()
  if (isTold) committer.campaignGone()
  // Told, it is ready for the first commit after the lease is there again; else that one finds it out.
  if (isTold) await leases.renew(lease, 60_000)
  const begun = await committer.commit(step(state, [ALERT]), 1)
  expect(begun).toBe(isTold ? 'saved' : 'unsaved')
  await leases.renew(lease, 60_000)
  expect(await committer.catchUp(2)).toBe('saved')
  expect((await store.journal(state.accountId, state.session.date)).map(({ feedNo }) => feedNo)).toEqual([4])
})

test('what others were given since its last commit the holder learns as it shows that it lives', async () => {
  const desk = world()
  const { store, state, others, lose, leases } = desk
  const { lease, committer } = await holder(desk)
  await committer.commit(step(state, [SILENT]), 1)
  for (let given = 0; given < 5; given += 1) await store.commit(others)
  const live = { ...liveOf(armedCampaign(0), 1), accountId: state.accountId }
  const lastFeedNo = await store.saveLive(live)
  expect(lastFeedNo).toBe(5)
  committer.noteFeedNo(lastFeedNo)
  await lose()
  expect(await store.saveLive(live)).toBe(0)
  committer.noteFeedNo(0)
  await leases.renew(lease, 60_000)
  await committer.commit(step({ ...state, decisions: 1 }, [ALERT]), 2)
  expect(await committer.catchUp(3)).toBe('saved')
  expect((await store.journal(state.accountId, state.session.date)).map(({ feedNo }) => feedNo)).toEqual([6])
})
