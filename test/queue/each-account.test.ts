/** Several accounts, of which one fails: the store in memory. */
import { describe, expect, test } from 'vitest'
import { controlCampaign } from '../../src/queue/control-campaign.ts'
import { forEachAccount } from '../../src/queue/each-account.ts'
import { stopCampaign } from '../../src/queue/stop-campaign.ts'
import { type SessionStore, StoreUnreachable } from '../../src/store/port.ts'
import { armedCampaign, saveCampaign } from '../support/armed-campaign.ts'
import { ACTOR, world } from '../support/command-world.ts'
import { ACCOUNT } from '../support/preflight-samples.ts'

/** Two armed accounts, the first of which cannot be read. */
async function twoAccounts() {
  const { deps, sessions } = world()
  const own = { ...armedCampaign(0), accountId: ACCOUNT.id }
  await saveCampaign(sessions, own)
  const odd = { ...own, accountId: 'odd', plan: { ...own.plan, profile: '2k' as const } }
  const store: SessionStore = {
    ...sessions,
    campaigns: async () => [odd, ...(await sessions.campaigns())],
    campaign: (id) => (id === odd.accountId ? Promise.reject(new Error('unreadable')) : sessions.campaign(id)),
  }
  const job = { id: '1', actor: ACTOR, requestedAt_ms: 0, profile: null } as const
  return { deps: { ...deps, store }, job, now: async () => (await sessions.campaign(ACCOUNT.id)).value }
}

describe('one account of several that fails', () => {
  test('keeps no other from being halted', async () => {
    const { deps, job, now } = await twoAccounts()
    const halt = controlCampaign({ ...job, kind: 'control', mode: 'HALTED', reason: 'x' }, deps)
    await expect(halt).rejects.toThrow('2k: unreadable')
    expect((await now())?.control.mode).toBe('HALTED')
  })

  test('keeps no other from being stopped', async () => {
    const { deps, job, now } = await twoAccounts()
    await expect(stopCampaign({ ...job, kind: 'stop', mode: 'flatten' }, deps)).rejects.toThrow('2k: unreadable')
    expect((await now())?.stop).toMatchObject({ kind: 'operator' })
  })

  test('is named, with all that failed', async () => {
    const done: string[] = []
    const all = forEachAccount(['a', 'b', 'c'], String, async (name) => {
      if (name !== 'b') throw new Error(`no ${name}`)
      done.push(name)
    })
    await expect(all).rejects.toThrow('a: no a; c: no c')
    expect(done).toEqual(['b'])
  })

  test('ends it for all only where the store is away: none would fare better', async () => {
    const tried: string[] = []
    const all = forEachAccount(['a', 'b'], String, async (name) => {
      tried.push(name)
      throw new StoreUnreachable(new Error('away'))
    })
    await expect(all).rejects.toThrow(StoreUnreachable)
    expect(tried).toEqual(['a'])
  })
})
