/**
 * How far each account's schedule has been followed, on Redis. Entry point: `createScheduleStore`.
 *
 * A position that is lost or goes back does no harm: what was done is marked with its commit (`Commit.once`).
 */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { type AgedEngineRecord, readEnded, readEngines } from './engine-records.ts'
import type { Keys } from './keys.ts'
import type { SessionStore } from './port.ts'
import { reached } from './session-store.ts'

export const DUTY_KINDS = ['preflight', 'open', 'expiry', 'reviews', 'week'] as const

/** What is due once. Times are the market's; `key` is its name, under which it is told. */
const dutySchema = z.object({
  kind: z.enum(DUTY_KINDS),
  key: z.string(),
  at_ms: z.int(),
  until_ms: z.int(),
  date: z.string(),
})
export type DutyRecord = Readonly<z.infer<typeof dutySchema>>

/** A duty that could not be done yet: how often it was tried, and when it is again, by the wall's clock. */
const failedDutySchema = dutySchema.extend({ tries: z.int().positive(), next_wall_ms: z.number(), reason: z.string() })
export type FailedDuty = Readonly<z.infer<typeof failedDutySchema>>

const positionSchema = z.object({
  campaignId: z.string(),
  /** Market time of the last look. */
  at_ms: z.int(),
  /** The session that ran or was to run next then. */
  session: z.object({ date: z.string(), open_ms: z.int(), close_ms: z.int() }),
  /** The campaign was over then, and what waits for reviewers was told. */
  isOver: z.boolean().optional(),
  /** Absent: none. */
  failed: z.array(failedDutySchema).readonly().optional(),
})
export type SchedulePosition = Readonly<z.infer<typeof positionSchema>>

/** Methods throw `StoreUnreachable` when the store does not answer. */
export interface ScheduleStore {
  /** Every campaign that is not over, with what its engine last saw. */
  engines(): Promise<readonly AgedEngineRecord[]>
  /** Campaigns that are over, those armed last. */
  ended(): Promise<readonly AgedEngineRecord[]>
  /** Null before the first look. */
  position(accountId: string): Promise<SchedulePosition | null>
  advance(accountId: string, position: SchedulePosition): Promise<void>
}

export function createScheduleStore(
  redis: Redis,
  keys: Keys,
  sessions: Pick<SessionStore, 'campaigns'>,
): ScheduleStore {
  return {
    engines: () => readEngines(redis, keys, sessions),
    ended: () => readEnded(redis, keys, sessions),
    async position(accountId) {
      const text = await reached(() => redis.hget(keys.schedules, accountId))
      return text === null ? null : positionSchema.parse(JSON.parse(text))
    },
    async advance(accountId, position) {
      await reached(() => redis.hset(keys.schedules, accountId, JSON.stringify(position)))
    },
  }
}
