/**
 * Writes a checked plan into the store. Entry point: `writeRestore`.
 *
 * 1. Only into a store without any account, unless forced; then the plan's accounts are replaced and others left alone.
 *    An account whose session a worker holds is never replaced.
 * 2. An account becomes visible, to bot and workers, when everything of it is there, its feed marked as posted.
 * 3. Nothing restored trades by itself: campaigns come back disarmed.
 * 4. Interrupted and repeated, it begins again; completed and repeated, it finds nothing to do.
 */
import type { ChainableCommander, Redis } from 'ioredis'
import { z } from 'zod'
import type { Keys } from '../keys.ts'
import type { Leases } from '../lease.ts'
import { reviewFieldsOfStored } from '../review-fields.ts'
import type { DayPlan } from './day-check.ts'
import { type DeskRecords, writeDeskRecords } from './desk-records.ts'
import type { DocumentLine } from './line.ts'
import type { AccountPlan } from './restore-plan.ts'
import { campaignForRestore, sessionForRestore } from './restored-documents.ts'
import { isAsStored } from './same.ts'
import { type NumberedLine, scanJournal } from './scan.ts'
import { entryFields } from './stream.ts'

export interface RestoreTarget {
  readonly redis: Redis
  readonly keys: Keys
  readonly leases: Leases
}

export type RestoreResult =
  | { readonly kind: 'restored'; readonly replaced: readonly string[]; readonly notes: readonly string[] }
  /** Everything of the plan is there already. */
  | { readonly kind: 'nothing_to_do' }
  | { readonly kind: 'refused'; readonly reason: string }

const SCAN_COUNT = 1000

/** Throws what Redis throws; then the restore is incomplete, and can be repeated. */
export async function writeRestore(
  target: RestoreTarget,
  plans: readonly AccountPlan[],
  options: { readonly force: boolean; readonly desk: DeskRecords | null },
): Promise<RestoreResult> {
  const { redis, keys } = target
  const found = await storedAccountIds(target)
  const unfinished = await unfinishedRestore(target)
  const foreign = found.filter((accountId) => !unfinished.includes(accountId))
  if (foreign.length > 0 && !options.force) {
    if (unfinished.length === 0 && (await isAsStored(target, plans, found))) return onlyDesk(target, options.desk)
    return { kind: 'refused', reason: await notEmpty(target, foreign) }
  }
  const ids = plans.map((plan) => plan.account.accountId)
  for (const accountId of ids) {
    const holder = await target.leases.holder(keys.sessionLease(accountId))
    if (holder === null) continue
    return { kind: 'refused', reason: `the worker ${holder} runs the session of ${accountId}: stop it first (/stop)` }
  }
  await redis.set(keys.restoring, JSON.stringify([...new Set([...unfinished, ...ids])]))
  const notes: string[] = [...(await deskNotes(target, options.desk))]
  for (const plan of plans) notes.push(...(await writeAccount(target, plan)))
  await redis.del(keys.restoring)
  return { kind: 'restored', replaced: found.filter((accountId) => ids.includes(accountId)), notes }
}

/** All journals are there already. */
async function onlyDesk(target: RestoreTarget, desk: DeskRecords | null): Promise<RestoreResult> {
  const notes = await deskNotes(target, desk)
  return notes.length === 0 ? { kind: 'nothing_to_do' } : { kind: 'restored', replaced: [], notes }
}

/** Says what was added, before any account shows a verdict that rests on it. */
async function deskNotes(target: RestoreTarget, desk: DeskRecords | null): Promise<readonly string[]> {
  const added = desk === null ? 0 : await writeDeskRecords(target, desk)
  return added === 0 ? [] : [`${added} runs of backtests and look-ahead checks were added`]
}

/** Accounts that have anything in the store, whether the store lists them or not. */
async function storedAccountIds({ redis, keys }: RestoreTarget): Promise<readonly string[]> {
  const ids = new Set(await redis.hkeys(keys.accounts))
  for (const pattern of [keys.feedCounter('*'), keys.journal('*', '*'), keys.campaign('*'), keys.dates('*')]) {
    const [before = '', after = ''] = pattern.split(/\*(.*)/s)
    const end = after.replaceAll('*', '')
    for (const key of await scan(redis, pattern)) {
      const rest = key.slice(before.length)
      ids.add(rest.slice(0, rest.indexOf(end)))
    }
  }
  return [...ids].sort()
}

async function scan(redis: Redis, pattern: string): Promise<readonly string[]> {
  const found: string[] = []
  const batches: AsyncIterable<string[]> = redis.scanStream({ match: pattern, count: SCAN_COUNT })
  for await (const names of batches) found.push(...names)
  return found
}

