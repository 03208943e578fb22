/** The session store on Redis. Entry point: `createSessionStore`. */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { type JournalEntry, journalEntrySchema, PUBLISHABLE } from '../session/events.ts'
import { DAY_S } from '../time/units.ts'
import { COMMIT } from './commit-script.ts'
import type { Keys } from './keys.ts'
import type { Leases } from './lease.ts'
import { LIVE_KEPT_S, liveText } from './live-record.ts'
import { type Commit, type SessionStore, StoreUnreachable, type Versioned } from './port.ts'
import { reviewFieldsOf } from './review-fields.ts'
import { readCampaign, readKnownCampaign, readSession } from './stored-documents.ts'

/** Much longer than anything that happens once stays due. */
const ONCE_KEPT_S = 40 * DAY_S

const commitReply = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    feedNos: z.array(z.union([z.int(), z.literal(false).transform(() => null)])),
    lastFeedNo: z.int(),
  }),
  z.object({
    ok: z.literal(false),
    reason: z.enum(['stale_epoch', 'store_lost', 'conflict', 'already_opened', 'already_done']),
  }),
])

/** The counter as EXEC answers it: [error, value]. */
const liveReply = z.tuple([z.null(), z.string().nullable()]).transform(([, counter]) => Number(counter ?? 0))

export function createSessionStore(redis: Redis, keys: Keys, leases: Leases): SessionStore {
  return {
    async commit(commit) {
      const { accountId, date } = commit
      const names = [
        leases.epochKey(keys.sessionLease(accountId)),
        keys.session(accountId, date),
        keys.campaign(accountId),
        keys.openGuard(accountId, date),
        keys.journal(accountId, date),
        keys.feed(accountId),
        keys.feedCounter(accountId),
        keys.dates(accountId),
        keys.accounts,
        keys.feedState(accountId),
        keys.once(accountId, commit.once ?? ''),
        keys.reviews(accountId),
      ]
      const reply = await reached(() => COMMIT(redis, names, [commitArgument(commit, keys)]))
      return commitReply.parse(JSON.parse(z.string().parse(reply)))
    },
    session: (accountId, date) => document(redis, keys.session(accountId, date), readSession),
    campaign: (accountId) => document(redis, keys.campaign(accountId), readCampaign),
    async campaigns() {
      const ids = await reached(() => redis.hkeys(keys.accounts))
      const found = await Promise.all(ids.map((id) => document(redis, keys.campaign(id), readKnownCampaign)))
      return found.flatMap(({ value }) => value ?? [])
    },
    async journal(accountId, date) {
      const rows = await reached(() => redis.xrange(keys.journal(accountId, date), '-', '+'))
      return rows.map(([id, fields]) => journalEntry(id, fields))
    },
    async saveLive(live) {
      const { accountId } = live
      const asked = redis.multi().set(keys.live(accountId), liveText(live), 'EX', LIVE_KEPT_S)
      const answers = await reached(() => asked.get(keys.feedCounter(accountId)).exec())
      return liveReply.parse(answers?.[1])
    },
  }
}

function commitArgument(commit: Commit, keys: Keys): string {
  const { accountId, profile, source, date, atMarket_ms, atWall_ms } = commit
  const envelope = { accountId, profile, source, date, atMarket_ms, atWall_ms }
  const documentOf = (replacement: { expectedSeq: number; value: unknown } | null) =>
    replacement === null ? undefined : { expectedSeq: replacement.expectedSeq, json: JSON.stringify(replacement.value) }
  return JSON.stringify({
    epoch: commit.epoch === null ? undefined : String(commit.epoch),
    session: documentOf(commit.session),
    campaign: documentOf(commit.campaign),
    openGuard: commit.openGuard ?? undefined,
    onceFor_s: commit.once === undefined ? undefined : ONCE_KEPT_S,
    feedFloor: commit.feedFloor ?? 0,
    date,
    accountId,
    account: JSON.stringify({ accountId, profile, source }),
    feedChannel: keys.feedChannel,
    campaignChannel: keys.campaignChannel,
    reviews: commit.events.flatMap((event) => reviewFieldsOf({ profile, atWall_ms, event })),
    events: commit.events.map((event) => ({
      publish: PUBLISHABLE.has(event.type),
      entry: JSON.stringify({ ...envelope, event }),
    })),
  })
}

/** A row of a journal stream. */
export function journalEntry(id: string, fields: readonly string[]): JournalEntry {
  const [, feedNo, , entry] = fields
  return readEntry({ ...JSON.parse(entry ?? '{}'), id, feedNo: feedNo === '' ? null : Number(feedNo) })
}

/** A row of the feed stream: its id is the feed number. */
export function feedEntry(feedId: string, fields: readonly string[]): JournalEntry {
  const [, id, , entry] = fields
  return readEntry({ ...JSON.parse(entry ?? '{}'), id, feedNo: Number.parseInt(feedId, 10) })
}

const envelope = journalEntrySchema.omit({ event: true })

/** An event that this version cannot read is shown as that: reports and the feed go on, and no number is missing. */
export function readEntry(stored: { readonly event?: { readonly type?: unknown } }): JournalEntry {
  const parsed = journalEntrySchema.safeParse(stored)
  if (parsed.success) return parsed.data
  const { id, ...rest } = envelope.parse(stored)
  const type = String(stored.event?.type ?? 'unknown')
  const message = `An event of the type ${type} could not be read by this version of the desk; it stands in the journal under ${id}.`
  return { ...rest, id, event: { type: 'engine_alert', code: 'unreadable_event', message, critical: false } }
}

async function document<T>(redis: Redis, key: string, read: (key: string, json: string) => T): Promise<Versioned<T>> {
  const [seq, json] = await reached(() => redis.hmget(key, 'seq', 'json'))
  if (seq === undefined || seq === null || json === undefined || json === null) return { seq: 0, value: null }
  return { seq: Number(seq), value: read(key, json) }
}

/** Redis answered, or `StoreUnreachable` says that it did not. */
export async function reached<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    // Redis answered, with an error: that is a bug of ours or a Redis of the wrong kind, not an outage.
    if (error instanceof Error && error.name === 'ReplyError') throw error
    throw new StoreUnreachable(error)
  }
}
