/**
 * The live cards in the channel, on Redis. Entry point: `createCardStore`.
 *
 * Written only under the newest epoch of the bot's lease: two bots never post two cards.
 */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { writeFenced } from './fenced-hash.ts'
import type { Keys } from './keys.ts'
import type { Leases } from './lease.ts'
import { reached } from './session-store.ts'

const cardRecordSchema = z.object({
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

export function createCardStore(redis: Redis, keys: Keys, leases: Leases): CardStore {
  return {
    async read() {
      const stored = Object.entries(await reached(() => redis.hgetall(keys.cards)))
      return new Map(stored.map(([accountId, text]) => [accountId, cardRecordSchema.parse(JSON.parse(text))]))
    },
    write: (accountId, record, epoch) =>
      writeFenced(redis, leases, { hash: keys.cards, field: accountId, value: record, epoch }),
  }
}
