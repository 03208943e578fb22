/**
 * What the bot needs of the store to keep approvals, alerts and audit lines. Entry point: `createAuthorityStore`.
 *
 * 1. The journal is the truth: it is read on from where it was read last, and written to under names taken once.
 * 2. Beside it stand only which posts were made again (an edit can be repeated), open alerts (found again as long as
 *    their days are read), and commands not journalled yet.
 */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { Campaign } from '../session/campaign.ts'
import { auditedSchema, type DeskEvent, type DrillProbe } from '../session/desk-events.ts'
import type { JournalEntry, JournalEvent } from '../session/events.ts'
import { PROFILE_NAMES, type ProfileName } from '../strategy/types.ts'
import { DAY_S } from '../time/units.ts'
import { type KeptReplyStore, keptReplies } from './kept-replies.ts'
import type { Keys } from './keys.ts'
import { readLive } from './live-record.ts'
import { keptOpenAlerts, type OpenAlertStore } from './open-alerts.ts'
import { EVENTS_ALONE, type SessionStore } from './port.ts'
import { journalEntry, reached } from './session-store.ts'

const auditLineSchema = auditedSchema.extend({
  /** Whose journal it belongs in; null: the account started last. */
  profile: z.enum(PROFILE_NAMES).nullable(),
})
export type AuditLine = z.infer<typeof auditLineSchema>

export interface AuthorityAccount {
  readonly accountId: string
  readonly profile: ProfileName
}

/** How far an account's journal was read: trading date → id of the last entry. */
export type JournalPosition = ReadonlyMap<string, string>

/** Methods throw `StoreUnreachable` when the store does not answer. */
export interface AuthorityStore extends OpenAlertStore, KeptReplyStore {
  /** Of each profile the account started last, and every one that is not over. */
  accounts(): Promise<readonly AuthorityAccount[]>
  /** The entries of approvals and alerts after `position`, on the last trading dates. */
  entries(
    accountId: string,
    position: JournalPosition,
  ): Promise<{ readonly entries: readonly JournalEntry[]; readonly position: JournalPosition }>
  /** The entry posted under this number; null: there is none. */
  posted(accountId: string, feedNo: number): Promise<JournalEntry | null>
  /**
   * What happens once under `once`; false: it happened before, or there is no account. `date`: today's where absent.
   */
  commit(accountId: string, events: readonly JournalEvent[], once: string, date?: string): Promise<boolean>
  /** Of choices that exclude each other, the one that was made first; kept for a day. */
  choose(about: string, choice: string): Promise<string>
  campaign(accountId: string): Promise<Campaign | null>
  /** Number of the switch's setting that the session of the account goes by; null: it has no session yet. */
  obeyed(accountId: string): Promise<number | null>
  /** What the guards said to the order of a drill; null: no engine has tried it yet. */
  probed(accountId: string, drillId: string): Promise<DrillProbe | null>
  /** Feed number → how the post was made again last; of the newest ones. */
  remade(accountId: string): Promise<ReadonlyMap<number, string>>
  setRemade(accountId: string, feedNo: number, state: string): Promise<void>
  /** Keeps a line until it is journalled; the oldest go where there are too many. */
  keepAudit(line: AuditLine): Promise<void>
  /** The oldest lines that are kept, with what to drop them by; null: not readable by this version. */
  audits(count: number): Promise<readonly { readonly line: AuditLine | null; readonly text: string }[]>
  dropAudit(text: string): Promise<void>
}

/** Requests expire within a day; older alerts that nobody acknowledged are kept beside the journal. */
const DATES_READ = 3
/** A bot that was away finds the alerts of this many trading dates when it begins. */
const DATES_READ_AT_START = 15
const AUDITS_MAX = 5_000
/** Entries of a journal, newest first, among which the order of a drill that is under way is found. */
const PROBE_AMONG = 500
const CHOICE_KEPT_S = DAY_S
/** Only these are read on from the journal: it holds a thousand others a day. */
const ALERT_TYPES: readonly JournalEvent['type'][] = [
  'alert_acknowledged',
  'alert_repeated',
  'risk_breach',
  'session_refused',
  'engine_alert',
  'control_set',
  'preflight_reported',
  'expiry_watched',
]
const READ_TYPES: readonly JournalEvent['type'][] = [
  ...ALERT_TYPES,
  'approval_requested',
  'approval_decided',
  'approval_applied',
  'drill_started',
  'drill_restored',
]

/** Rows of a journal stream, without reading those of other types. */
function entriesOf(
  rows: readonly (readonly [string, readonly string[]])[],
  types: readonly JournalEvent['type'][],
): readonly JournalEntry[] {
  const isWanted = (text = ''): boolean => types.some((type) => text.includes(`"type":"${type}"`))
  return rows.flatMap(([id, fields]) => (isWanted(fields[3]) ? [journalEntry(id, fields)] : []))
}

export interface AuthorityStoreDeps {
  readonly redis: Redis
  readonly keys: Keys
  readonly sessions: Pick<SessionStore, 'commit' | 'campaign' | 'campaigns' | 'session'>
  readonly feed: (accountId: string, afterFeedNo: number, count: number) => Promise<readonly JournalEntry[]>
  readonly wall: { now_ms(): number }
}

