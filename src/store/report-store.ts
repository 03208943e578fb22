/**
 * Daily reports kept beside the journal. Entry points: `saveDocument`, `storedChecks`. Both throw `StoreUnreachable`.
 */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { checksSchema, type DayChecks, NO_CHECKS } from '../report/day/checks-schema.ts'
import type { DayDocument } from '../report/day/schema.ts'
import type { Keys } from './keys.ts'
import { reached } from './session-store.ts'

export async function saveDocument(redis: Redis, keys: Keys, document: DayDocument): Promise<void> {
  const { accountId, date } = document
  const json = JSON.stringify(document)
  await reached(() =>
    redis.multi().hset(keys.reports(accountId), date, json).hincrby(keys.reportWrites(accountId), date, 1).exec(),
  )
}

const stored = z.object({ checks: checksSchema })

/**
 * What was found by running the day's tape again; all else of a report comes out of the journal whenever it is asked
 * for.
 */
export async function storedChecks(redis: Redis, keys: Keys, accountId: string, date: string): Promise<DayChecks> {
  const json = await reached(() => redis.hget(keys.reports(accountId), date))
  if (json === null) return NO_CHECKS
  const parsed = stored.safeParse(JSON.parse(json))
  return parsed.success ? parsed.data.checks : NO_CHECKS
}
