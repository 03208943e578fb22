/**
 * Before all tests: the compiled code is fresh (some tests start the command line), and one private Redis runs on a free
 * port; tests find it in TEST_REDIS_URL.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../src/config/paths.ts'
import { findRedisProgram } from '../src/config/redis-program.ts'
import { startRedis } from '../src/config/redis-server.ts'

export default async function setup(): Promise<() => Promise<void>> {
  const { ensureBuilt } = await import(join(PROJECT_ROOT, 'scripts/lib/build.mjs'))
  await ensureBuilt()
  if (process.env.TEST_REDIS_URL) return async () => undefined
  const found = await findRedisProgram({ say: (line) => process.stderr.write(`${line}\n`) })
  if (!found.ok) throw new Error(found.problem)
  const dir = mkdtempSync(join(tmpdir(), 'phase4d-test-redis-'))
  const started = await startRedis({ program: found.program, dir, durable: false, orphanGrace_s: 0 })
  if (!started.ok) throw new Error(started.problem)
  process.env.TEST_REDIS_URL = started.server.url
  return async () => {
    await started.server.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}
