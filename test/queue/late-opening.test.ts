/**
 * An opening whose request reaches the broker when its session has ended: the real queue and session, the broker by
 * hand.
 */
import { describe, expect, test } from 'vitest'
import type { Broker, BrokerOrder, BrokerResult, OrderRequest } from '../../src/broker/port.ts'
import { createMemoryStore, reachAtOnce, sessionLeaseName, storePorts } from '../../src/chaos/store/memory-store.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { adoptOrphans } from '../../src/queue/adopt-orphans.ts'
import type { SessionJob } from '../../src/queue/jobs.ts'
import { processSession, type SessionProcessorDeps } from '../../src/queue/session-processor.ts'
import type { Campaign } from '../../src/session/campaign.ts'
import { armedCampaign, saveCampaign } from '../support/armed-campaign.ts'
import { ACTOR, world } from '../support/command-world.ts'
import { ACCOUNT, FRIDAY, MONDAY, no, ok } from '../support/preflight-samples.ts'
import { at, brokerOrder, CHAIN, watchingDesk } from '../support/session.ts'

const OPEN = 'p4d-25k-20260717-open-1'
const SYMBOLS = ['SPY260717P00742000', 'SPY260717P00737000'] as const
/** Market seconds in one of the wall's. */
const SPEED = 100

/** Openings get no answer and arrive when told to; closes fill at once. */
function createBroker(opening: OrderRequest, now_ms: () => number) {
  const books = new Map<string, BrokerOrder>()
  const asked: OrderRequest[] = []
  let held = 0
  const enter = (request: OrderRequest, status: 'new' | 'filled') => {
    const filledQty = status === 'filled' ? request.qty : 0
    const isOpening = request.clientOrderId.includes('-open-')
    held += isOpening ? filledQty : -filledQty
    const legs = request.legs.map(({ symbol, side }) => ({ symbol, side, filledQty, filledAvgPrice: null }))
    const price = filledQty > 0 ? '1.70' : null
    books.set(request.clientOrderId, { ...brokerOrder(request, status, filledQty, price, now_ms()), legs })
    return ok(books.get(request.clientOrderId) as BrokerOrder)
  }
  const broker: Partial<Broker> = {
    account: async () => ok(ACCOUNT),
    calendar: async () => ok([FRIDAY, MONDAY]),
    orders: async () => ok([...books.values()]),
    positions: async () =>
      ok(
        held === 0 ? [] : SYMBOLS.map((symbol, leg) => ({ symbol, qty: leg === 0 ? -held : held, avgEntryPrice: '1' })),
      ),
    activities: async () => ok([]),
    bars: async () => ok([]),
    optionQuotes: async () => ok(new Map(SYMBOLS.map((symbol) => [symbol, { bid: 1.6, ask: 1.7, t_ms: now_ms() }]))),
    submit: async (request): Promise<BrokerResult<BrokerOrder>> => {
      asked.push(request)
      return request.clientOrderId === OPEN ? no('ambiguous') : enter(request, 'filled')
    },
    orderByClientId: async (id) => {
      const order = books.get(id)
      return order === undefined ? no('not_found') : ok(order)
    },
    cancel: async (orderId) => {
      const order = [...books.values()].find(({ id }) => id === orderId)
      if (order !== undefined) books.set(order.clientOrderId, { ...order, status: 'canceled' })
      return ok(null)
    },
    streams: () => ({ watchOptions: () => undefined, renew: () => undefined, close: async () => undefined }),
  }
  const arrive = (status: 'new' | 'filled') => void enter(opening, status)
  const closes = () => asked.filter(({ clientOrderId }) => clientOrderId.includes('-close-'))
  return { broker: broker as Broker, arrive, closes, held: () => held, status: () => books.get(OPEN)?.status }
}

