/** When the person wants the desk to stop: the first request stops in order, a second one kills. */
import type { WallClock } from '../../config/clock.ts'

export interface StopRequests {
  readonly signal: AbortSignal
  close(): void
}

/** One Ctrl+C arrives several times: from the terminal, and again through npm. Requests this close together are one. */
const SAME_REQUEST_MS = 700
const PARENT_POLL_MS = 1_000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function stopRequests(wall: WallClock, onSecond: () => void): StopRequests {
  const stopping = new AbortController()
  let first_ms: number | null = null
  const request = (): void => {
    const now_ms = wall.monotonic_ms()
    if (first_ms === null) {
      first_ms = now_ms
      stopping.abort()
    } else if (now_ms - first_ms > SAME_REQUEST_MS) {
      onSecond()
    }
  }
  for (const name of SIGNALS) process.on(name, request)
  // npm that is killed outright tells nobody; its child then has another parent.
  const parent = process.ppid
  const underNpm = process.env.npm_lifecycle_event !== undefined
  const timer = setInterval(() => {
    if (underNpm && process.ppid !== parent && first_ms === null) request()
  }, PARENT_POLL_MS)
  timer.unref()
  return {
    signal: stopping.signal,
    close: () => {
      clearInterval(timer)
      for (const name of SIGNALS) process.off(name, request)
    },
  }
}
