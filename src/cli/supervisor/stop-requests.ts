/** When the person wants the desk to stop: the first request stops in order, a second one kills. */
import { constants } from 'node:os'
import type { WallClock } from '../../config/clock.ts'

interface StopRequests {
  readonly signal: AbortSignal
  /** Exit status of a process that the second signal ended, as shells have it (130, 143); null before. */
  killStatus(): number | null
  close(): void
}

/** One Ctrl+C arrives several times: from the terminal, and again through npm. Requests this close together are one. */
const SAME_REQUEST_MS = 700
const PARENT_POLL_MS = 1_000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const SIGNAL_STATUS = 128

export function stopRequests(wall: WallClock, onSecond: () => void): StopRequests {
  const stopping = new AbortController()
  let first_ms: number | null = null
  let killStatus: number | null = null
  const request = (name: (typeof SIGNALS)[number]): void => {
    const now_ms = wall.monotonic_ms()
    if (first_ms === null) {
      first_ms = now_ms
      stopping.abort()
    } else if (now_ms - first_ms > SAME_REQUEST_MS && killStatus === null) {
      killStatus = SIGNAL_STATUS + constants.signals[name]
      onSecond()
    }
  }
  for (const name of SIGNALS) process.on(name, request)
  // npm that is killed outright tells nobody; its child then has another parent.
  const parent = process.ppid
  const underNpm = process.env.npm_lifecycle_event !== undefined
  const timer = setInterval(() => {
    if (underNpm && process.ppid !== parent && first_ms === null) request('SIGHUP')
  }, PARENT_POLL_MS)
  timer.unref()
  return {
    signal: stopping.signal,
    killStatus: () => killStatus,
    close: () => {
      clearInterval(timer)
      for (const name of SIGNALS) process.off(name, request)
    },
  }
}
