/**
 * The last look-ahead check of each version of the rules, by structure. Entry points: `saveLookahead`,
 * `readLookaheads`. A run that found a leak stands until a run of the same version finds none.
 */
import type { Redis } from 'ioredis'
import { type LookaheadRun, lookaheadRunSchema } from '../replay/lookahead-run.ts'
import type { Keys } from './keys.ts'
import { reached } from './session-store.ts'

/** @throws StoreUnreachable */
export async function saveLookahead(redis: Redis, keys: Pick<Keys, 'lookaheads'>, run: LookaheadRun): Promise<void> {
  const text = JSON.stringify(lookaheadRunSchema.parse(run))
  await reached(() => redis.hset(keys.lookaheads, `${run.strategyVersion}/${run.structure}`, text))
}

/** @throws StoreUnreachable */
export async function readLookaheads(redis: Redis, keys: Pick<Keys, 'lookaheads'>): Promise<readonly LookaheadRun[]> {
  const texts = await reached(() => redis.hvals(keys.lookaheads))
  return texts.map((text) => lookaheadRunSchema.parse(JSON.parse(text)))
}
