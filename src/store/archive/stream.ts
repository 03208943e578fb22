/** The journal's streams as lines of journal files. */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { NO_CHECKS } from '../../report/day/checks-schema.ts'
import type { Keys } from '../keys.ts'
import { StoreUnreachable } from '../port.ts'
import { storedChecks } from '../report-store.ts'
import { reached } from '../session-store.ts'
import { DOCUMENTS, documentLine } from './documents.ts'
import { type ArchivedAccount, accountSchema, type DocumentLine, type EntryLine } from './line.ts'

export type Row = [id: string, fields: string[]]

export function entryLine([id, fields]: Row): EntryLine {
  const [, feed = '', , entry = ''] = fields
  return { kind: 'entry', id, feedNo: feed === '' ? null : Number(feed), entry: JSON.parse(entry) }
}

/** The stream's fields of an entry. */
export function entryFields(line: EntryLine, feedNo: number | null): string[] {
  return ['feed', feedNo === null ? '' : String(feedNo), 'entry', JSON.stringify(line.entry)]
}

/** The newest version of the account's campaign, and of a day's session. */
export async function campaignLine(redis: Redis, keys: Keys, accountId: string): Promise<DocumentLine | null> {
  const [seq, json] = await reached(() => redis.hmget(keys.campaign(accountId), 'seq', 'json'))
  return documentLine(DOCUMENTS.campaign, seq, json)
}

export async function sessionLine(
  redis: Redis,
  keys: Keys,
  accountId: string,
  date: string,
): Promise<DocumentLine | null> {
  const [seq, json] = await reached(() => redis.hmget(keys.session(accountId, date), 'seq', 'json'))
  return documentLine(DOCUMENTS.session, seq, json)
}

/** What running the day's tape again has shown; null before that. */
export async function checksLine(
  redis: Redis,
  keys: Keys,
  accountId: string,
  date: string,
): Promise<DocumentLine | null> {
  const checks = await storedChecks(redis, keys, accountId, date)
  return checks === NO_CHECKS ? null : documentLine(DOCUMENTS.checks, '1', JSON.stringify(checks))
}

/** Accounts the store knows, by id. */
export async function storedAccounts(redis: Redis, keys: Keys): Promise<ReadonlyMap<string, ArchivedAccount>> {
  const records = await reached(() => redis.hgetall(keys.accounts))
  return new Map(Object.entries(records).map(([id, json]) => [id, accountSchema.parse(JSON.parse(json))]))
}

/** Dates with a journal, ascending. */
export async function storedDates(redis: Redis, keys: Keys, accountId: string): Promise<readonly string[]> {
  return (await reached(() => redis.smembers(keys.dates(accountId)))).sort()
}

/** How many dates each of the accounts has, with one request. */
export async function countDates(redis: Redis, keys: Keys, accountIds: readonly string[]): Promise<readonly number[]> {
  if (accountIds.length === 0) return []
  const pipeline = redis.pipeline()
  for (const accountId of accountIds) pipeline.scard(keys.dates(accountId))
  const replies = (await reached(() => pipeline.exec())) ?? []
  return replies.map(([error, count]) => {
    if (error !== null) throw new StoreUnreachable(error)
    return z.int().parse(count)
  })
}
