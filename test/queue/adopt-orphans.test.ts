/** Positions that no campaign knows: the store lost everything while no worker was there. */
import { describe, expect, test } from 'vitest'
import { DRILL_REASON, DRILL_SWITCH_MAX_MS } from '../../src/approval/drills.ts'
import type { BrokerOrder, OrderStatus } from '../../src/broker/port.ts'
import { KnownFor } from '../../src/config/known-for.ts'
import { adoptOrphans } from '../../src/queue/adopt-orphans.ts'
import { endLeftDrills } from '../../src/queue/drill-campaign.ts'
import type { SessionJob } from '../../src/queue/jobs.ts'
import type { CampaignDeps } from '../../src/queue/start-campaign.ts'
import { armedCampaign, saveCampaign } from '../support/armed-campaign.ts'
import { world } from '../support/command-world.ts'
import { ACCOUNT, at, FRIDAY, MONDAY, ok } from '../support/preflight-samples.ts'

const LEGS = [
  { symbol: 'SPY260717P00742000', side: 'sell', filledQty: 25, filledAvgPrice: null },
  { symbol: 'SPY260717P00737000', side: 'buy', filledQty: 25, filledAvgPrice: null },
] as const

const orderOf = (purpose: 'open' | 'close', status: OrderStatus, filledQty: number): BrokerOrder => ({
  ...{ id: `${purpose}-id`, clientOrderId: `p4d-25k-20260717-${purpose}-1`, status, qty: 25, filledQty },
  ...{ filledAvgPrice: filledQty === 0 ? null : '1.68', limitPrice: '1.68', legs: LEGS },
  ...{ submittedAt_ms: at('09:50'), updatedAt_ms: at('09:50') },
})

/** `whileWaiting`: what happens in the time that a living holder is given. */
function desk(orders: readonly BrokerOrder[], over: Partial<CampaignDeps> = {}, whileWaiting = async () => {}) {
  const { deps, sessions } = world({ orders: async () => ok(orders) })
  const jobs: SessionJob[] = []
  let waited_ms = 0
  const wall = {
    ...deps.wall,
    sleep: async (wait_ms: number) => {
      waited_ms += wait_ms
      await whileWaiting()
    },
  }
  const all: CampaignDeps = {
    ...deps,
    // Keys for one profile only.
    brokers: { ...deps.brokers, of: (profile) => (profile === '25k' ? deps.brokers.of('25k') : null) },
    wall,
    addSession: async (job) => void jobs.push(job),
    ...over,
  }
  return { deps: all, sessions, jobs, waited_ms: () => waited_ms }
}

function raise(error: Error): never {
  throw error
}

