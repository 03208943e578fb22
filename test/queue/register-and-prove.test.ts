/** What a worker writes for the verdict: the registration at the arming, the broker's records after a session. */
import { describe, expect, test } from 'vitest'
import type { BrokerOrder } from '../../src/broker/port.ts'
import { proveDay } from '../../src/queue/prove-day.ts'
import type { VerdictFacts } from '../../src/queue/register-campaign.ts'
import { startCampaign } from '../../src/queue/start-campaign.ts'
import { createSession, type SessionState } from '../../src/session/state.ts'
import { codeOf, startJob, type World, world } from '../support/command-world.ts'
import { ACCOUNT, FACTS, FRIDAY, no, ok } from '../support/preflight-samples.ts'

const facts: VerdictFacts = {
  feeds: { option: 'indicative', stock: 'iex' },
  strategyVersion: 'v1',
  triedWith: async () => ({ variants: 41, runs: 6 }),
}

async function armedEvents({ sessions }: World) {
  const entries = await sessions.journal(ACCOUNT.id, FRIDAY.date)
  return entries.flatMap(({ event }) => (event.type === 'campaign_armed' ? [event] : []))
}

/** As if the campaign had been stopped and gone flat. */
async function stopped({ sessions }: World): Promise<void> {
  const { seq, value } = await sessions.campaign(ACCOUNT.id)
  if (value === null) throw new Error('expected a campaign')
  await sessions.commit({
    accountId: ACCOUNT.id,
    profile: '25k',
    source: value.source,
    date: FRIDAY.date,
    atMarket_ms: 0,
    atWall_ms: 0,
    events: [],
    epoch: null,
    session: null,
    campaign: { expectedSeq: seq, value: { ...value, active: false } },
    openGuard: null,
  })
}

describe('/start registers', () => {
  test('in the commit that arms: configuration, feeds, version and the variants of every recorded backtest', async () => {
    const at = world()
    expect(codeOf(await startCampaign(startJob('1'), { ...at.deps, verdictFacts: facts }))).toBe('done')
    const [armed] = await armedEvents(at)
    expect(armed?.registered).toMatchObject({
      isNew: true,
      number: 1,
      from: FRIDAY.date,
      tried: { variants: 41, runs: 6, unknown: null },
      strategyVersion: 'v1',
      feeds: facts.feeds,
      registration: { configurationHash: FACTS.settings.configHash, source: 'PAPER', variants: 41 },
    })
    expect((await at.sessions.campaign(ACCOUNT.id)).value?.registered).toMatchObject({ number: 1 })
  })

  test('the baseline that was registered for the profile; one that cannot be read is none', async () => {
    const armedWith = async (baselineOf: VerdictFacts['baselineOf']) => {
      const at = world()
      const verdictFacts = baselineOf === undefined ? facts : { ...facts, baselineOf }
      expect(codeOf(await startCampaign(startJob('1'), { ...at.deps, verdictFacts }))).toBe('done')
      const registration = (await armedEvents(at))[0]?.registered?.registration
      return [registration?.resettledDailyCents, registration?.resettledFrom]
    }
    expect(await armedWith(undefined)).toEqual([13_793, { kind: 'built_in' }])
    const audited = {
      kind: 'audited',
      from: '2023-05-01',
      to: '2023-05-09',
      trades: 5,
      publishedDailyCents: 9,
    } as const
    const baselineOf = async (profile: string) => ({
      resettledDailyCents: profile === '25k' ? -4321 : 1,
      resettledFrom: audited,
    })
    expect(await armedWith(baselineOf)).toEqual([-4321, audited])
    expect(await armedWith(() => Promise.reject(new Error('half a file')))).toEqual([
      null,
      { kind: 'none', reason: 'it could not be read: half a file' },
    ])
  })

  test('the same configuration goes on; another begins anew and the answer says what changed', async () => {
    const at = world()
    const deps = { ...at.deps, verdictFacts: facts }
    await startCampaign(startJob('1'), deps)
    await stopped(at)
    await startCampaign(startJob('2'), {
      ...deps,
      verdictFacts: { ...facts, triedWith: async () => ({ variants: 900, runs: 9 }) },
    })
    await stopped(at)
    const { limits } = FACTS.settings
    const changed = { ...FACTS.settings, limits: { ...limits, vixMax: 22 }, configHash: 'c'.repeat(64) }
    const answer = await startCampaign(startJob('3'), { ...deps, settingsFor: () => changed })
    const armed = await armedEvents(at)
    expect(armed.map(({ registered }) => [registered?.number, registered?.isNew])).toEqual([
      [1, true],
      [1, false],
      [2, true],
    ])
    expect(armed[1]?.registered?.registration).toEqual(armed[0]?.registered?.registration)
    expect(armed[2]?.registered).toMatchObject({
      changed: [`limits.vixMax: ${limits.vixMax} → 22`],
      registration: { variants: 42 },
    })
    expect(answer.ok && answer.message).toContain('the verdict begins anew, as campaign 2')
  })

  test('a record of backtests that cannot be read stops no trading and is not taken for none', async () => {
    const at = world()
    const failing = { ...facts, triedWith: () => Promise.reject(new Error('unreadable')) }
    expect(codeOf(await startCampaign(startJob('1'), { ...at.deps, verdictFacts: failing }))).toBe('done')
    const [armed] = await armedEvents(at)
    expect(armed?.registered?.tried).toEqual({
      variants: 1,
      runs: 0,
      unknown: 'the record of backtests could not be read',
    })
  })
})

