/** One session job: whose it is, and what its failures come to. The store in memory, the broker by hand. */
import { describe, expect, test } from 'vitest'
import type { Broker } from '../../src/broker/port.ts'
import {
  createMemoryStore,
  type MemoryStore,
  reachAtOnce,
  sessionLeaseName,
  storePorts,
} from '../../src/chaos/store/memory-store.ts'
import type { SessionJob } from '../../src/queue/jobs.ts'
import { processSession, type SessionProcessorDeps } from '../../src/queue/session-processor.ts'
import type { Campaign } from '../../src/session/campaign.ts'
import type { SessionHandle } from '../../src/session/runner/runner.ts'
import { createSession } from '../../src/session/state.ts'
import { StoreUnreachable } from '../../src/store/port.ts'
import { armedCampaign, saveCampaign } from '../support/armed-campaign.ts'
import { world } from '../support/command-world.ts'
import { ACCOUNT, ok } from '../support/preflight-samples.ts'
import { eventually, until } from '../support/waits.ts'

const LEASE = 'session'

async function desk(whileWaiting: (memory: MemoryStore) => Promise<void> = async () => undefined) {
  const memory = createMemoryStore({ now_ms: () => 0 })
  const { sessions, leases, runs } = storePorts(memory, reachAtOnce)
  const campaign: Campaign = { ...armedCampaign(0), accountId: ACCOUNT.id }
  await saveCampaign(sessions, campaign)
  const { deps } = world()
  const broker: Partial<Broker> = { account: async () => ok(ACCOUNT) }
  const keys = { asked: 0, isThere: true }
  const all: SessionProcessorDeps = {
    ...deps,
    store: sessions,
    leases: {
      ...leases,
      acquire: async (...asked) => {
        await whileWaiting(memory)
        return leases.acquire(...asked)
      },
    },
    worker: 'w',
    runs,
    leaseName: () => LEASE,
    onSession: () => undefined,
    brokers: {
      ...deps.brokers,
      // Asked for the account first, then for the session itself.
      of: () => {
        keys.asked += 1
        return keys.asked % 2 === 1 || keys.isThere ? (broker as Broker) : null
      },
    },
  }
  const job = { accountId: ACCOUNT.id, date: campaign.session.date }
  return { deps: all, broker, sessions, leases, campaign, job, keys, run: () => processSession(job, all) }
}

/** A run at a broker that answers, and its handle. */
async function live(deps: SessionProcessorDeps, broker: Partial<Broker>, job: SessionJob) {
  Object.assign(broker, {
    orders: async () => ok([]),
    positions: async () => ok([]),
    activities: async () => ok([]),
    streams: () => ({ watchOptions: () => undefined, renew: () => undefined, close: async () => undefined }),
  } satisfies Partial<Broker>)
  let handle: SessionHandle | null = null
  const onSession = (_accountId: string, given: SessionHandle | null): void => {
    handle ??= given
  }
  // Market time stands still.
  const until = (_at_ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  const outcome = processSession(job, {
    ...deps,
    clock: { ...deps.clock, until },
    leaseName: sessionLeaseName,
    onSession,
  })
  return { outcome, handle: await eventually<SessionHandle>('the session to run', () => handle) }
}

describe('a session job', () => {
  test('of a campaign that is gone, over, or at another day is obsolete', async () => {
    const { deps, job, sessions, campaign } = await desk()
    expect(await processSession({ ...job, date: '2026-07-16' }, deps)).toBe('obsolete')
    expect(await processSession({ ...job, accountId: 'unknown' }, deps)).toBe('obsolete')
    await saveCampaign(sessions, { ...campaign, active: false })
    expect(await processSession(job, deps)).toBe('obsolete')
  })

  test('that cannot begin gives the lease back each time, and counts as no run of the session', async () => {
    const { deps, run, keys, leases, job } = await desk()
    keys.isThere = false
    for (let tries = 0; tries < 3; tries += 1) {
      await expect(run()).rejects.toThrow('are gone')
      expect(await leases.holder(LEASE)).toBeNull()
    }
    expect(await deps.runs.begin(job.accountId, job.date)).toBe(1)
  })

  test('of a session that ended its process twice in a row only closes, whoever ran it', async () => {
    const { deps, broker, run, job, sessions } = await desk()
    // A process that dies leaves nothing but its count; a run that throws is no better.
    await deps.runs.begin(job.accountId, job.date)
    await expect(run()).rejects.toThrow('streams')
    const { outcome, handle } = await live({ ...deps, worker: 'another' }, broker, job)
    const halted = async () => {
      const { value } = await sessions.session(job.accountId, job.date)
      return value?.mode === 'HALTED' ? value : null
    }
    expect(await eventually('the session to be halted', halted)).toMatchObject({ modeReason: 'session_failing' })
    const journal = await sessions.journal(job.accountId, job.date)
    expect(journal.map(({ event }) => event)).toContainEqual(expect.objectContaining({ code: 'session_failing' }))
    handle.handOver()
    expect(await outcome).toBe('handed_over')
    // Left in order: what comes next is the first of its row.
    expect(await deps.runs.begin(job.accountId, job.date)).toBe(1)
  })

  test('whose run was well for a while is the first of its row again, however it ends', async () => {
    const { deps, broker, job } = await desk()
    const { wall, runs } = deps
    await runs.begin(job.accountId, job.date)
    // Two minutes are over at once.
    const quick = { ...wall, sleep: (ms: number, signal?: AbortSignal) => wall.sleep(ms === 120_000 ? 0 : ms, signal) }
    let cleared = 0
    const clear = async (id: string, date: string) => {
      await runs.clear(id, date)
      cleared += 1
    }
    const { outcome, handle } = await live({ ...deps, wall: quick, runs: { ...runs, clear } }, broker, job)
    await until('the row of runs to be cleared', () => cleared > 0)
    handle.lose()
    expect(await outcome).toBe('lost')
    expect(await runs.begin(job.accountId, job.date)).toBe(1)
  })

  test('whose store cannot say how often it failed is watched all the same', async () => {
    const { deps, broker, job } = await desk()
    const away = async () => {
      throw new StoreUnreachable(new Error('down'))
    }
    const { outcome, handle } = await live({ ...deps, runs: { begin: away, clear: away } }, broker, job)
    handle.handOver()
    expect(await outcome).toBe('handed_over')
  })

  test('that waited for its lease while the store lost everything begins no session of its own', async () => {
    const { run, sessions, job } = await desk(async (memory) => memory.clear())
    expect(await run()).toBe('lost')
    expect((await sessions.session(job.accountId, job.date)).value).toBeNull()
  })

  test('that waited for its lease while the day ended is left to the next one', async () => {
    const armed = { ...armedCampaign(0), accountId: ACCOUNT.id }
    const next = { ...armed, session: { ...armed.session, date: '2026-07-20' } }
    const { run, sessions, job } = await desk((memory) => saveCampaign(storePorts(memory, reachAtOnce).sessions, next))
    expect(await run()).toBe('lost')
    expect((await sessions.session(job.accountId, job.date)).value).toBeNull()
  })

  test('of another version of the program refuses the session, and leaves it as it is', async () => {
    const { run, sessions, job, campaign } = await desk()
    const value = { ...createSession(campaign), version: 1 } as never
    const empty = { epoch: null, campaign: null, openGuard: null, events: [], atMarket_ms: 0, atWall_ms: 0 }
    const { source, plan } = campaign
    const session = { expectedSeq: 0, value }
    await sessions.commit({ ...empty, ...job, source, profile: plan.profile, session })
    await expect(run()).rejects.toThrow('expected session state version')
  })
})