describe('a position of this desk that is in no books', () => {
  test.each([
    ['filled', [orderOf('open', 'filled', 25)]],
    [
      "beside a stranger's",
      [orderOf('open', 'filled', 25), { ...orderOf('close', 'filled', 25), clientOrderId: 'by-hand' }],
    ],
    ['on its way', [orderOf('open', 'new', 0)]],
    ['closed in part', [orderOf('open', 'filled', 25), orderOf('close', 'canceled', 10)]],
  ] as const)('%s is adopted by a campaign that opens nothing', async (_what, orders) => {
    const { deps, sessions, jobs, waited_ms } = desk(orders)
    await adoptOrphans(deps)
    const { value } = await sessions.campaign(ACCOUNT.id)
    expect(value).toMatchObject({ active: true, control: { mode: 'REDUCING' }, strategy: { structure: 'put_spread' } })
    expect(jobs).toEqual([{ accountId: ACCOUNT.id, date: FRIDAY.date }])
    expect(waited_ms()).toBeGreaterThanOrEqual(5000)
  })

  test.each([
    ['closed again', [orderOf('open', 'filled', 25), orderOf('close', 'filled', 25)]],
    ['never filled', [orderOf('open', 'canceled', 0)]],
    ["somebody else's", [{ ...orderOf('open', 'filled', 25), clientOrderId: 'by-hand' }]],
    ['another profile’s', [{ ...orderOf('open', 'filled', 25), clientOrderId: 'p4d-2k-20260717-open-1' }]],
  ] as const)('but %s: nothing is adopted', async (_what, orders) => {
    const { deps, sessions, jobs } = desk(orders)
    await adoptOrphans(deps)
    expect(await sessions.campaigns()).toEqual([])
    expect(jobs).toEqual([])
  })

  test('is left to the worker that holds it, which sets the store up again within the wait', async () => {
    const armed = { ...armedCampaign(0), accountId: ACCOUNT.id }
    const { deps, sessions, jobs } = desk([orderOf('open', 'filled', 25)], {}, () => saveCampaign(sessions, armed))
    await adoptOrphans(deps)
    expect((await sessions.campaign(ACCOUNT.id)).value?.campaignId).toBe(armed.campaignId)
    expect(jobs).toEqual([])
  })

  test('is adopted also where the account is armed for a later day: today opens nothing, and that day stays', async () => {
    const { deps, sessions, jobs } = desk([orderOf('open', 'filled', 25)])
    await saveCampaign(sessions, { ...armedCampaign(0), accountId: ACCOUNT.id, session: MONDAY, next: null })
    await adoptOrphans(deps)
    expect((await sessions.campaign(ACCOUNT.id)).value).toMatchObject({
      ...{ campaignId: 'campaign-1', active: true, session: FRIDAY, next: MONDAY, control: { mode: 'REDUCING' } },
    })
    expect(jobs).toEqual([{ accountId: ACCOUNT.id, date: FRIDAY.date }])
  })

  test('is held back under the desk’s own name also where a drill had set the switch, which ends no hold with it', async () => {
    const { deps, sessions } = desk([orderOf('open', 'filled', 25)])
    const armed = { ...armedCampaign(0), accountId: ACCOUNT.id, session: MONDAY, next: null }
    const drill = { id: 'd1', before: armed.control }
    const set = { seq: 1, mode: 'HALTED', actor: armed.armedBy, reason: DRILL_REASON } as const
    await saveCampaign(sessions, { ...armed, control: { ...set, drill } })
    await adoptOrphans(deps)
    const clock = { monotonic_ms: 0 }
    const known = new KnownFor({ monotonic_ms: () => clock.monotonic_ms })
    await endLeftDrills(deps, known)
    clock.monotonic_ms += DRILL_SWITCH_MAX_MS
    await endLeftDrills(deps, known)
    const { control } = (await sessions.campaign(ACCOUNT.id)).value ?? armed
    expect(control).toMatchObject({ mode: 'REDUCING', actor: { via: 'system' } })
    expect(control.drill).toBeUndefined()
    // What a person had paused stays theirs.
    const paused = { ...set, seq: 2, mode: 'REDUCING', reason: 'lunch' } as const
    const other = desk([orderOf('open', 'filled', 25)])
    await saveCampaign(other.sessions, { ...armed, control: { ...set, seq: 3, drill: { ...drill, before: paused } } })
    await adoptOrphans(other.deps)
    expect((await other.sessions.campaign(ACCOUNT.id)).value?.control).toEqual({ ...paused, seq: 4 })
  })

  test('is adopted also where another account cannot be looked at', async () => {
    const { deps, sessions } = desk([orderOf('open', 'filled', 25)])
    const of: CampaignDeps['brokers']['of'] = (profile) =>
      profile === '2k' ? raise(new Error('odd')) : deps.brokers.of(profile)
    await expect(adoptOrphans({ ...deps, brokers: { ...deps.brokers, of } })).rejects.toThrow('2k: odd')
    expect((await sessions.campaign(ACCOUNT.id)).value?.control.mode).toBe('REDUCING')
  })

  test('is left to the campaign that is at today', async () => {
    const { deps, sessions, jobs } = desk([orderOf('open', 'filled', 25)])
    await saveCampaign(sessions, { ...armedCampaign(0), accountId: ACCOUNT.id, session: FRIDAY })
    await adoptOrphans(deps)
    expect((await sessions.campaign(ACCOUNT.id)).seq).toBe(1)
    expect(jobs).toEqual([])
  })

  test('goes on after the feed numbers that the journal files hold; files that cannot be read stop nothing', async () => {
    const known = desk([orderOf('open', 'filled', 25)], { lastFeedNo: async () => 41 })
    await adoptOrphans(known.deps)
    expect((await known.sessions.journal(ACCOUNT.id, FRIDAY.date))[0]?.feedNo).toBe(42)
    const broken = desk([orderOf('open', 'filled', 25)], { lastFeedNo: () => Promise.reject(new Error('EACCES')) })
    await adoptOrphans(broken.deps)
    expect((await broken.sessions.journal(ACCOUNT.id, FRIDAY.date))[0]?.feedNo).toBe(1)
  })
})
