/**
 * What of the feed has been posted, on Redis. Entry point: `createFeedStore`.
 *
 * 1. `cursor` only rises, by one, and only together with the record of its post.
 * 2. There is at most one mark an account: the number after the cursor.
 * 3. Only the newest epoch of the bot's lease writes.
 */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { BeginResult, FeedStore, RecordResult } from '../feed/port.ts'
import type { Keys } from './keys.ts'
import type { Leases } from './lease.ts'
import { StoreUnreachable } from './port.ts'
import { defineScript } from './script.ts'

/** Name of the lease that the publishing bot holds. */
export const BOT_LEASE = 'bot'

/**
 * KEYS[1] epoch counter of the bot's lease · KEYS[2] feed state (hash: cursor, after, posting, postingAfter)
 * ARGV[1] epoch · ARGV[2] feed number · ARGV[3] message id older than the post, or ''
 * Returns {'fresh' | 'resumed', after} or {'moved' | 'stale_epoch', ''}.
 */
const BEGIN = defineScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return { 'stale_epoch', '' } end
local cursor = tonumber(redis.call('HGET', KEYS[2], 'cursor') or '0')
if tonumber(ARGV[2]) ~= cursor + 1 then return { 'moved', '' } end
if redis.call('HGET', KEYS[2], 'posting') == ARGV[2] then
  return { 'resumed', redis.call('HGET', KEYS[2], 'postingAfter') or '' }
end
redis.call('HSET', KEYS[2], 'posting', ARGV[2], 'postingAfter', ARGV[3])
return { 'fresh', ARGV[3] }
`)

/**
 * KEYS[1] epoch counter of the bot's lease · KEYS[2] feed state · KEYS[3] posts (hash: feed number → channel:message)
 * ARGV[1] epoch · ARGV[2] feed number · ARGV[3] channel id · ARGV[4] message id
 * Returns 'recorded', 'moved' (not the number after the cursor) or 'stale_epoch'.
 */
const RECORD = defineScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'stale_epoch' end
local cursor = tonumber(redis.call('HGET', KEYS[2], 'cursor') or '0')
if tonumber(ARGV[2]) ~= cursor + 1 then return 'moved' end
redis.call('HSET', KEYS[2], 'cursor', ARGV[2], 'after', ARGV[4])
redis.call('HDEL', KEYS[2], 'posting', 'postingAfter')
redis.call('HSET', KEYS[3], ARGV[2], ARGV[3] .. ':' .. ARGV[4])
return 'recorded'
`)

const beginReply = z.tuple([z.enum(['fresh', 'resumed', 'moved', 'stale_epoch']), z.string()])
const recordReply = z.enum(['recorded', 'moved', 'stale_epoch'])

export function createFeedStore(redis: Redis, keys: Keys, leases: Leases): FeedStore {
  const epochKey = leases.epochKey(BOT_LEASE)
  return {
    async position(accountId) {
      const [cursor, after] = await reached(() => redis.hmget(keys.feedState(accountId), 'cursor', 'after'))
      return { cursor: Number(cursor ?? 0), lastMessageId: after ?? null }
    },
    async begin(accountId, feedNo, epoch, after): Promise<BeginResult> {
      const reply = await reached(() =>
        BEGIN(redis, [epochKey, keys.feedState(accountId)], [epoch, feedNo, after ?? '']),
      )
      const [state, kept] = beginReply.parse(reply)
      if (state === 'moved' || state === 'stale_epoch') return { state }
      return { state, after: kept === '' ? null : kept }
    },
    async record(accountId, feedNo, epoch, post): Promise<RecordResult> {
      const names = [epochKey, keys.feedState(accountId), keys.feedPosts(accountId)]
      return recordReply.parse(
        await reached(() => RECORD(redis, names, [epoch, feedNo, post.channelId, post.messageId])),
      )
    },
    async postOf(accountId, feedNo) {
      const stored = await reached(() => redis.hget(keys.feedPosts(accountId), String(feedNo)))
      const [channelId, messageId] = stored?.split(':') ?? []
      return channelId === undefined || messageId === undefined ? null : { channelId, messageId }
    },
  }
}

async function reached<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw new StoreUnreachable(error)
  }
}
