/** Committing while the store is there, away, back, and somebody else's. */
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { createMemoryStore, sessionLeaseName, storePorts } from '../../src/chaos/store/memory-store.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { Committer } from '../../src/session/runner/committer.ts'
import { type Step, step } from '../../src/session/step.ts'
import { StoreUnreachable } from '../../src/store/port.ts'
import { armedCampaign, saveCampaign } from '../support/armed-campaign.ts'
import { CHAIN, type Desk, holdingDesk, watchingDesk } from '../support/session.ts'

type Fault = 'none' | 'away' | 'answer lost' | 'stopped before' | 'stopped after'

async function world() {
  const memory = createMemoryStore({ now_ms: () => 0 })
  const net: { fault: Fault; now_ms: number; meanwhile: () => void } = {
    fault: 'none',
    now_ms: 0,
    meanwhile: () => undefined,
  }
  const wall = { ...systemWallClock, monotonic_ms: () => net.now_ms }
  const reach = async <T>(_site: string, perform: () => T): Promise<T> => {
    if (net.fault === 'away') throw new StoreUnreachable(new Error('down'))
    if (net.fault === 'stopped before' || net.fault === 'stopped after') {
      const isDone = net.fault === 'stopped after'
      net.fault = 'none'
      net.now_ms += 10_000
      if (isDone) perform()
      net.meanwhile()
      throw new StoreUnreachable(new Error('timed out while the process stood still'))
    }
    const result = perform()
    if (net.fault === 'answer lost') throw new StoreUnreachable(new Error('reset'))
    return result
  }
  const { sessions, leases } = storePorts(memory, reach)
  const name = sessionLeaseName('account-1')
  const lease = await leases.acquire(name, 'worker-1', 60_000)
  if (lease === null) throw new Error('expected a fresh lease')
  const campaign = armedCampaign(0)
  const committer = new Committer({
    store: sessions,
    wall,
    log: pino({ level: 'silent' }),
    epoch: lease.epoch,
    seq: 0,
    campaign: () => campaign,
    feedFloor: async () => 0,
    onStoreLost: () => undefined,
  })
  return { net, memory, sessions, leases, lease, name, committer }
}

/** The step that a desk took last, as the runner commits it. */
const lastStep = (desk: Desk, since: number): Step => step(desk.state, desk.events.slice(since))

function openingStep(): Step {
  const desk = watchingDesk().spotAt('09:50', 741.15)
  const since = desk.events.length
  return lastStep(desk.snapshot(CHAIN), since)
}

function closingStep(): Step {
  const desk = holdingDesk()
  const since = desk.events.length
  return lastStep(desk.quote('09:51', [4.5, 4.54], [0.2, 0.22]), since)
}

describe('a commit of a process that was stopped in the middle of it', () => {
  test('is made once, whether the first attempt had arrived or not', async () => {
    for (const fault of ['stopped before', 'stopped after'] as const) {
      const { committer, net, sessions } = await world()
      net.fault = fault
      expect(await committer.commit(closingStep(), 1)).toBe('saved')
      expect((await sessions.session('account-1', '2026-07-17')).seq).toBe(1)
      expect(
        (await sessions.journal('account-1', '2026-07-17')).filter((e) => e.event.type === 'exit_decided'),
      ).toHaveLength(1)
      expect(await committer.commit(openingStep(), 2)).not.toBe('lost')
    }
  })

  test('is lost where somebody else took the session meanwhile: no order of it goes out', async () => {
    const { committer, net, memory, name } = await world()
    net.fault = 'stopped before'
    net.meanwhile = () => {
      memory.leases.expire(name)
      memory.leases.acquire(name, 'worker-2', 60_000)
    }
    expect(await committer.commit(closingStep(), 1)).toBe('lost')
  })
})

