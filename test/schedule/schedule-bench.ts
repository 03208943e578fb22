/** A desk's schedule in a test: an armed account in a store, its engine's signs of life, and what was told. */
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { PreflightReport } from '../../src/preflight/line.ts'
import { buildDayDocument } from '../../src/report/day/day-document.ts'
import { dutyActions } from '../../src/schedule/actions.ts'
import { passSchedules, type SchedulePorts } from '../../src/schedule/pass.ts'
import type { Campaign } from '../../src/session/campaign.ts'
import type { JournalEntry, JournalEventType } from '../../src/session/events.ts'
import { createDeskReader } from '../../src/store/desk-reader.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createLeases } from '../../src/store/lease.ts'
import { LIVE_KEPT_S } from '../../src/store/live-record.ts'
import { EVENTS_ALONE, type SessionStore } from '../../src/store/port.ts'
import { createScheduleStore } from '../../src/store/schedule-store.ts'
import { createSessionStore } from '../../src/store/session-store.ts'
import { armedCampaign, liveOf, saveCampaign } from '../support/armed-campaign.ts'
import { closedTrade } from '../support/closed-trade.ts'
import { at, DATE } from '../support/desk-samples.ts'
import { journalOf } from '../support/journal-samples.ts'
import { STATUS } from '../support/view-samples.ts'

export const REPORT_BAD: PreflightReport = {
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

/** Anew before each test. */
export function scheduleBench() {
  let redis: Redis
  let sessions: SessionStore
  let campaign: Campaign
  let liveKey: (accountId: string) => string
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
    liveKey = keys.live
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
  /** What the engine said last is so much older by now. */
  const silent = (for_ms: number) => redis.pexpire(liveKey(campaign.accountId), LIVE_KEPT_S * 1000 - for_ms)
  const told = async (): Promise<readonly JournalEntry[]> => sessions.journal(campaign.accountId, DATE)
  const types = async (): Promise<readonly JournalEventType[]> => (await told()).map(({ event }) => event.type)
  const toldOf = async (type: JournalEventType) => (await told()).filter(({ event }) => event.type === type)
  const change = async (changed: Partial<Campaign>): Promise<void> => {
    campaign = { ...campaign, ...changed }
    await saveCampaign(sessions, campaign)
  }
  /** A trade that was closed, and waits for a review. */
  const trade = async (time: string): Promise<void> => {
    const { accountId, source, plan } = campaign
    const [exit, closed] = closedTrade(`${DATE}-1`, -41_250)
    if (exit === undefined || closed === undefined) throw new Error('expected the end of a trade')
    const envelope = { accountId, source, profile: plan.profile, date: DATE, atMarket_ms: at(time), atWall_ms: 1 }
    await sessions.commit({ ...envelope, ...EVENTS_ALONE, events: [exit, closed] })
  }

  return {
    ports: () => ports,
    sessions: () => sessions,
    campaign: () => campaign,
    /** Ids of the preflights that were asked for. */
    preflights: () => preflights,
    ...{ lookAt, silent, told, toldOf, types, change, trade },
  }
}
