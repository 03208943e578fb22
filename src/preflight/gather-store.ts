/**
 * Reads how Redis is set up. Entry points: `gatherStore` (over a connection there is), `gatherStoreAt` (over one of its
 * own).
 */
import { Redis } from 'ioredis'
import type { WallClock } from '../config/clock.ts'
import { redactText } from '../config/redact.ts'
import type { StoreFacts } from './facts.ts'

const CONNECT_TIMEOUT_MS = 5000
const COMMAND_TIMEOUT_MS = 2000
const PINGS = 3

/** Never rejects. */
export async function gatherStore(redis: Redis, wall: WallClock): Promise<StoreFacts> {
  try {
    const ping_ms = await quickestPing(redis, wall)
    const [info, appendonly, appendfsync, policy] = await Promise.all([
      redis.info().then(parseInfo),
      setting(redis, 'appendonly'),
      setting(redis, 'appendfsync'),
      setting(redis, 'maxmemory-policy'),
    ])
    return { reachable: true, ping_ms, ...factsOf(info, { appendonly, appendfsync, policy }) }
  } catch (error) {
    return { reachable: false, reason: reasonOf(error) }
  }
}

/** Never rejects. */
export async function gatherStoreAt(redisUrl: string, wall: WallClock): Promise<StoreFacts> {
  const redis = new Redis(redisUrl, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  // The event has the reason; what `connect` throws only says that the connection is closed.
  let reason: string | null = null
  redis.on('error', (error) => {
    reason ??= reasonOf(error)
  })
  try {
    await redis.connect()
    return await gatherStore(redis, wall)
  } catch (error) {
    return { reachable: false, reason: reason ?? reasonOf(error) }
  } finally {
    redis.disconnect()
  }
}

/** The quickest says how far away Redis is; a slower one may be this process's own doing. */
async function quickestPing(redis: Redis, wall: WallClock): Promise<number> {
  let quickest_ms = Number.POSITIVE_INFINITY
  for (let i = 0; i < PINGS; i += 1) {
    const started_ms = wall.monotonic_ms()
    await redis.ping()
    quickest_ms = Math.min(quickest_ms, wall.monotonic_ms() - started_ms)
  }
  return quickest_ms
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return redactText(String(error))
  // An error of several addresses has no message of its own.
  const inner = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error
  return redactText(inner.message || inner.name)
}

type Info = ReadonlyMap<string, string>

function parseInfo(text: string): Info {
  const rows = text.split(/\r?\n/).filter((row) => row.includes(':') && !row.startsWith('#'))
  return new Map(rows.map((row) => [row.slice(0, row.indexOf(':')), row.slice(row.indexOf(':') + 1)]))
}

/** Null: the server refuses CONFIG, as managed ones do. */
async function setting(redis: Redis, name: string): Promise<string | null> {
  const answer: unknown = await redis.config('GET', name).catch(() => null)
  return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : null
}

interface Settings {
  readonly appendonly: string | null
  readonly appendfsync: string | null
  readonly policy: string | null
}

function factsOf(
  info: Info,
  settings: Settings,
): Omit<Extract<StoreFacts, { reachable: true }>, 'reachable' | 'ping_ms'> {
  const number = (name: string): number => Number(info.get(name) ?? 0) || 0
  const aof = info.get('aof_enabled')
  const isValkey = info.has('valkey_version')
  return {
    server: isValkey ? 'valkey' : 'redis',
    version: info.get('valkey_version') ?? info.get('redis_version') ?? 'unknown',
    role: info.get('role') ?? 'master',
    appendonly: settings.appendonly ?? (aof === undefined ? null : aof === '1' ? 'yes' : 'no'),
    appendfsync: settings.appendfsync,
    lastWriteOk: (info.get('aof_last_write_status') ?? 'ok') === 'ok',
    policy: settings.policy ?? info.get('maxmemory_policy') ?? null,
    maxMemory_bytes: number('maxmemory'),
    usedMemory_bytes: number('used_memory'),
    evictedKeys: number('evicted_keys'),
  }
}
