/**
 * The world's own clock. Beside `market-clock.ts`, the only place that reads the system's time.
 *
 * Both readings run on the monotonic clock: a system clock that is set back or forward moves neither, so no wait
 * freezes and no deadline fires because of it.
 */
import type { WallClock } from './clock.ts'

export const systemWallClock: WallClock = {
  now_ms: () => Math.round(performance.timeOrigin + performance.now()),
  monotonic_ms: () => performance.now(),
  system_ms: () => Date.now(),
  sleep: (wait_ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const finish = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', finish)
        resolve()
      }
      const timer = setTimeout(finish, wait_ms)
      signal?.addEventListener('abort', finish, { once: true })
    }),
}

/** Asks `probe` again and again until it answers something other than null; null when `timeout_ms` have passed. */
export async function pollUntil<T>(
  probe: () => Promise<T | null>,
  limits: { readonly timeout_ms: number; readonly every_ms: number; readonly signal?: AbortSignal },
  wall: WallClock = systemWallClock,
): Promise<T | null> {
  const deadline_ms = wall.monotonic_ms() + limits.timeout_ms
  for (;;) {
    const answer = await probe()
    if (answer !== null) return answer
    if (limits.signal?.aborted || wall.monotonic_ms() >= deadline_ms) return null
    await wall.sleep(limits.every_ms, limits.signal)
  }
}