describe('after a session', () => {
  const order = (purpose: 'open' | 'close', price: string, over: Partial<BrokerOrder> = {}): BrokerOrder => ({
    id: purpose,
    clientOrderId: `p4d-25k-${FRIDAY.date.replaceAll('-', '')}-${purpose}-1`,
    status: 'filled',
    qty: 25,
    filledQty: 25,
    filledAvgPrice: price,
    limitPrice: null,
    legs: [{ symbol: 'SPY', side: purpose === 'open' ? 'sell' : 'buy', filledQty: 25, filledAvgPrice: price }],
    submittedAt_ms: 0,
    updatedAt_ms: 0,
    ...over,
  })
  const orders = [order('open', '1.2'), order('close', '0.85')]

  async function proof(state: Partial<SessionState>, over: Parameters<typeof world>[0] = {}) {
    const at = world({ orders: async () => ok(orders), ...over })
    const deps = { ...at.deps, verdictFacts: facts }
    await startCampaign(startJob('1'), deps)
    const { value: campaign } = await at.sessions.campaign(ACCOUNT.id)
    if (campaign === null) throw new Error('expected a campaign')
    const ended: SessionState = { ...createSession(campaign), phase: 'ended', ...state }
    const wall = { ...deps.wall, sleep: async () => undefined }
    await proveDay(ended, { ...deps, wall })
    await proveDay(ended, { ...deps, wall })
    const entries = await at.sessions.journal(ACCOUNT.id, FRIDAY.date)
    return entries.flatMap(({ event }) => (event.type === 'day_proved' ? [event] : []))
  }

  test('the broker’s own orders are added up beside the books, once a day', async () => {
    // (1.20 − 0.85) × 100 × 25
    const proved = await proof({ brokerPnlCents: 87_500 })
    expect(proved).toEqual([
      {
        type: 'day_proved',
        strategyVersion: 'v1',
        feeds: facts.feeds,
        broker: { orders: 2, brokerCents: 87_500, deskCents: 87_500, cashCents: null },
      },
    ])
  })

  test('what cash moved by stands beside it; orders of others in the same contracts stand apart, those without a fill count for nothing', async () => {
    const others = [
      ...orders,
      order('open', '9', { clientOrderId: 'somebody-else' }),
      order('open', '1', { clientOrderId: orders[0]?.clientOrderId.replace(/1$/, '2') ?? '', filledQty: 0, legs: [] }),
    ]
    const account = { ...ACCOUNT, cash: '10872.40' }
    const [proved] = await proof(
      { brokerPnlCents: 80_000, cashAtStart: '10000' },
      { orders: async () => ok(others), account: async () => ok(account) },
    )
    expect(proved?.broker).toEqual({
      orders: 2,
      brokerCents: 87_500,
      deskCents: 80_000,
      cashCents: 87_240,
      otherCents: 2_250_000,
    })
  })

  test('a broker that cannot be read leaves the comparison open, and tells the rest', async () => {
    let asked = 0
    const [proved] = await proof({}, { orders: async () => (asked++ < 0 ? ok(orders) : no('unavailable')) })
    expect(proved).toMatchObject({ broker: null, strategyVersion: 'v1' })
  })
})
