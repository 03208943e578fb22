/** What bot and terminal read of the desk, out of the store. Entry point: `createDeskReader`. */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { WallClock } from '../config/clock.ts'
import { buildDayDocument } from '../report/day/day-document.ts'
import { buildDayReport } from '../report/day-report.ts'
import type { ConfigView, DeskReader } from '../report/views.ts'
import { visibleReview } from '../review/reveal.ts'
import type { Campaign } from '../session/campaign.ts'
import { limitInForce, planWithDayLimits } from '../session/day-limits.ts'
import { journalEntrySchema } from '../session/events.ts'
import { dayVersions } from './day-versions.ts'
import { readHealth } from './health-reader.ts'
import type { Keys } from './keys.ts'
import type { Leases } from './lease.ts'
import { readLive } from './live-record.ts'
import { readLookaheads } from './lookahead-runs.ts'
import { readOpenAlerts } from './open-alerts.ts'
import type { LiveRecord, SessionStore } from './port.ts'
import { storedChecks } from './report-store.ts'
import { createRecordReader } from './review-store.ts'
import { feedEntry, reached } from './session-store.ts'
import { statusView } from './status-view.ts'

const accountRecord = z.object({
  accountId: z.string(),
  profile: journalEntrySchema.shape.profile,
  source: journalEntrySchema.shape.source,
})

/** Of GET and PTTL, each as ioredis answers in a MULTI. */
const liveReply = z
  .tuple([z.tuple([z.null(), z.string().nullable()]), z.tuple([z.null(), z.int()])])
  .transform(([[, text], [, left_ms]]) => [text, left_ms] as const)

export interface DeskReaderDeps {
  readonly store: SessionStore
  readonly leases: Leases
  readonly wall: WallClock
}

export function createDeskReader(redis: Redis, keys: Keys, { store, leases, wall }: DeskReaderDeps): DeskReader {
  const readRecords = createRecordReader(redis, keys)

  async function feedNo(accountId: string): Promise<number> {
    return Number((await reached(() => redis.get(keys.feedCounter(accountId)))) ?? 0)
  }

  async function dates(accountId: string): Promise<readonly string[]> {
    return (await reached(() => redis.smembers(keys.dates(accountId)))).sort().reverse()
  }

  async function liveOf(accountId: string): Promise<LiveRecord | null> {
    const key = keys.live(accountId)
    const answers = await reached(() => redis.multi().get(key).pttl(key).exec())
    const [text, left_ms] = liveReply.parse(answers)
    return readLive(text, { left_ms, nowWall_ms: wall.now_ms() })
  }

  return {
    async accounts() {
      const [records, campaigns] = await Promise.all([reached(() => redis.hvals(keys.accounts)), store.campaigns()])
      const accounts = records.map((record) => {
        const account = accountRecord.parse(JSON.parse(record))
        const campaign = campaigns.find(({ accountId }) => accountId === account.accountId) ?? null
        return { ...account, armed: isArmed(campaign), armedAt_ms: campaign?.armedAt_ms ?? 0 }
      })
      accounts.sort((a, b) => Number(b.armed) - Number(a.armed) || b.armedAt_ms - a.armedAt_ms)
      return accounts.map(({ accountId, profile, source, armed }) => ({ accountId, profile, source, armed }))
    },
    async status(accountId) {
      const campaign = (await store.campaign(accountId)).value
      if (campaign === null) return null
      const [session, live, number, openAlerts] = await Promise.all([
        store.session(accountId, campaign.session.date),
        liveOf(accountId),
        feedNo(accountId),
        readOpenAlerts(redis, keys, accountId, wall.now_ms()),
      ])
      return statusView({
        campaign,
        session: session.value,
        live,
        feedNo: number,
        openAlerts,
        wall_ms: wall.now_ms(),
      })
    },
    dates,
    ...dayReader(redis, keys, store, dates),
    ...feedReader(redis, keys),
    journal: (accountId, date) => store.journal(accountId, date),
    dayVersions: async (accountId) => dayVersions(redis, keys, accountId, await dates(accountId)),
    async config(accountId) {
      const campaign = (await store.campaign(accountId)).value
      return campaign === null ? null : configView(campaign)
    },
    async reviews(accountId) {
      return (await readRecords(accountId)).map(visibleReview)
    },
    lookaheads: () => readLookaheads(redis, keys),
    async feedProgress(accountId) {
      const posted = await reached(() => redis.hget(keys.feedState(accountId), 'cursor'))
      return { feedNo: await feedNo(accountId), postedNo: Number(posted ?? 0) }
    },
    health: () => readHealth(redis, keys, leases, wall),
  }
}

/** A date of null: the newest day there is one of. */
function dayReader(
  redis: Redis,
  keys: Keys,
  store: SessionStore,
  dates: DeskReader['dates'],
): Pick<DeskReader, 'report' | 'document'> {
  return {
    async report(accountId, date) {
      for (const candidate of date === null ? await dates(accountId) : [date]) {
        const report = buildDayReport(await store.journal(accountId, candidate))
        if (report !== null) return report
      }
      return null
    },
    async document(accountId, date) {
      for (const candidate of date === null ? await dates(accountId) : [date]) {
        const entries = await store.journal(accountId, candidate)
        const document = buildDayDocument(entries, await storedChecks(redis, keys, accountId, candidate))
        if (document !== null) return document
      }
      return null
    },
  }
}

function feedReader(redis: Redis, keys: Keys): Pick<DeskReader, 'feed' | 'latestFeed'> {
  return {
    async feed(accountId, afterFeedNo, count) {
      const rows = await reached(() => redis.xrange(keys.feed(accountId), `${afterFeedNo + 1}-0`, '+', 'COUNT', count))
      return rows.map(([id, fields]) => feedEntry(id, fields))
    },
    async latestFeed(accountId, count) {
      const rows = await reached(() => redis.xrevrange(keys.feed(accountId), '+', '-', 'COUNT', count))
      return rows.reverse().map(([id, fields]) => feedEntry(id, fields))
    },
  }
}

function configView(campaign: Campaign): ConfigView {
  const { source, engine, armedBy, control, dayLimits, session } = campaign
  const strategy = limitInForce(campaign)
  const plan = planWithDayLimits(campaign.plan, strategy)
  return {
    source,
    armed: isArmed(campaign),
    armedBy: armedBy.name,
    plan,
    strategy,
    engine,
    ...(dayLimits?.date === session.date ? { dayLimits: dayLimits.values } : {}),
    mode: control.mode,
    modeBy: control.actor.name,
    modeReason: control.reason,
  }
}

export function isArmed(campaign: Campaign | null): boolean {
  return campaign?.active === true && campaign.stop === null
}