describe('a store that is behind when a process that was stopped wakes', () => {
  test('has not saved the opening: it is withheld, and the store set up again first', async () => {
    const { committer, net, memory, sessions, lease } = await world()
    expect(await committer.commit(step(watchingDesk().state, []), 1)).toBe('saved')
    net.fault = 'stopped before'
    net.meanwhile = () => {
      memory.clear()
      memory.leases.renew(lease, 60_000)
    }
    expect(await committer.commit(openingStep(), 2)).toBe('withheld')
    expect((await sessions.session('account-1', '2026-07-17')).seq).toBe(0)
    expect(await committer.commit(openingStep(), 3)).toBe('saved')
    expect((await sessions.session('account-1', '2026-07-17')).seq).toBe(1)
  })

  test('has it where the first attempt arrived, and takes the next step on top of it', async () => {
    const { committer, net, sessions } = await world()
    committer.campaignGone()
    net.fault = 'stopped after'
    expect(await committer.commit(openingStep(), 1)).toBe('saved')
    expect(await committer.commit(closingStep(), 2)).toBe('saved')
    expect((await sessions.session('account-1', '2026-07-17')).seq).toBe(2)
  })
})

describe('a store that lost everything', () => {
  test('gets the campaign back with the next commit, also before it had a session to lose', async () => {
    const { committer, memory, sessions, leases, lease } = await world()
    memory.clear()
    await leases.renew(lease, 60_000)
    committer.campaignGone()
    expect(await committer.commit(step(watchingDesk().state, []), 1)).toBe('saved')
    expect((await sessions.campaign('account-1')).value?.campaignId).toBe(armedCampaign(0).campaignId)
    // Once: later commits leave alone what the team has changed since.
    expect(await committer.commit(closingStep(), 2)).toBe('saved')
    expect((await sessions.campaign('account-1')).seq).toBe(1)
  })

  test('and has another campaign by now: the session is left to whoever takes it up under that one', async () => {
    const { committer, memory, sessions, leases, lease } = await world()
    memory.clear()
    await leases.renew(lease, 60_000)
    committer.campaignGone()
    await saveCampaign(sessions, { ...armedCampaign(0), accountId: 'account-1', campaignId: 'campaign-adopted' })
    expect(await committer.commit(step(watchingDesk().state, []), 1)).toBe('lost')
    expect((await sessions.campaign('account-1')).value?.campaignId).toBe('campaign-adopted')
  })
})

describe('a commit', () => {
  test("of the day's first opening creates its guard: the second is refused", async () => {
    const { committer } = await world()
    expect(await committer.commit(openingStep(), 1)).toBe('saved')
    expect(await committer.commit(openingStep(), 2)).toBe('already_opened')
  })

  test('is not taken while the store is away when it opens anything', async () => {
    const { committer, net, sessions } = await world()
    net.fault = 'away'
    expect(await committer.commit(openingStep(), 1)).toBe('withheld')
    net.fault = 'none'
    expect((await sessions.session('account-1', '2026-07-17')).seq).toBe(0)
  })

  test('goes on unsaved when it closes, and is caught up with', async () => {
    const { committer, net, sessions } = await world()
    const closing = closingStep()
    net.fault = 'away'
    expect(await committer.commit(closing, 1)).toBe('unsaved')
    net.fault = 'none'
    expect(await committer.commit(step(closing.state, []), 2)).toBe('saved')
    const journal = await sessions.journal('account-1', '2026-07-17')
    expect(journal.map(({ event }) => event.type)).toEqual(closing.events.map(({ type }) => type))
  })

  test('whose answer was lost is not made twice', async () => {
    const { committer, net, sessions } = await world()
    const closing = closingStep()
    net.fault = 'answer lost'
    expect(await committer.commit(closing, 1)).toBe('unsaved')
    net.fault = 'none'
    expect(await committer.commit(step(closing.state, []), 2)).toBe('saved')
    expect(await sessions.journal('account-1', '2026-07-17')).toHaveLength(closing.events.length)
  })

  test('of a worker that lost the session says so, and changes nothing', async () => {
    const { committer, leases, lease, name, sessions } = await world()
    await leases.release(lease)
    await leases.acquire(name, 'worker-2', 60_000)
    expect(await committer.commit(closingStep(), 1)).toBe('lost')
    expect((await sessions.session('account-1', '2026-07-17')).seq).toBe(0)
  })
})
