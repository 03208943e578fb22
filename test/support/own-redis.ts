/** A Redis that a test may kill: durable, on an address that it keeps over its deaths. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { findRedisProgram } from '../../src/config/redis-program.ts'
import { type RedisServer, startRedis } from '../../src/config/redis-server.ts'

export interface OwnRedis {
  readonly url: string
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>
  /** Starts it again under the same address; `empty`: without what it had stored. */
  restart(kind: 'with its data' | 'empty'): Promise<void>
  close(): Promise<void>
}

export async function startOwnRedis(): Promise<OwnRedis> {
  const found = await findRedisProgram({ say: () => undefined })
  if (!found.ok) throw new Error(found.problem)
  const { program } = found
  const dir = mkdtempSync(join(tmpdir(), 'phase4d-own-redis-'))

  async function start(address?: RedisServer['address']): Promise<RedisServer> {
    const options = { program, dir, durable: true, orphanGrace_s: 0 }
    const started = await startRedis(address === undefined ? options : { ...options, address })
    if (!started.ok) throw new Error(started.problem)
    return started.server
  }

  let server = await start()
  return {
    url: server.url,
    async kill() {
      const client = new Redis(server.url, { lazyConnect: true })
      const info = await client.info('server')
      client.disconnect()
      const pid = Number(/process_id:(\d+)/.exec(info)?.[1])
      process.kill(pid, 'SIGKILL')
      await server.ended
    },
    async restart(kind) {
      if (kind === 'empty') rmSync(dir, { recursive: true, force: true })
      server = await start(server.address)
    },
    async close() {
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
