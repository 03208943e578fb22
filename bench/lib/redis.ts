/** A Redis of the run's own, set up as the desk's private one. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRedisProgram } from '../../src/config/redis-program.ts'
import { startRedis } from '../../src/config/redis-server.ts'

export async function startBenchRedis(
  say: (line: string) => void,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const found = await findRedisProgram({ say })
  if (!found.ok) throw new Error(found.problem)
  const dir = mkdtempSync(join(tmpdir(), 'phase4d-bench-redis-'))
  const started = await startRedis({ program: found.program, dir, durable: true, orphanGrace_s: 0 })
  if (!started.ok) throw new Error(started.problem)
  const { server } = started
  return {
    url: server.url,
    async close() {
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
