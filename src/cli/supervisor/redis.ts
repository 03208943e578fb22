/** The Redis of a desk: the configured one, checked, or one of our own, kept running. Entry point: `provideRedis`. */
import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { WallClock } from '../../config/clock.ts'
import type { Config } from '../../config/config.ts'
import { reasonOf } from '../../config/reason.ts'
import { redactText } from '../../config/redact.ts'
import { findRedisProgram } from '../../config/redis-program.ts'
import { type RedisServer, type StartRedisOptions, startRedis } from '../../config/redis-server.ts'
import { connectRedis } from '../../store/connect.ts'
import { StoreUnreachable } from '../../store/port.ts'
import { MINUTE_MS } from '../../time/units.ts'
import { type RestartLimits, Restarts } from './restarts.ts'

export interface DeskRedis {
  readonly url: string
  /** Resolves when a server of our own is gone and could not be replaced; says why. Never for a configured one. */
  readonly lost: Promise<string>
  stop(): Promise<void>
}

type ProvideRedisResult =
  | { readonly ok: true; readonly redis: DeskRedis }
  | { readonly ok: false; readonly problem: string }

const CONNECT_TIMEOUT_MS = 5_000
/** Worker and bot end in order when the supervisor is killed; Redis must not end before them. */
const ORPHAN_GRACE_S = 50
/** Worker and bot bear an outage of some seconds; each restart reads the append-only file again. */
const RESTARTS: RestartLimits = { max: 5, window_ms: 5 * MINUTE_MS, waitFirst_ms: 100, waitMax_ms: 2_000 }

interface ProvideRedisOptions {
  readonly config: Pick<Config, 'redisUrl' | 'dataDir'>
  readonly wall: WallClock
  readonly say: (line: string) => void
}

export async function provideRedis({ config, wall, say }: ProvideRedisOptions): Promise<ProvideRedisResult> {
  if (config.redisUrl !== null) return checkRedis(config.redisUrl, say)
  const found = await findRedisProgram({ say })
  if (!found.ok) return found
  const dir = join(config.dataDir, 'redis')
  const options = { program: found.program, dir, durable: true, orphanGrace_s: ORPHAN_GRACE_S }
  const started = await startRedis(options)
  return started.ok ? { ok: true, redis: keepRunning(started.server, options, { wall, say }) } : started
}

/** Replaces a server that ended unasked by one at the same address with the same files; clients just connect again. */
function keepRunning(
  first: RedisServer,
  options: StartRedisOptions,
  { wall, say }: Pick<ProvideRedisOptions, 'wall' | 'say'>,
): DeskRedis {
  const restarts = new Restarts(RESTARTS)
  const stopping = new AbortController()
  let server: RedisServer | null = first
  let replacing: Promise<unknown> = Promise.resolve()

  /** A string: why there is none. Null: told to stop. */
  async function replace(how: string): Promise<RedisServer | string | null> {
    const since_ms = wall.monotonic_ms()
    let failed = 0
    let why = ''
    for (let wait_ms = restarts.next_ms(since_ms); wait_ms !== null; wait_ms = restarts.next_ms(wall.monotonic_ms())) {
      await wall.sleep(wait_ms, stopping.signal)
      if (stopping.signal.aborted) return null
      const started = await startRedis({ ...options, address: first.address })
      if (started.ok) {
        const away_s = ((wall.monotonic_ms() - since_ms) / 1000).toFixed(1)
        say(`Redis ${how}; it runs again after ${away_s} s with all it had (append-only file), and the desk goes on.`)
        return started.server
      }
      failed += 1
      why = started.problem
    }
    if (failed > 0) return `Redis ${how} and could not be started again (${failed} attempts): ${why}`
    return `Redis ${how} once more after ${RESTARTS.max} restarts within ${RESTARTS.window_ms / MINUTE_MS} minutes; see ${options.dir}/redis.log`
  }

  async function watch(): Promise<string> {
    for (let running: RedisServer = first; ; ) {
      const how = await running.ended
      server = null
      if (stopping.signal.aborted) return new Promise(() => undefined)
      const attempt = replace(how)
      replacing = attempt
      const next = await attempt
      if (next === null) return new Promise(() => undefined)
      if (typeof next === 'string') return next
      running = next
      server = next
    }
  }

  const lost = watch()
  return {
    url: first.url,
    lost,
    async stop() {
      stopping.abort()
      await replacing
      await server?.stop()
    },
  }
}

async function checkRedis(url: string, say: (line: string) => void): Promise<ProvideRedisResult> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  redis.on('error', () => undefined)
  try {
    await connectRedis(redis)
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
    return { ok: true, redis: { url, lost: new Promise(() => undefined), stop: async () => undefined } }
  } catch (error) {
    const why = reasonOf(error instanceof StoreUnreachable ? error.cause : error)
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
