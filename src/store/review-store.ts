/**
 * The reviews of an account's trades on Redis. Entry points: `readRecords`, `createReviewStore`.
 *
 * What it reads holds hidden grades: everybody but the reviewing itself reads `DeskReader.reviews`.
 */
import type { Redis } from 'ioredis'
import type { TradeRecord } from '../review/types.ts'
import type { Keys } from './keys.ts'
import { recordsOf } from './review-fields.ts'
import { reached } from './session-store.ts'

/** Closed trades with everything said of them, oldest first. Throws `StoreUnreachable`. */
export async function readRecords(redis: Redis, keys: Keys, accountId: string): Promise<readonly TradeRecord[]> {
  return recordsOf(await reached(() => redis.hgetall(keys.reviews(accountId))))
}
