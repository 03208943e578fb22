/** What the store knows of the processes around it, and of itself. Entry point: `readHealth`. */
import type { Redis } from 'ioredis'
import type { WallClock } from '../config/clock.ts'
import type { StoreHealth } from '../report/store-health.ts'
import { BOT_LEASE } from './feed-store.ts'
import type { Keys } from './keys.ts'
import type { Leases } from './lease.ts'
import { reached } from './session-store.ts'

/** Heartbeats carry Redis's own time, so their ages are read by it too. Throws `StoreUnreachable`. */
export async function readHealth(redis: Redis, keys: Keys, leases: Leases, wall: WallClock): Promise<StoreHealth> {
  const asked_ms = wall.monotonic_ms()
  const [seconds, microseconds] = await reached(() => redis.time())
  const answer_ms = wall.monotonic_ms() - asked_ms
  const now_ms = Number(seconds) * 1000 + Number(microseconds) / 1000
  const [beats, versions, bots, watchdogs, bot, info] = await reached(() =>
    Promise.all([
      redis.zrevrange(keys.workers, 0, -1, 'WITHSCORES'),
      redis.hgetall(keys.workerVersions),
      redis.zrevrange(keys.bots, 0, -1, 'WITHSCORES'),
      redis.zrevrange(keys.watchdogs, 0, -1, 'WITHSCORES'),
      leases.holder(BOT_LEASE),
      redis.info(),
    ]),
  )
  const aged = (found: readonly string[]) =>
    pairs(found).map(([name, at_ms]) => ({ name, age_ms: Math.max(0, now_ms - Number(at_ms)) }))
  return {
    workers: pairs(beats).map(([name, at_ms]) => {
      const version = versions[name]
      const age_ms = Math.max(0, now_ms - Number(at_ms))
      return { name, age_ms, ...(version === undefined ? {} : { version }) }
    }),
    bots: aged(bots),
    watchdogs: aged(watchdogs),
    bot,
    redis: { version: fieldOf(info, 'redis_version'), usedMemory: fieldOf(info, 'used_memory_human'), answer_ms },
  }
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, flat[index + 1] ?? '0']] : []))
}

const fieldOf = (info: string, name: string): string =>
  new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? 'unknown'
