/** One session job: whose it is, and what its failures come to. The store in memory, the broker by hand. */
import { describe, expect, test } from 'vitest'
import type { Broker } from '../../src/broker/port.ts'
import { createMemoryStore, type MemoryStore, reachAtOnce, storePorts } from '../../src/chaos/store/memory-store.ts'
import { processSession, type SessionProcessorDeps } from '../../src/queue/session-processor.ts'
import type { Campaign } from '../../src/session/campaign.ts'
import { createSession } from '../../src/session/state.ts'
import { armedCampaign, saveCampaign } from '../support/armed-campaign.ts'
import { world } from '../support/command-world.ts'
import { ACCOUNT, ok } from '../support/preflight-samples.ts'

const LEASE = 'session'

async function desk(whileWaiting: (memory: MemoryStore) => Promise<void> = async () => undefined) {
  const memory = createMemoryStore({ now_ms: () => 0 })
  const { sessions, leases } = storePorts(memory, reachAtOnce)
  const campaign: Campaign = { ...armedCampaign(0), accountId: ACCOUNT.id }
  await saveCampaign(sessions, campaign)
  const { deps } = world()
  const broker = { account: async () => ok(ACCOUNT) } as Partial<Broker> as Broker
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
    failures: new Map(),
    leaseName: () => LEASE,
    onSession: () => undefined,
    brokers: {
      ...deps.brokers,
      // Asked for the account first, then for the session itself.
      of: () => {
        keys.asked += 1
        return keys.asked % 2 === 1 || keys.isThere ? broker : null
      },
    },
  }
  const job = { accountId: ACCOUNT.id, date: campaign.session.date }
  return { deps: all, sessions, leases, campaign, job, keys, run: () => processSession(job, all) }
}

describe('a session job', () => {
  test('of a campaign that is gone, over, or at another day is obsolete', async () => {
    const { deps, job, sessions, campaign } = await desk()
    expect(await processSession({ ...job, date: '2026-07-16' }, deps)).toBe('obsolete')
    expect(await processSession({ ...job, accountId: 'unknown' }, deps)).toBe('obsolete')
    await saveCampaign(sessions, { ...campaign, active: false })
    expect(await processSession(job, deps)).toBe('obsolete')
  })

  test('whose runs fail counts them, and gives the lease back each time', async () => {
    const { deps, run, keys, leases, job } = await desk()
    keys.isThere = false
    for (const count of [1, 2, 3]) {
      await expect(run()).rejects.toThrow('are gone')
      expect(deps.failures.get(job.accountId)).toBe(count)
      expect(await leases.holder(LEASE)).toBeNull()
    }
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
