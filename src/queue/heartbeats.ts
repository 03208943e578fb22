/** Which workers are alive: each says so once a second in a sorted set. */
import type { Redis } from 'ioredis'
import type { WallClock } from '../config/clock.ts'

export const HEARTBEAT_MS = 1000
/** A worker silent for this long is not counted on. */
export const SILENT_MS = 3000
/** Workers long gone are forgotten. */
const FORGET_MS = 24 * 3600 * 1000

export interface Heartbeats {
  beat(): Promise<void>
  leave(): Promise<void>
  /** Whether any other worker has been heard of lately. */
  hasOthers(): Promise<boolean>
}

export function createHeartbeats(redis: Redis, key: string, worker: string, wall: WallClock): Heartbeats {
  return {
    async beat() {
      const now_ms = wall.now_ms()
      await redis.zadd(key, now_ms, worker)
      await redis.zremrangebyscore(key, '-inf', now_ms - FORGET_MS)
    },
    async leave() {
      await redis.zrem(key, worker)
    },
    async hasOthers() {
      const alive = await redis.zrangebyscore(key, wall.now_ms() - SILENT_MS, '+inf')
      return alive.some((name) => name !== worker)
    },
  }
}
