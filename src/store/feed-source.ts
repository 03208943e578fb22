/**
 * Entries to publish, from Redis: the wake-up is a pub/sub message on a connection of its own, sent by the commit that
 * gave the feed numbers. Entry point: `openFeedSource`; `close` it.
 */
import type { Redis } from 'ioredis'
import type { FeedSource } from '../feed/port.ts'
import type { DeskReader } from '../report/views.ts'
import type { Keys } from './keys.ts'
import { StoreUnreachable } from './port.ts'

export interface OpenFeedSource extends FeedSource {
  close(): Promise<void>
}

/** Subscribes on a duplicate of `redis`; ioredis subscribes again by itself after every reconnection. */
export async function openFeedSource(
  redis: Redis,
  keys: Keys,
  reader: Pick<DeskReader, 'feed'>,
  onError: (error: Error) => void,
): Promise<OpenFeedSource> {
  const grown = new Set<string>()
  let wake: (() => void) | null = null
  const subscriber = redis.duplicate({ enableOfflineQueue: true, maxRetriesPerRequest: null })
  subscriber.on('error', onError)
  subscriber.on('message', (_channel: string, accountId: string) => {
    grown.add(accountId)
    wake?.()
  })
  await subscriber.subscribe(keys.feedChannel)

  return {
    async accounts() {
      try {
        return await redis.hkeys(keys.accounts)
      } catch (error) {
        throw new StoreUnreachable(error)
      }
    },
    feed: (accountId, afterFeedNo, count) => reader.feed(accountId, afterFeedNo, count),
    async waitForFeed(timeout_ms, signal) {
      if (grown.size === 0 && !signal.aborted) await sleepUntilWoken(timeout_ms, signal, (waker) => (wake = waker))
      const accounts = [...grown]
      grown.clear()
      return accounts
    },
    async close() {
      subscriber.disconnect()
    },
  }
}

function sleepUntilWoken(
  timeout_ms: number,
  signal: AbortSignal,
  set: (wake: (() => void) | null) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      set(null)
      resolve()
    }
    const timer = setTimeout(finish, timeout_ms)
    signal.addEventListener('abort', finish, { once: true })
    set(finish)
  })
}
