/**
 * Replies that are not the last word yet, so that whichever bot is there then can make them again: a text by message.
 * Entry point: `keptReplies`.
 */
import type { Redis } from 'ioredis'
import type { Keys } from './keys.ts'
import { reached } from './session-store.ts'

/** More than people can ask for while nobody answers. */
const KEPT_MAX = 200

/** Methods throw `StoreUnreachable`. */
export interface KeptReplyStore {
  /** Takes the place of what was kept of the message; where there are too many, this one is not kept. */
  keepReply(messageId: string, text: string): Promise<void>
  keptReplies(): Promise<ReadonlyMap<string, string>>
  dropReply(messageId: string): Promise<void>
}

export function keptReplies(redis: Redis, keys: Keys): KeptReplyStore {
  return {
    async keepReply(messageId, text) {
      if ((await reached(() => redis.hlen(keys.keptReplies))) >= KEPT_MAX) return
      await reached(() => redis.hset(keys.keptReplies, messageId, text))
    },
    keptReplies: async () => new Map(Object.entries(await reached(() => redis.hgetall(keys.keptReplies)))),
    async dropReply(messageId) {
      await reached(() => redis.hdel(keys.keptReplies, messageId))
    },
  }
}
