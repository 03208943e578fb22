/** The Redis of a desk: the configured one, checked, or one of our own. */
import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { Config } from '../../config/config.ts'
import { redactText } from '../../config/redact.ts'
import { findRedisProgram } from '../../config/redis-program.ts'
import { startRedis } from '../../config/redis-server.ts'

export interface DeskRedis {
  readonly url: string
  /** Resolves when a server of our own has ended; never for a configured one. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

export type ProvideRedisResult =
  | { readonly ok: true; readonly redis: DeskRedis }
  | { readonly ok: false; readonly problem: string }

const CONNECT_TIMEOUT_MS = 5_000
/** Worker and bot end in order when the supervisor is killed; Redis must not end before them. */
const ORPHAN_GRACE_S = 50

export async function provideRedis(config: Config, say: (line: string) => void): Promise<ProvideRedisResult> {
  if (config.redisUrl !== null) return checkRedis(config.redisUrl, say)
  const found = await findRedisProgram({ say })
  if (!found.ok) return found
  const dir = join(config.dataDir, 'redis')
  const started = await startRedis({ program: found.program, dir, durable: true, orphanGrace_s: ORPHAN_GRACE_S })
  return started.ok ? { ok: true, redis: started.server } : started
}

async function checkRedis(url: string, say: (line: string) => void): Promise<ProvideRedisResult> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  // The event has the reason; what `connect` throws only says that the connection is closed.
  let reason: string | null = null
  redis.on('error', (error) => {
    reason = error.message
  })
  try {
    await redis.connect()
    const settings = Object.assign(
      {},
      await configured(redis, 'maxmemory-policy'),
      await configured(redis, 'appendonly'),
    )
    if (settings['maxmemory-policy'] !== undefined && settings['maxmemory-policy'] !== 'noeviction') {
      say(
        `Warning: Redis may drop data when full (maxmemory-policy ${settings['maxmemory-policy']}); expected noeviction.`,
      )
    }
    if (settings.appendonly === 'no')
      say('Warning: Redis keeps no append-only file; what it holds is lost when it ends.')
    return { ok: true, redis: { url, ended: new Promise(() => undefined), stop: async () => undefined } }
  } catch (error) {
    const why = reason ?? (error instanceof Error ? error.message : String(error))
    const address = redactText(url)
    return {
      ok: false,
      problem: `REDIS_URL: expected a Redis server at ${address}, got: ${redactText(why)}. Start it, or remove REDIS_URL to let npm start run one.`,
    }
  } finally {
    redis.disconnect()
  }
}

async function configured(redis: Redis, name: string): Promise<Record<string, string>> {
  // Managed servers refuse CONFIG; then nothing is known.
  const answer: unknown = await redis.config('GET', name).catch(() => [])
  return Array.isArray(answer) && answer.length === 2 ? { [String(answer[0])]: String(answer[1]) } : {}
}
