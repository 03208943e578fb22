/** Which workers are alive: each says so once a second in a sorted set, by Redis's own clock. */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { defineScript } from '../store/script.ts'

export const HEARTBEAT_MS = 1000
/** A worker silent for this long is not counted on. */
export const SILENT_MS = 3000
/** Workers long gone are forgotten. */
const FORGET_MS = 24 * 3600 * 1000

/** KEYS[1] sorted set of workers · ARGV[1] worker · ARGV[2] age to forget, ms */
const BEAT = defineScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
return 1
`)

/**
 * KEYS[1] sorted set of workers · ARGV[1] worker · ARGV[2] silence that counts as gone, ms
 * Returns how many others were heard of lately. The worker itself is gone with the same stroke: of two that leave
 * together, the second finds nobody.
 */
const LEAVE = defineScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('ZCOUNT', KEYS[1], now - ARGV[2], '+inf')
`)

export interface Heartbeats {
  beat(): Promise<void>
  /** Stops being counted on; resolves to whether another worker can be. */
  leave(): Promise<boolean>
}

export function createHeartbeats(redis: Redis, key: string, worker: string): Heartbeats {
  return {
    async beat() {
      await BEAT(redis, [key], [worker, FORGET_MS])
    },
    async leave() {
      return z.int().parse(await LEAVE(redis, [key], [worker, SILENT_MS])) > 0
    },
  }
}
