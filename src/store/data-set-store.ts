/** Which recorded data sets the workers can read, so that the bot can offer them. Entry point: `createDataSetStore`. */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { DataSet } from '../study/data-sets.ts'
import type { Keys } from './keys.ts'
import { reached } from './session-store.ts'

const toldSchema = z.object({
  at_ms: z.int(),
  sets: z.array(z.object({ name: z.string(), uses: z.array(z.enum(['books', 'audit'])) })),
})

/** A worker that has not told for this long is gone. */
const TOLD_MAX_MS = 120_000

/** Methods throw `StoreUnreachable` when the store does not answer. */
export interface DataSetStore {
  tell(worker: string, sets: readonly DataSet[], now_ms: number): Promise<void>
  leave(worker: string): Promise<void>
  /** Of all workers together, by name. */
  known(now_ms: number): Promise<readonly DataSet[]>
}

export function createDataSetStore(redis: Redis, { dataSets }: Pick<Keys, 'dataSets'>): DataSetStore {
  return {
    async tell(worker, sets, now_ms) {
      await reached(() => redis.hset(dataSets, worker, JSON.stringify({ at_ms: now_ms, sets })))
    },
    async leave(worker) {
      await reached(() => redis.hdel(dataSets, worker))
    },
    async known(now_ms) {
      const byName = new Map<string, DataSet>()
      for (const [worker, text] of Object.entries(await reached(() => redis.hgetall(dataSets)))) {
        const { at_ms, sets } = toldSchema.parse(JSON.parse(text))
        if (now_ms - at_ms > TOLD_MAX_MS) await reached(() => redis.hdel(dataSets, worker))
        else for (const set of sets) byName.set(set.name, merged(byName.get(set.name), set))
      }
      return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
    },
  }
}

const merged = (known: DataSet | undefined, set: DataSet): DataSet =>
  known === undefined ? set : { name: set.name, uses: [...new Set([...known.uses, ...set.uses])] }