export function createAuthorityStore({ redis, keys, sessions, feed, wall }: AuthorityStoreDeps): AuthorityStore {
  const campaign = async (accountId: string) => (await sessions.campaign(accountId)).value

  return {
    campaign,
    async obeyed(accountId) {
      const current = await campaign(accountId)
      if (current === null) return null
      return (await sessions.session(accountId, current.session.date)).value?.control.seq ?? null
    },
    async probed(accountId, drillId) {
      const current = await campaign(accountId)
      if (current === null) return null
      const key = keys.journal(accountId, current.session.date)
      const rows = await reached(() => redis.xrevrange(key, '+', '-', 'COUNT', PROBE_AMONG))
      for (const { event } of entriesOf(rows, ['drill_probed'])) {
        if (event.type === 'drill_probed' && event.drillId === drillId) return event
      }
      return null
    },
    async accounts() {
      const known = (await sessions.campaigns()).toSorted((a, b) => b.armedAt_ms - a.armedAt_ms)
      const newest = PROFILE_NAMES.map((name) => known.find(({ plan }) => plan.profile === name)?.accountId)
      return known
        .filter(({ accountId, active }) => active || newest.includes(accountId))
        .map(({ accountId, plan }) => ({ accountId, profile: plan.profile }))
    },
    async posted(accountId, feedNo) {
      const [entry] = await feed(accountId, feedNo - 1, 1)
      return entry?.feedNo === feedNo ? entry : null
    },
    async commit(accountId, events, once, date) {
      const current = await campaign(accountId)
      if (current === null) return false
      const { plan, source, session } = current
      const live = readLive(await reached(() => redis.get(keys.live(accountId))))
      const atMarket_ms = live?.now_ms ?? session.open_ms
      const result = await sessions.commit({
        accountId,
        profile: plan.profile,
        source,
        date: date ?? session.date,
        atMarket_ms,
        atWall_ms: wall.now_ms(),
        events,
        ...EVENTS_ALONE,
        once,
      })
      return result.ok
    },
    ...journalReads(redis, keys),
    ...firstChoices(redis, keys),
    ...keptOpenAlerts(redis, keys),
    ...remadePosts(redis, keys),
    ...keptAudits(redis, keys),
    ...keptReplies(redis, keys),
  }
}

function journalReads(redis: Redis, keys: Keys): Pick<AuthorityStore, 'entries'> {
  async function datesOf(accountId: string): Promise<readonly string[]> {
    return (await reached(() => redis.smembers(keys.dates(accountId)))).sort()
  }

  /** What a bot that begins reads of the days before those that are read on. */
  async function alertsOf(accountId: string, dates: readonly string[]): Promise<readonly JournalEntry[]> {
    const entries: JournalEntry[] = []
    for (const date of dates) {
      const rows = await reached(() => redis.xrange(keys.journal(accountId, date), '-', '+'))
      entries.push(...entriesOf(rows, ALERT_TYPES))
    }
    return entries
  }

  return {
    async entries(accountId, position) {
      const next = new Map<string, string>()
      const dates = await datesOf(accountId)
      const isBegin = position.size === 0
      const entries = isBegin ? [...(await alertsOf(accountId, dates.slice(-DATES_READ_AT_START, -DATES_READ)))] : []
      for (const date of dates.slice(-DATES_READ)) {
        const last = position.get(date)
        const rows = await reached(() => redis.xrange(keys.journal(accountId, date), after(last), '+'))
        next.set(date, rows.at(-1)?.[0] ?? last ?? '0-0')
        entries.push(...entriesOf(rows, READ_TYPES))
      }
      return { entries, position: next }
    },
  }
}

function firstChoices(redis: Redis, keys: Keys): Pick<AuthorityStore, 'choose'> {
  return {
    async choose(about, choice) {
      const key = keys.choice(about)
      await reached(() => redis.set(key, choice, 'EX', CHOICE_KEPT_S, 'NX'))
      return (await reached(() => redis.get(key))) ?? choice
    },
  }
}

/** Months of alerts and requests; an older post that is made again is edited into what it says already. */
export const REMADE_KEPT = 1000

export function remadePosts(redis: Redis, keys: Keys): Pick<AuthorityStore, 'remade' | 'setRemade'> {
  return {
    async remade(accountId) {
      const stored = await reached(() => redis.hgetall(keys.remade(accountId)))
      return new Map(Object.entries(stored).map(([feedNo, state]) => [Number(feedNo), state]))
    },
    async setRemade(accountId, feedNo, state) {
      const key = keys.remade(accountId)
      await reached(() => redis.hset(key, String(feedNo), state))
      const feedNos = (await reached(() => redis.hkeys(key))).map(Number).toSorted((a, b) => a - b)
      const old = feedNos.slice(0, -REMADE_KEPT).map(String)
      if (old.length > 0) await reached(() => redis.hdel(key, ...old))
    },
  }
}

function keptAudits(redis: Redis, keys: Keys): Pick<AuthorityStore, 'keepAudit' | 'audits' | 'dropAudit'> {
  return {
    async keepAudit(line) {
      await reached(() =>
        redis.multi().rpush(keys.audits, JSON.stringify(line)).ltrim(keys.audits, -AUDITS_MAX, -1).exec(),
      )
    },
    async audits(count) {
      const texts = await reached(() => redis.lrange(keys.audits, 0, count - 1))
      return texts.map((text) => ({ text, line: readAudit(text) }))
    },
    async dropAudit(text) {
      await reached(() => redis.lrem(keys.audits, 1, text))
    },
  }
}

/** The first id after `last`: exclusive ranges are younger than the oldest Redis that is supported. */
function after(last: string | undefined): string {
  if (last === undefined) return '-'
  const [at_ms = '0', seq = '0'] = last.split('-')
  return `${at_ms}-${BigInt(seq) + 1n}`
}

function readAudit(text: string): AuditLine | null {
  try {
    return auditLineSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** The journal's event of a kept line. */
export function auditEvent({ profile: _, ...line }: AuditLine): Extract<DeskEvent, { type: 'command_audited' }> {
  return { type: 'command_audited', ...line }
}
