/**
 * A hash in Redis that only the holder of the bot's lease writes: two bots never overwrite each other. Entry point:
 * `writeFenced`.
 */
import type { Redis } from 'ioredis'
import { BOT_LEASE } from './feed-store.ts'
import type { Leases } from './lease.ts'
import { defineScript } from './script.ts'
import { reached } from './session-store.ts'

/**
 * KEYS[1] epoch counter of the bot's lease · KEYS[2] the hash
 * ARGV[1] epoch · ARGV[2] field · ARGV[3] value, or '' to delete the field
 * Returns 1 (written) or 0 (a newer epoch).
 */
const WRITE = defineScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[2], ARGV[2]) else redis.call('HSET', KEYS[2], ARGV[2], ARGV[3]) end
return 1
`)

export interface FencedWrite {
  readonly hash: string
  readonly field: string
  /** Null deletes the field. */
  readonly value: unknown
  readonly epoch: number
}

/** False: a newer epoch of the bot's lease exists. Throws `StoreUnreachable`. */
export async function writeFenced(redis: Redis, leases: Leases, write: FencedWrite): Promise<boolean> {
  const { hash, field, value, epoch } = write
  const keys = [leases.epochKey(BOT_LEASE), hash]
  const args = [epoch, field, value === null ? '' : JSON.stringify(value)]
  return (await reached(() => WRITE(redis, keys, args))) === 1
}
