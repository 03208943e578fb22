/**
 * The cards and threads of an account's trades, on Redis. Entry point: `createTradeCardStore`.
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

const tradeCardRecordSchema = z.object({
  channelId: z.string(),
  /** Counts the cards of the trade: one that somebody deleted is replaced. Part of the nonce. */
  number: z.int().positive(),
  /** The card; null while it is on its way. */
  messageId: z.string().nullable(),
  /** A card that is on its way is newer than this message; null: than any. */
  after: z.string().nullable(),
  /** Its thread; null before there is one. */
  threadId: z.string().nullable(),
  /** Somebody deleted the thread: no other is made. */
  threadGone: z.boolean(),
  /**
   * How many notes the thread holds: of the trade, asking for its review, of its reviews; `sure` is false while a
   * message is on its way. Records of before the thread asked have no `asks`.
   */
  told: z.object({
    notes: z.int().nonnegative(),
    asks: z.int().nonnegative().default(0),
    reviews: z.int().nonnegative(),
    sure: z.boolean(),
  }),
  /** The message in the thread that asks for the review, with a digest of what it shows; null: there is none. */
  ask: z.object({ messageId: z.string(), shown: z.string() }).nullable().default(null),
  /** Digest of what the card shows. */
  shown: z.string(),
  /** With how many notes the thread was archived; null: not by the desk. */
  archivedAt: z.int().nonnegative().nullable(),
  /** Nothing is left to be shown or told, but for reviews that are edited. */
  settled: z.boolean(),
})
export type TradeCardRecord = Readonly<z.infer<typeof tradeCardRecordSchema>>

/** Methods throw `StoreUnreachable` when the store does not answer. */
export interface TradeCardStore {
  /** Trade id → record. */
  readAll(accountId: string): Promise<ReadonlyMap<string, TradeCardRecord>>
  read(accountId: string, tradeId: string): Promise<TradeCardRecord | null>
  /** False: a newer epoch of the bot's lease exists. */
  write(accountId: string, tradeId: string, record: TradeCardRecord, epoch: number): Promise<boolean>
}

/**
 * KEYS[1] epoch counter of the bot's lease · KEYS[2] hash: trade id → record
 * ARGV[1] epoch · ARGV[2] trade id · ARGV[3] the record
 * Returns 1 (written) or 0 (a newer epoch).
 */
const WRITE = defineScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
return 1
`)

export function createTradeCardStore(redis: Redis, keys: Keys, leases: Leases): TradeCardStore {
  const epochKey = leases.epochKey(BOT_LEASE)
  const parsed = (text: string): TradeCardRecord => tradeCardRecordSchema.parse(JSON.parse(text))
  return {
    async readAll(accountId) {
      const stored = Object.entries(await reached(() => redis.hgetall(keys.tradeCards(accountId))))
      return new Map(stored.map(([tradeId, text]) => [tradeId, parsed(text)]))
    },
    async read(accountId, tradeId) {
      const text = await reached(() => redis.hget(keys.tradeCards(accountId), tradeId))
      return text === null ? null : parsed(text)
    },
    async write(accountId, tradeId, record, epoch) {
      const args = [epoch, tradeId, JSON.stringify(record)]
      return (await reached(() => WRITE(redis, [epochKey, keys.tradeCards(accountId)], args))) === 1
    },
  }
}
