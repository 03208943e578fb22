/** That the connection to Discord came back, for those who wait for it. Entry point: `watchReturns`. */
import { type Client, Events } from 'discord.js'
import type { WallClock } from '../config/clock.ts'

export interface Returns extends Pick<WallClock, 'sleep'> {
  /** How often it came back. */
  count(): number
  /** Until the time is over, it comes back, or `signal` aborts. */
  sleep(wait_ms: number, signal?: AbortSignal): Promise<void>
}

/** For as long as the client lives. */
export function watchReturns(client: Pick<Client, 'on'>, wall: Pick<WallClock, 'sleep'>): Returns {
  let count = 0
  const sleeping = new Set<() => void>()
  const onReturn = (): void => {
    count += 1
    for (const wake of sleeping) wake()
  }
  client.on(Events.ShardReady, onReturn)
  client.on(Events.ShardResume, onReturn)
  return {
    count: () => count,
    async sleep(wait_ms, signal) {
      if (signal?.aborted) return
      const woken = new AbortController()
      const wake = (): void => woken.abort()
      sleeping.add(wake)
      signal?.addEventListener('abort', wake, { once: true })
      await wall.sleep(wait_ms, woken.signal)
      sleeping.delete(wake)
      signal?.removeEventListener('abort', wake)
    },
  }
}