async function unfinishedRestore({ redis, keys }: RestoreTarget): Promise<readonly string[]> {
  const stored = await redis.get(keys.restoring)
  return stored === null ? [] : z.array(z.string()).parse(JSON.parse(stored))
}

async function notEmpty({ redis, keys }: RestoreTarget, accountIds: readonly string[]): Promise<string> {
  const lines: string[] = []
  for (const accountId of accountIds) {
    const [days, feedNo] = await Promise.all([
      redis.scard(keys.dates(accountId)),
      redis.get(keys.feedCounter(accountId)),
    ])
    lines.push(`  ${accountId}: ${days} days, feed up to ${feedNo ?? 0}`)
  }
  return `the store is not empty; it holds\n${lines.join('\n')}`
}

/** Notes for people. */
async function writeAccount(target: RestoreTarget, plan: AccountPlan): Promise<readonly string[]> {
  const { redis, keys } = target
  const { account, days, feed } = plan
  const { accountId } = account
  await removeAccount(target, accountId)
  // Before there is any feed: a bot that looks meanwhile must not post it again.
  if (feed !== null) await redis.hset(keys.feedState(accountId), 'cursor', feed.last)
  for (const day of days) await writeDay(target, plan, day)
  const rest = redis.multi()
  if (feed !== null) rest.set(keys.feedCounter(accountId), feed.last)
  for (const day of days) {
    rest.sadd(keys.dates(accountId), day.date)
    if (day.openGuard !== null) rest.set(keys.openGuard(accountId, day.date), day.openGuard)
  }
  const notes = [...writeDocuments(rest, keys, plan)]
  rest.hset(keys.accounts, accountId, JSON.stringify(account))
  await executed(rest)
  return notes
}

function writeDocuments(
  to: ChainableCommander,
  keys: Keys,
  { account, days, campaign }: AccountPlan,
): readonly string[] {
  const { accountId } = account
  const notes: string[] = []
  const write = (key: string, document: DocumentLine) =>
    to.hset(key, 'seq', document.seq, 'json', JSON.stringify(document.value))
  for (const { date, session, checks } of days) {
    // The rest of a report comes out of the journal.
    if (checks !== null) to.hset(keys.reports(accountId), date, JSON.stringify({ checks: checks.value }))
    if (session === null) continue
    const restored = sessionForRestore(session, `${account.profile}, ${date}`)
    notes.push(...restored.notes)
    if (restored.document !== null) write(keys.session(accountId, date), restored.document)
  }
  if (campaign === null) {
    notes.push(`${account.profile} (${accountId}): the files hold no campaign; /status shows it after the next /start`)
  } else {
    const restored = campaignForRestore(campaign, account.profile)
    notes.push(...restored.notes)
    write(keys.campaign(accountId), restored.document)
  }
  return notes
}

async function removeAccount({ redis, keys }: RestoreTarget, accountId: string): Promise<void> {
  await redis.hdel(keys.accounts, accountId)
  const names = await scan(redis, keys.ofAccount(accountId))
  for (let from = 0; from < names.length; from += SCAN_COUNT) await redis.del(...names.slice(from, from + SCAN_COUNT))
}

/** The day's entries, chunk by chunk, exactly the lines that were checked. */
async function writeDay({ redis, keys }: RestoreTarget, plan: AccountPlan, day: DayPlan): Promise<void> {
  const { accountId } = plan.account
  const scanned = await scanJournal({
    path: day.path,
    accountId,
    date: day.date,
    linesMax: day.lines,
    take: async (lines) => {
      const pipeline = redis.pipeline()
      for (const line of lines) addEntry(pipeline, keys, plan, day.date, line)
      if (pipeline.length > 0) await executed(pipeline)
    },
  })
  if (scanned.lines !== day.lines) throw new Error(`${day.path} was changed while it was being restored; repeat it`)
}

function addEntry(to: ChainableCommander, keys: Keys, plan: AccountPlan, date: string, { body }: NumberedLine): void {
  if (body.kind !== 'entry') return
  const { accountId } = plan.account
  const feedNo = plan.renumbered.get(body.id) ?? body.feedNo
  const fields = entryFields(body, feedNo)
  to.xadd(keys.journal(accountId, date), body.id, ...fields)
  if (feedNo !== null) to.xadd(keys.feed(accountId), `${feedNo}-0`, 'id', body.id, ...fields.slice(2))
  for (const { name, json } of reviewFieldsOfStored(body.entry)) to.hset(keys.reviews(accountId), name, json)
}

async function executed(commands: ChainableCommander): Promise<void> {
  for (const [error] of (await commands.exec()) ?? []) if (error !== null) throw error
}