/** Entered and stopped in the moment in which the opening was asked for; and that was given up, and the day ended. */
async function stoppedDay() {
  const began_ms = systemWallClock.monotonic_ms()
  const now_ms = () => at('09:50') + (systemWallClock.monotonic_ms() - began_ms) * SPEED
  const { sessions, leases, runs } = storePorts(
    createMemoryStore({ now_ms: systemWallClock.monotonic_ms }),
    reachAtOnce,
  )
  const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)
  const market = createBroker(desk.sent(), now_ms)
  const { deps: commands } = world()
  const jobs: SessionJob[] = []
  const deps: SessionProcessorDeps = {
    ...commands,
    brokers: { ...commands.brokers, of: (profile) => (profile === '25k' ? market.broker : null) },
    store: sessions,
    leases,
    clock: {
      now_ms,
      observe: () => undefined,
      speed: () => SPEED,
      until: (until_ms, signal) => systemWallClock.sleep(Math.max(1, (until_ms - now_ms()) / SPEED), signal),
    },
    wall: systemWallClock,
    worker: 'w',
    runs,
    leaseName: sessionLeaseName,
    leaseTimes: { ttl_ms: 3000, renewEvery_ms: 1000, tryEvery_ms: 5 },
    pace: { reconcile_ms: 500, reconcileRetry_ms: 20, campaign_ms: 20, reach_ms: 20, live_ms: 500 },
    onSession: () => undefined,
    addSession: async (job) => void jobs.push(job),
  }
  const stop = { actor: ACTOR, kind: 'operator' } as const
  const campaign: Campaign = { ...armedCampaign(0), accountId: ACCOUNT.id, session: FRIDAY, stop }
  await saveCampaign(sessions, campaign)
  const job = { accountId: ACCOUNT.id, date: FRIDAY.date }
  const { source, plan } = campaign
  const session = { expectedSeq: 0, value: { ...desk.state, stop, accountId: ACCOUNT.id } }
  const rest = { epoch: null, campaign: null, openGuard: null, events: [], atMarket_ms: 0, atWall_ms: 0 }
  await sessions.commit({ ...rest, ...job, source, profile: plan.profile, session })
  expect(await processSession(job, deps)).toBe('ended')
  const read = async () => (await sessions.journal(job.accountId, job.date)).map(({ event }) => event)
  expect(await read()).toContainEqual(expect.objectContaining({ type: 'order_ended', status: 'never_sent' }))
  expect((await sessions.campaign(ACCOUNT.id)).value?.active).toBe(false)
  // A living holder is given time; there is none.
  const look = () => adoptOrphans({ ...deps, wall: { ...systemWallClock, sleep: async () => undefined } })
  return { market, deps, sessions, campaign, job, jobs, read, look, run: () => processSession(job, deps) }
}

describe('an opening that reaches the broker 40 s after the stop', () => {
  test('and is filled, opens its session again, which closes it, says so, and ends again', async () => {
    const { market, run, read, look, jobs, job, sessions } = await stoppedDay()
    await look()
    expect(jobs).toEqual([])
    market.arrive('filled')
    await look()
    expect(jobs).toEqual([job])
    expect(await run()).toBe('ended')
    expect(market.held()).toBe(0)
    expect(market.closes()).toMatchObject([{ clientOrderId: 'p4d-25k-20260717-close-1', qty: 25 }])
    const events = await read()
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'engine_alert', code: 'session_reopened', critical: true }),
    )
    expect(events.filter(({ type }) => type === 'trade_closed')).toMatchObject([
      { reason: 'operator_stop', contracts: 25, entryFill: '1.7' },
    ])
    expect(events.at(-1)).toMatchObject({ type: 'session_ended', status: 'stopped', entries: 1 })
    expect((await sessions.campaign(ACCOUNT.id)).value?.active).toBe(false)
    await look()
    expect(jobs).toEqual([job])
  })

  test('and works there, is canceled', async () => {
    const { market, run, look } = await stoppedDay()
    market.arrive('new')
    await look()
    expect(await run()).toBe('ended')
    expect(market.status()).toBe('canceled')
    expect(market.closes()).toEqual([])
  })

  test('is closed also where the account is armed for the next day already, which stays armed as it is', async () => {
    const { market, sessions, campaign, run, look, jobs, job } = await stoppedDay()
    const monday: Campaign = { ...campaign, campaignId: 'campaign-2', session: MONDAY, next: null, stop: null }
    await saveCampaign(sessions, monday)
    market.arrive('filled')
    await look()
    expect((await sessions.campaign(ACCOUNT.id)).value?.session).toEqual(FRIDAY)
    expect(await run()).toBe('ended')
    expect(market.held()).toBe(0)
    expect((await sessions.campaign(ACCOUNT.id)).value).toEqual(monday)
    expect(jobs).toEqual([job, { ...job, date: MONDAY.date }])
  })

  test('makes a session of the next day that waits already give way', async () => {
    const { market, sessions, campaign, run, look, deps, job } = await stoppedDay()
    await saveCampaign(sessions, { ...campaign, campaignId: 'campaign-2', session: MONDAY, next: null, stop: null })
    const waiting = processSession({ ...job, date: MONDAY.date }, deps)
    market.arrive('filled')
    await look()
    expect(await waiting).toBe('lost')
    expect(await run()).toBe('ended')
    expect(market.held()).toBe(0)
  })
})
