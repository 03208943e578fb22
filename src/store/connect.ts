/** Connects a Redis client, or says why not. Entry point: `connectRedis`. */
import type { Redis } from 'ioredis'
import { StoreUnreachable } from './port.ts'

/**
 * For a client with `lazyConnect`.
 * @throws StoreUnreachable with what the client told its listeners; what `connect` itself throws only says "closed".
 */
export async function connectRedis(redis: Redis): Promise<void> {
  let reason: unknown = null
  const listen = (error: Error): void => {
    reason = error
  }
  redis.on('error', listen)
  try {
    await redis.connect()
  } catch (error) {
    redis.disconnect()
    throw new StoreUnreachable(reason ?? error)
  } finally {
    redis.off('error', listen)
  }
}
