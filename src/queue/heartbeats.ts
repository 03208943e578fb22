/** Which workers are alive: each says so once a second in a sorted set, by Redis's own clock. */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { Keys } from '../store/keys.ts'
import { defineScript } from '../store/script.ts'
import { DAY_MS } from '../time/units.ts'

export const HEARTBEAT_MS = 1000
/** A worker silent for this long is not counted on. */
export const SILENT_MS = 3000
/** Workers long gone are forgotten. */
const FORGET_MS = DAY_MS

/**
 * KEYS[1] sorted set of workers · KEYS[2] their versions (hash) · ARGV[1] worker · ARGV[2] age to forget, ms · ARGV[3]
 * version
 */
const BEAT = defineScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])) do
  redis.call('ZREM', KEYS[1], gone)
  redis.call('HDEL', KEYS[2], gone)
end
return 1
`)

/**
 * KEYS[1] sorted set of workers · KEYS[2] their versions · ARGV[1] worker · ARGV[2] silence that counts as gone, ms
 * Returns how many others were heard of lately. The worker itself is gone with the same stroke: of two that leave
 * together, the second finds nobody.
 */
const LEAVE = defineScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('ZCOUNT', KEYS[1], now - ARGV[2], '+inf')
`)

export interface Heartbeats {
  beat(): Promise<void>
  /** Stops being counted on; resolves to whether another worker can be. */
  leave(): Promise<boolean>
}

export interface Beating {
  readonly name: string
  /** Which program it runs, for people. */
  readonly version: string
}

export function createHeartbeats(
  redis: Redis,
  { workers, workerVersions }: Pick<Keys, 'workers' | 'workerVersions'>,
  { name, version }: Beating,
): Heartbeats {
  const keys = [workers, workerVersions]
  return {
    async beat() {
      await BEAT(redis, keys, [name, FORGET_MS, version])
    },
    async leave() {
      return z.int().parse(await LEAVE(redis, keys, [name, SILENT_MS])) > 0
    },
  }
}
