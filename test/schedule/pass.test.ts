import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { render } from '../../src/feed/render/index.ts'
import type { PreflightReport } from '../../src/preflight/line.ts'
import { buildDayDocument } from '../../src/report/day/day-document.ts'
import { dutyActions } from '../../src/schedule/actions.ts'
import { passSchedules, type SchedulePorts } from '../../src/schedule/pass.ts'
import type { Campaign } from '../../src/session/campaign.ts'
import type { JournalEntry, JournalEventType } from '../../src/session/events.ts'
import { createDeskReader } from '../../src/store/desk-reader.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createLeases } from '../../src/store/lease.ts'
import { type SessionStore, StoreUnreachable } from '../../src/store/port.ts'
import { createScheduleStore } from '../../src/store/schedule-store.ts'
import { createSessionStore } from '../../src/store/session-store.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import { armedCampaign, liveOf, saveCampaign } from '../support/armed-campaign.ts'
import { closedTrade } from '../support/closed-trade.ts'
import { at, DATE, entryOf } from '../support/desk-samples.ts'
import { journalOf } from '../support/journal-samples.ts'
import { STATUS } from '../support/view-samples.ts'

const REPORT_BAD: PreflightReport = {
  schema: 'phase4d.preflight/1',
  account: '25k',
  source: null,
  ok: false,
  summary: { pass: 2, warn: 1, fail: 1 },
  checks: [
    { id: 'clock_skew', status: 'warn', found: '1.2 s off', advice: 'Synchronise it.', numbers: {} },
    { id: 'keys', status: 'pass', found: 'set', advice: null, numbers: {} },
    { id: 'options_level', status: 'fail', found: 'level 1', advice: 'Ask for level 3.', numbers: {} },
    { id: 'buying_power', status: 'pass', found: 'enough', advice: null, numbers: { has: '12530.505' } },
  ],
  notChecked: ['bars'],
}

const SIMULATED = { now_ms: () => null, observe: () => undefined, speed: () => 1, until: async () => undefined }

