/** Opens the store of a process. Entry point: `openStore`. */
import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import type { DeskReader } from '../report/views.ts'
import { connectRedis } from './connect.ts'
import { createDeskReader } from './desk-reader.ts'
import { createKeys, type Keys } from './keys.ts'
import { createLeases, type Leases } from './lease.ts'
import type { SessionStore } from './port.ts'
import { createRunCounts, type RunCounts } from './run-counts.ts'
import { createSessionStore } from './session-store.ts'

/** Starts every key of the desk, and BullMQ's. */
export const KEY_PREFIX = 'p4d'

/** How long a command may wait for Redis before it counts as away. */
const COMMAND_TIMEOUT_MS = 2000
const CONNECT_TIMEOUT_MS = 5000
const RECONNECT_MAX_MS = 1000

export interface Store {
  readonly redis: Redis
  readonly keys: Keys
  readonly leases: Leases
  readonly sessions: SessionStore
  readonly runs: RunCounts
  readonly reader: DeskReader
  close(): void
}

export interface OpenStoreOptions {
  readonly redisUrl: string
  readonly wall: WallClock
  readonly log: Logger
  readonly prefix?: string
}

/** Throws `StoreUnreachable` when Redis does not answer at the start; later outages are the callers' to bear. */
export async function openStore({ redisUrl, wall, log, prefix = KEY_PREFIX }: OpenStoreOptions): Promise<Store> {
  const redis = new Redis(redisUrl, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, RECONNECT_MAX_MS),
  })
  redis.on('error', (error) => log.warn({ err: error }, 'the connection to Redis failed; connecting again'))
  await connectRedis(redis)
  const keys = createKeys(prefix)
  const leases = createLeases(redis, prefix)
  const sessions = createSessionStore(redis, keys, leases)
  const reader = createDeskReader(redis, keys, { store: sessions, leases, wall })
  const runs = createRunCounts(redis, keys)
  return { redis, keys, leases, sessions, runs, reader, close: () => redis.disconnect() }
}
