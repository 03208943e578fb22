/** Lua scripts of the store: sent once by their hash, in full only when Redis does not know them (yet, or any more). */
import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'

/** Runs the script; the reply is whatever the script returns: validate it at the call. */
export type Script = (redis: Redis, keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>

/** Every script's header documents its KEYS, ARGV and results. */
export function defineScript(lua: string): Script {
  const sha = createHash('sha1').update(lua).digest('hex')
  return async (redis, keys, args) => {
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...args)
    } catch (error) {
      const unknown = error instanceof Error && error.message.startsWith('NOSCRIPT')
      if (!unknown) throw error
      return redis.eval(lua, keys.length, ...keys, ...args)
    }
  }
}