describe('the schedule of an armed account', () => {
  let redis: Redis
  let sessions: SessionStore
  let campaign: Campaign
  let ports: SchedulePorts
  let preflights: string[]
  const log = pino({ level: 'silent' })

  beforeAll(() => {
    redis = new Redis(process.env.TEST_REDIS_URL ?? '')
  })
  afterAll(() => redis.disconnect())
  beforeEach(async () => {
    const prefix = `test-${randomUUID()}`
    const keys = createKeys(prefix)
    const leases = createLeases(redis, prefix)
    sessions = createSessionStore(redis, keys, leases)
    const reader = createDeskReader(redis, keys, { store: sessions, leases, wall: systemWallClock })
    campaign = { ...armedCampaign(0), session: { date: DATE, open_ms: at('09:30'), close_ms: at('16:00') } }
    await saveCampaign(sessions, campaign)
    preflights = []
    const actions = dutyActions({
      reader: {
        ...reader,
        status: async () => STATUS,
        dates: async () => ['2026-07-20', DATE, '2026-07-16', '2026-07-10'],
        document: async (_account, date) => (date === '2026-07-16' ? null : buildDayDocument(journalOf())),
      },
      preflight: async (_engine, id) => {
        preflights.push(id)
        return REPORT_BAD
      },
      reviewersNeeded: 2,
    })
    ports = { schedules: createScheduleStore(redis, keys, sessions), sessions, actions, wall: systemWallClock, log }
  })

  const lookAt = async (now_ms: number, of: SchedulePorts = ports) => {
    await sessions.saveLive({ ...liveOf(campaign, of.wall.now_ms()), now_ms, spot: 741.2 })
    await passSchedules(of)
  }
  const told = async (): Promise<readonly JournalEntry[]> => sessions.journal(campaign.accountId, DATE)
  const types = async (): Promise<readonly JournalEventType[]> => (await told()).map(({ event }) => event.type)

  test('tells each thing once, numbered, under the badge of the account', async () => {
    for (let t_ms = at('09:00'); t_ms <= at('16:40'); t_ms += 5 * MINUTE_MS) await lookAt(t_ms)
    expect(await types()).toEqual([
      'preflight_reported',
      'market_opened',
      ...Array.from({ length: 4 }, () => 'expiry_watched'),
      'week_ended',
    ])
    const entries = await told()
    expect(entries.map(({ feedNo }) => feedNo)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(entries.every(({ source }) => source.kind === campaign.source.kind)).toBe(true)
    const expiries = [120, 90, 60, 45].map((before_min) => `expiry-${DATE}-${before_min}`)
    const asked = [`preflight-${DATE}`, ...expiries]
    expect(preflights).toEqual(asked.map((key) => `schedule-${campaign.accountId}-${key}`))
  })

  test('at the close it reminds of trades that wait for a review, once', async () => {
    const { accountId, source, plan } = campaign
    const [exit, closed] = closedTrade(`${DATE}-1`, -41_250)
    if (exit === undefined || closed === undefined) throw new Error('expected the end of a trade')
    const nothing = { epoch: null, session: null, campaign: null, openGuard: null }
    const envelope = { accountId, source, profile: plan.profile, date: DATE, atMarket_ms: at('15:12'), atWall_ms: 1 }
    await sessions.commit({ ...envelope, ...nothing, events: [exit, closed] })
    for (let t_ms = at('15:50'); t_ms <= at('17:00'); t_ms += 60_000) await lookAt(t_ms)
    const reminders = (await told()).filter(({ event }) => event.type === 'reviews_reminded')
    expect(reminders).toMatchObject([
      { event: { waiting: 1, needed: 2, oldest: [{ tradeId: `${DATE}-1`, netPnlCents: -41_250, reviewers: [] }] } },
    ])
    expect(reminders[0]?.feedNo).not.toBeNull()
  })

  test('what is told holds the numbers of that moment', async () => {
    for (const time of ['09:00', '09:20', '09:30', '14:00', '16:30']) await lookAt(at(time))
    const [preflight, open, expiry, week] = (await told()).map(({ event }) => event)
    expect(preflight).toMatchObject({
      passed: 2,
      warned: 1,
      failed: 1,
      problems: [
        { name: 'Options level', failed: true, found: 'level 1', advice: 'Ask for level 3.' },
        { name: 'Clock', failed: false },
      ],
      notChecked: ['One-minute bars'],
    })
    expect(open).toMatchObject({ spot: 741.2, close_ms: at('16:00') })
    expect(expiry).toMatchObject({
      strike: 742,
      contracts: 25,
      spot: 740.82,
      assignmentCents: 742 * 100 * 25 * 100,
      // 25 spreads of $5 less the credit of $1.21.
      worstCaseCents: (500 - 121) * 25 * 100,
      // As the account says it now, with the position open: not as it was when the campaign was armed.
      optionsBuyingPowerCents: 1_253_051,
      liquidation_ms: at('15:30'),
      close_ms: at('16:00'),
    })
    expect(week).toMatchObject({
      from: '2026-07-13',
      to: '2026-07-19',
      days: [{ date: DATE, netPnlCents: 131_000, targetDailyCents: 34_177, trades: 1, wins: 1, final: true }],
      judged: { light: 'red', decisions: 0, costCents: expect.any(Number) },
    })
  })

  test('before the open it says which alerts nobody has acknowledged, and asks for it', async () => {
    const openAlerts = Array.from({ length: 12 }, (_, index) => ({ alertNo: index + 1, title: 'x', age_ms: 1.5 }))
    const actions = dutyActions({
      reader: {
        status: async () => ({ ...STATUS, openAlerts }),
        dates: async () => [],
        document: async () => null,
        reviews: async () => [],
      },
      preflight: async () => ({ ...REPORT_BAD, checks: [], summary: { pass: 4, warn: 0, fail: 0 } }),
      reviewersNeeded: 2,
    })
    for (const time of ['09:00', '09:20']) await lookAt(at(time), { ...ports, actions })
    const [entry] = await told()
    expect(entry?.event).toMatchObject({ type: 'preflight_reported', failed: 0, openAlerts: { count: 12 } })
    const post = entry === undefined ? null : render(entry, { nowWall_ms: entry.atWall_ms, document: null })
    expect(post?.tier).toBe('ping')
    const field = post?.embed.fields?.at(-1)
    expect(field?.name).toBe('🚨 Nobody has acknowledged')
    expect(field?.value).toContain('and 2 more')
    expect(post?.buttons?.map(({ label }) => label)).toEqual([1, 2, 3, 4, 5].map((no) => `Acknowledge #${no}`))
  })

  test('an account that cannot be read has no buying power to show, and what expires is told all the same', async () => {
    const actions = dutyActions({
      reader: {
        status: async () => STATUS,
        dates: async () => [],
        document: async () => null,
        reviews: async () => [],
      },
      preflight: async () => ({ ...REPORT_BAD, checks: [] }),
      reviewersNeeded: 2,
    })
    for (const time of ['13:59', '14:00']) await lookAt(at(time), { ...ports, actions })
    expect((await told()).map(({ event }) => event)).toMatchObject([
      { type: 'expiry_watched', strike: 742, optionsBuyingPowerCents: null },
    ])
  })

  test('two bots that look at the same moment, and one that comes back with an old position, tell nothing twice', async () => {
    await lookAt(at('09:25'))
    await sessions.saveLive({ ...liveOf(campaign, 1), now_ms: at('09:31') })
    await Promise.all([passSchedules(ports), passSchedules(ports), passSchedules(ports)])
    await ports.schedules.advance(campaign.accountId, {
      campaignId: campaign.campaignId,
      at_ms: at('09:25'),
      session: campaign.session,
    })
    await passSchedules(ports)
    expect(await types()).toEqual(['market_opened'])
  })

  test('a bot that dies right after the commit repeats nothing, one that dies right before it forgets nothing', async () => {
    await lookAt(at('09:25'))
    const dies = async () => {
      throw new StoreUnreachable('killed')
    }
    await expect(lookAt(at('09:31'), { ...ports, sessions: { commit: dies } })).rejects.toThrow(StoreUnreachable)
    expect(await types()).toEqual([])
    await expect(lookAt(at('09:31'), { ...ports, schedules: { ...ports.schedules, advance: dies } })).rejects.toThrow()
    expect(await types()).toEqual(['market_opened'])
    await lookAt(at('09:32'))
    expect(await types()).toEqual(['market_opened'])
  })

  test('with nothing open nothing expires; before its first look, and of another campaign, nothing is made up for', async () => {
    const idle = dutyActions({
      reader: {
        status: async () => ({ ...STATUS, position: null }),
        dates: async () => [],
        document: async () => null,
        reviews: async () => [],
      },
      preflight: async () => REPORT_BAD,
      reviewersNeeded: 2,
    })
    await lookAt(at('14:05'), { ...ports, actions: idle })
    await lookAt(at('15:10'), { ...ports, actions: idle })
    expect(await types()).toEqual([])
    campaign = { ...campaign, campaignId: 'another' }
    await saveCampaign(sessions, campaign)
    await lookAt(at('15:20'))
    expect(await types()).toEqual([])
  })

  const stopped = async (source: Campaign['source']) => {
    campaign = { ...campaign, source }
    await saveCampaign(sessions, campaign)
    const [exit, closed] = closedTrade(`${DATE}-1`, -41_250)
    if (exit === undefined || closed === undefined) throw new Error('expected the end of a trade')
    const { accountId, plan } = campaign
    const nothing = { epoch: null, session: null, campaign: null, openGuard: null }
    const envelope = { accountId, source, profile: plan.profile, date: DATE, atMarket_ms: at('10:12'), atWall_ms: 1 }
    await sessions.commit({ ...envelope, ...nothing, events: [exit, closed] })
    await lookAt(at('10:20'))
    campaign = { ...campaign, active: false }
    await saveCampaign(sessions, campaign)
  }
  const toldOf = async (type: JournalEventType) => (await told()).filter(({ event }) => event.type === type)

  test('a paper account that was stopped is told of its open reviews at once, and of its week when it is over', async () => {
    await stopped({ kind: 'PAPER', label: 'PA3' })
    let now_ms = at('11:00')
    const paper = { ...ports, wall: { ...systemWallClock, now_ms: () => now_ms } }
    for (; now_ms <= at('16:25'); now_ms += 5 * MINUTE_MS) await passSchedules(paper)
    expect(await toldOf('reviews_reminded')).toMatchObject([{ event: { waiting: 1 } }])
    expect(await toldOf('week_ended')).toEqual([])
    for (; now_ms <= at('17:00'); now_ms += 5 * MINUTE_MS) await passSchedules(paper)
    expect(await toldOf('week_ended')).toHaveLength(1)
    expect(await toldOf('reviews_reminded')).toHaveLength(1)
    expect(await toldOf('market_opened')).toEqual([])
  })

  test('on a paper account whose engine is silent, or never was, the clock goes on, and no old price is shown', async () => {
    campaign = { ...campaign, source: { kind: 'PAPER', label: 'PA3' } }
    await saveCampaign(sessions, campaign)
    let now_ms = at('09:00')
    const paper = { ...ports, wall: { ...systemWallClock, now_ms: () => now_ms } }
    for (; now_ms <= at('09:20'); now_ms += 5 * MINUTE_MS) await passSchedules(paper)
    expect(await types()).toEqual(['preflight_reported'])
    now_ms = at('09:29')
    await lookAt(now_ms, paper)
    for (; now_ms <= at('14:02'); now_ms += 7 * MINUTE_MS) await passSchedules(paper)
    expect((await told()).map(({ event }) => event).slice(1)).toMatchObject([
      { type: 'market_opened', spot: null },
      { type: 'expiry_watched', strike: 742, at_ms: at('14:00'), spot: null, mid: null, netPnlCents: null },
    ])
    // Back, its clock a little behind.
    await lookAt(at('14:00') - 1, paper)
    await lookAt(at('14:01'), paper)
    expect(await types()).toHaveLength(3)
  })

  test('while an engine writes, its clock counts on a paper account too; on a simulated market no other does', async () => {
    await lookAt(at('09:00'))
    const now_ms = at('09:20')
    const wall = { ...systemWallClock, now_ms: () => now_ms }
    await passSchedules({ ...ports, wall })
    expect(await types()).toEqual([])
    campaign = { ...campaign, source: { kind: 'PAPER', label: 'PA3' } }
    await saveCampaign(sessions, campaign)
    await lookAt(at('09:14'), { ...ports, wall })
    expect(await types()).toEqual([])
    await lookAt(at('09:15'), { ...ports, wall })
    expect(await types()).toEqual(['preflight_reported'])
  })

  test('one on a simulated market goes by an engine of that market; without one and its clock its week waits', async () => {
    await stopped({ kind: 'SIM', label: '7' })
    await passSchedules(ports)
    await passSchedules(ports)
    expect(await toldOf('reviews_reminded')).toHaveLength(1)
    expect(await toldOf('week_ended')).toEqual([])
    const other = { ...campaign, accountId: 'other', active: true }
    await saveCampaign(sessions, other)
    await sessions.saveLive({ ...liveOf(other, 1), now_ms: at('16:31') })
    await passSchedules(ports)
    expect(await toldOf('week_ended')).toHaveLength(1)
  })

  test('with no engine on its market left, a stopped account goes by the simulated market itself', async () => {
    await stopped({ kind: 'REPLAY', label: 'recorded' })
    let now_ms: number | null = at('16:29')
    const simulated = { ...SIMULATED, now_ms: () => now_ms }
    await passSchedules({ ...ports, simulated })
    expect(await toldOf('week_ended')).toEqual([])
    now_ms = null
    await passSchedules({ ...ports, simulated })
    now_ms = at('16:45')
    await passSchedules({ ...ports, simulated })
    await passSchedules({ ...ports, simulated })
    expect(await toldOf('week_ended')).toHaveLength(1)
  })

  test('a campaign that was stopped after the close has been reminded already', async () => {
    await lookAt(at('15:59'))
    await lookAt(at('16:05'))
    campaign = { ...campaign, active: false }
    await saveCampaign(sessions, campaign)
    const before = (await told()).length
    await passSchedules(ports)
    expect(await told()).toHaveLength(before)
  })

  test('one duty that fails does not hold up the others', async () => {
    const fails = async () => {
      throw new TypeError('a bug')
    }
    await lookAt(at('14:10'))
    await lookAt(at('16:31'), { ...ports, actions: { ...ports.actions, reviews: fails } })
    expect(await types()).toEqual(['week_ended'])
  })

  test('the reminder of reviews is called at the close, where there is one', async () => {
    const asked: string[] = []
    const reviews: NonNullable<SchedulePorts['actions']['reviews']> = async (_engine, { date }) => {
      asked.push(date)
      return entryOf({ type: 'engine_alert', code: 'x', message: 'y', critical: false }, 1).event
    }
    await lookAt(at('15:50'))
    for (const time of ['16:00', '16:01']) await lookAt(at(time), { ...ports, actions: { reviews } })
    expect(asked).toEqual([DATE])
  })
})
