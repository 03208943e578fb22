/**
 * How often in a row a day's session was begun and not left in order, whoever ran it: a session that ends its worker's
 * process leaves no other trace. Entry point: `createRunCounts`.
 */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { Keys } from './keys.ts'
import { reached } from './session-store.ts'

/** Runs so far apart are not in a row. */
const KEPT_S = 3600

/** Methods throw `StoreUnreachable` when the store does not answer. */
export interface RunCounts {
  /** A run begins: how many in a row that makes, itself included. */
  begin(accountId: string, date: string): Promise<number>
  /** The run is well, or was left in order: the next one is the first again. */
  clear(accountId: string, date: string): Promise<void>
}

/** What EXEC answers to the two: [error, value] each. */
const beginReply = z.tuple([z.tuple([z.null(), z.int().positive()]), z.unknown()]).transform(([[, count]]) => count)

export function createRunCounts(redis: Redis, keys: Keys): RunCounts {
  return {
    async begin(accountId, date) {
      const key = keys.runs(accountId, date)
      return beginReply.parse(await reached(() => redis.multi().incr(key).expire(key, KEPT_S).exec()))
    },
    async clear(accountId, date) {
      await reached(() => redis.del(keys.runs(accountId, date)))
    },
  }
}
