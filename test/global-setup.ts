/**
 * Before all tests: the compiled code is fresh (some tests start the command line), and one private Redis runs on a
 * free port; tests find it in TEST_REDIS_URL.
 */
import { join } from 'node:path'
import { PROJECT_ROOT } from '../src/config/paths.ts'
import { startScratchRedis } from '../src/config/scratch-redis.ts'

export default async function setup(): Promise<() => Promise<void>> {
  const { ensureBuilt } = await import(join(PROJECT_ROOT, 'scripts/lib/build.mjs'))
  await ensureBuilt()
  if (process.env.TEST_REDIS_URL) return async () => undefined
  const redis = await startScratchRedis({ durable: false })
  process.env.TEST_REDIS_URL = redis.url
  return () => redis.close()
}
