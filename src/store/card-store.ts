/**
 * The live cards in the channel, on Redis. Entry point: `createCardStore`.
 *
 * Written only under the newest epoch of the bot's lease: two bots never post two cards.
 */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { BOT_LEASE } from './feed-store.ts'
import type { Keys } from './keys.ts'
import type { Leases } from './lease.ts'
import { defineScript } from './script.ts'
import { reached } from './session-store.ts'

export const cardRecordSchema = z.object({
  channelId: z.string(),
  /** Counts the account's cards; part of the nonce by which one is found again. */
  number: z.int().nonnegative(),
  /** The card; null before the first, and while it is being replaced. */
  messageId: z.string().nullable(),
  pinned: z.boolean(),
  /** A card of this number may have been sent under this footer, newer than `after`; null: none is on its way. */
  posting: z.object({ after: z.string().nullable(), footer: z.string() }).nullable(),
  /** Cards that were replaced and are still pinned. */
  retired: z.array(z.string()),
})
export type CardRecord = Readonly<z.infer<typeof cardRecordSchema>>

/** Methods throw `StoreUnreachable` when the store does not answer. */
export interface CardStore {
  read(): Promise<ReadonlyMap<string, CardRecord>>
  /** Null forgets it. False: a newer epoch of the bot's lease exists. */
  write(accountId: string, record: CardRecord | null, epoch: number): Promise<boolean>
}

/**
 * KEYS[1] epoch counter of the bot's lease · KEYS[2] hash: account id → record
 * ARGV[1] epoch · ARGV[2] account id · ARGV[3] the record, or ''
 * Returns 1 (written) or 0 (a newer epoch).
 */
const WRITE = defineScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[2], ARGV[2]) else redis.call('HSET', KEYS[2], ARGV[2], ARGV[3]) end
return 1
`)

export function createCardStore(redis: Redis, keys: Keys, leases: Leases): CardStore {
  const epochKey = leases.epochKey(BOT_LEASE)
  return {
    async read() {
      const stored = Object.entries(await reached(() => redis.hgetall(keys.cards)))
      return new Map(stored.map(([accountId, text]) => [accountId, cardRecordSchema.parse(JSON.parse(text))]))
    },
    async write(accountId, record, epoch) {
      const args = [epoch, accountId, record === null ? '' : JSON.stringify(record)]
      return (await reached(() => WRITE(redis, [epochKey, keys.cards], args))) === 1
    },
  }
}
