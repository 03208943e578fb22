/** What a child of `phase4d up` and its parent tell each other. A process started by hand has no parent to tell. */

import type { WallClock } from '../config/clock.ts'
import { systemWallClock } from '../config/wall-clock.ts'

interface ReadyMessage {
  readonly type: 'ready'
}

/** To be called once when the process does its work. */
export function announceReady(): void {
  const message: ReadyMessage = { type: 'ready' }
  if (process.connected) process.send?.(message)
}

export function isReadyMessage(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready'
}

/** How long an orphan may take to finish its work in order, milliseconds. */
const ORPHAN_LIMIT_MS = 45_000
/** How long one that serves others outlives its parent at most: as long as they may take, and a little more. */
const SERVING_LIMIT_MS = ORPHAN_LIMIT_MS + 2_000
const SERVING_POLL_MS = 250
/** Between two requests, or two connections, there is a moment of silence. */
const SERVING_QUIET_MS = 3_000
const LEAVE_LIMIT_MS = 4_000

let following = false
let isNeeded: (() => boolean | Promise<boolean>) | null = null

/**
 * A child whose parent died, however it died, ends as if told to: SIGTERM to itself, SIGKILL when that takes too long.
 * One that others need (`outliveParentWhile`) waits for them first. Calling it again changes nothing.
 */
export function followParent(): void {
  if (following || process.channel === undefined || process.channel === null) return
  following = true
  // The channel alone must not keep a process alive that has finished.
  process.channel.unref()
  process.once('disconnect', () => void leave())
}

/**
 * What the orphan's siblings need to end in order stays while `needed` says so, a bounded time: the simulators while
 * worker and bot are there, the bot while a worker may still report.
 */
export function outliveParentWhile(needed: () => boolean | Promise<boolean>): void {
  isNeeded = needed
}

async function leave(): Promise<void> {
  const limit_ms = isNeeded === null ? ORPHAN_LIMIT_MS : SERVING_LIMIT_MS + LEAVE_LIMIT_MS
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), limit_ms).unref()
  if (isNeeded !== null) await unneeded(isNeeded, systemWallClock)
  process.kill(process.pid, 'SIGTERM')
}

/** Resolves when nobody has needed this process for a while, or has for too long. */
async function unneeded(needed: () => boolean | Promise<boolean>, wall: WallClock): Promise<void> {
  const start_ms = wall.monotonic_ms()
  let quietSince_ms: number | null = null
  for (let now_ms = start_ms; now_ms - start_ms < SERVING_LIMIT_MS; now_ms = wall.monotonic_ms()) {
    if (await needed()) quietSince_ms = null
    else quietSince_ms ??= now_ms
    if (quietSince_ms !== null && now_ms - quietSince_ms >= SERVING_QUIET_MS) return
    await wall.sleep(SERVING_POLL_MS)
  }
}
