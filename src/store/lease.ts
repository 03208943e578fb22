/**
 * Leases with fencing: at most one owner a name at a time, and every ownership has a number (the epoch) that only
 * rises. Entry point: `createLeases`.
 *
 * 1. The epoch counter of a name never expires and never falls: it rises when a lease is acquired and when it is
 *    released. The newest epoch is the only one whose holder may write.
 * 2. A lease that ran out and that nobody took can be renewed by its last holder: an outage of Redis that cost the time
 *    to live stops nobody. Only a newer epoch does. A counter that fell, or is gone, was lost with the store's data:
 *    the holder of the highest epoch sets it again.
 * 3. A held lease is refused to everybody, its own holder included: two tasks of one process never share an epoch.
 * 4. Scripts that write on behalf of a holder compare their epoch with `epochKey(name)` in the same script, and refuse
 *    when it differs (also when the counter is gone: a Redis that lost its data knows no holder).
 */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { defineScript } from './script.ts'

/**
 * KEYS[1] the lease: owner, expires · KEYS[2] the epoch counter
 * ARGV[1] owner · ARGV[2] time to live, ms
 * Returns the new epoch, or 0 while somebody holds the lease.
 */
const ACQUIRE = defineScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local epoch = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return epoch
`)

/**
 * KEYS[1] the lease · KEYS[2] the epoch counter
 * ARGV[1] owner · ARGV[2] epoch · ARGV[3] time to live, ms
 * Returns 1 (extended, or taken again after it ran out) or 0 (a newer epoch exists: stop).
 */
const RENEW = defineScript(`
local newest = tonumber(redis.call('GET', KEYS[2]) or '0')
if newest > tonumber(ARGV[2]) then return 0 end
if newest < tonumber(ARGV[2]) then redis.call('SET', KEYS[2], ARGV[2]) end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return 1
`)

/**
 * KEYS[1] the lease · KEYS[2] the epoch counter
 * ARGV[1] epoch
 * Returns 1 (given back; the epoch is over, also for writes still under way) or 0 (it was not ours any more).
 */
const RELEASE = defineScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('INCR', KEYS[2])
return 1
`)

export interface Lease {
  readonly name: string
  readonly owner: string
  /** Number of this ownership; higher than that of every earlier holder. */
  readonly epoch: number
}

export interface Leases {
  /** Null while somebody holds it. `owner` is for people: which process. */
  acquire(name: string, owner: string, ttl_ms: number): Promise<Lease | null>
  /** False: a newer epoch exists and this holder must stop. Throws when Redis does not answer: not known. */
  renew(lease: Lease, ttl_ms: number): Promise<boolean>
  /** False: it was already somebody else's. */
  release(lease: Lease): Promise<boolean>
  /** Who holds it now; null when nobody does. */
  holder(name: string): Promise<string | null>
  /** Key of the epoch counter, for scripts that fence their writes with it. */
  epochKey(name: string): string
}

const epochReply = z.int().nonnegative()
const flagReply = z.union([z.literal(0), z.literal(1)])

/** `prefix` starts every key, e.g. `p4d`. */
export function createLeases(redis: Redis, prefix: string): Leases {
  const leaseKey = (name: string) => `${prefix}:lease:${name}`
  const epochKey = (name: string) => `${prefix}:epoch:${name}`
  const keys = (name: string) => [leaseKey(name), epochKey(name)]
  const flag = (reply: unknown) => flagReply.parse(reply) === 1
  return {
    async acquire(name, owner, ttl_ms) {
      const epoch = epochReply.parse(await ACQUIRE(redis, keys(name), [owner, ttl_ms]))
      return epoch === 0 ? null : { name, owner, epoch }
    },
    async renew(lease, ttl_ms) {
      return flag(await RENEW(redis, keys(lease.name), [lease.owner, lease.epoch, ttl_ms]))
    },
    async release(lease) {
      return flag(await RELEASE(redis, keys(lease.name), [lease.epoch]))
    },
    holder: (name) => redis.get(leaseKey(name)),
    epochKey,
  }
}
