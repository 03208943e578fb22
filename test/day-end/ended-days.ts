/**
 * A store in which days of an account have ended, and the ports of the bot that tells them; the store is real, time is
 * not.
 *
 * Entry point: `endedDays`, called where the tests are described.
 */
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { DayReported } from '../../src/day-end/judge.ts'
import type { DayEndPorts } from '../../src/day-end/pass.ts'
import type { DayChecks } from '../../src/report/day/checks-schema.ts'
import type { JournalEntry, JournalEvent } from '../../src/session/events.ts'
import { createDeskReader } from '../../src/store/desk-reader.ts'
import { createKeys, type Keys } from '../../src/store/keys.ts'
import { createLeases } from '../../src/store/lease.ts'
import type { SessionStore } from '../../src/store/port.ts'
import { saveDocument } from '../../src/store/report-store.ts'
import { createSessionStore } from '../../src/store/session-store.ts'
import { ACCOUNT_ID, at, DATE, SOURCE } from '../support/desk-samples.ts'
import { journalEvents } from '../support/journal-samples.ts'

export const ENDED_WALL_MS = 1_000_000

const PARITY = {
  decisions: 205,
  reproduced: 205,
  entries: 16,
  exits: 189,
  journalDecisions: 16,
  complete: true,
  mismatches: [],
}
export const CHECKS: DayChecks = {
  parity: PARITY,
  replay: { status: 'traded', reason: null, netPnlCents: 132_200, difference: null },
  reason: null,
}

export function endedDays() {
  let redis: Redis
  let keys: Keys
  let sessions: SessionStore
  const log = pino({ level: 'silent' })
  const clock = { now_ms: 0 }
  let ports: DayEndPorts

  beforeAll(() => {
    redis = new Redis(process.env.TEST_REDIS_URL ?? '')
  })
  afterAll(() => redis.disconnect())
  beforeEach(() => {
    const prefix = `test-${randomUUID()}`
    keys = createKeys(prefix)
    const leases = createLeases(redis, prefix)
    sessions = createSessionStore(redis, keys, leases)
    clock.now_ms = ENDED_WALL_MS + 100
    const wall = { now_ms: () => clock.now_ms, monotonic_ms: () => clock.now_ms, sleep: async () => undefined }
    const reader = createDeskReader(redis, keys, { store: sessions, leases, wall })
    ports = { reader, sessions, wall, log }
  })

  const commit = (events: readonly JournalEvent[], date: string) =>
    sessions.commit({
      accountId: ACCOUNT_ID,
      profile: '25k',
      source: SOURCE,
      date,
      atMarket_ms: at('16:00'),
      atWall_ms: ENDED_WALL_MS,
      events,
      epoch: null,
      session: null,
      campaign: null,
      openGuard: null,
    })
  const trade = (date = DATE) => commit(journalEvents(), date)
  const check = async (checks: DayChecks, date = DATE): Promise<void> => {
    const document = await ports.reader.document(ACCOUNT_ID, date)
    if (document === null) throw new Error('expected a report')
    await saveDocument(redis, keys, { ...document, checks })
  }
  const journal = (date = DATE): Promise<readonly JournalEntry[]> => sessions.journal(ACCOUNT_ID, date)
  const told = async (date = DATE): Promise<readonly JournalEntry[]> =>
    (await journal(date)).filter(({ event }) => /^(day_reported|light_changed|verdict_changed)$/.test(event.type))
  const reported = async (date = DATE): Promise<DayReported> => {
    const [entry] = await told(date)
    if (entry?.event.type !== 'day_reported') throw new Error('expected a report')
    return entry.event
  }

  return {
    clock,
    ports: () => ports,
    commit,
    trade,
    check,
    journal,
    told,
    reported,
    /** The next number of the feed of the account is one above this. */
    feedCounter: (feedNo: number) => redis.set(keys.feedCounter(ACCOUNT_ID), String(feedNo)),
  }
}
