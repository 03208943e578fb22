/**
 * A Redis for one run of a tool or of the tests: a free port, a folder that goes with it. Entry point:
 * `startScratchRedis`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRedisProgram } from './redis-program.ts'
import { startRedis } from './redis-server.ts'

export interface ScratchRedis {
  readonly url: string
  close(): Promise<void>
}

/** `durable`: set up as the desk's private one. @throws Error with what to do where no Redis can be provided. */
export async function startScratchRedis({ durable }: { readonly durable: boolean }): Promise<ScratchRedis> {
  const found = await findRedisProgram({ say: (line) => process.stderr.write(`${line}\n`) })
  if (!found.ok) throw new Error(found.problem)
  const dir = mkdtempSync(join(tmpdir(), 'phase4d-redis-'))
  const started = await startRedis({ program: found.program, dir, durable, orphanGrace_s: 0 })
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
