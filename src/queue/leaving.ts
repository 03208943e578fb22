/**
 * How a worker leaves: its sessions go to another living worker; the last one closes what is open first.
 *
 * 1. What is open comes first: nothing that could wait for Redis stands before the closing of a position.
 * 2. A session that has nothing open is never ended by a restart: it is left on the queue, and before anything else, so
 *    that it opens nothing that nobody would be left to close.
 * 3. Every wait is bounded; what could not be closed in time is told to the team.
 */
import type { Worker } from 'bullmq'
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import type { SessionHandle } from '../session/runner/runner.ts'

/** How long the last worker closes positions before it leaves; below what whoever stops it allows. */
const FLATTEN_MS_MAX = 20_000
/** A session that is flat saves its last step before it ends; while Redis is away it cannot. */
const SAVE_MS_MAX = 3000
const LOOK_MS = 50
/** For each thing that only Redis can answer. */
const REDIS_MS_MAX = 2000
const HAND_OVER_MS_MAX = 5000

export interface Leaving {
  readonly sessions: Worker
  readonly running: ReadonlyMap<string, SessionHandle>
  /** Whether another worker can take over; this one is not counted on any more from then on. */
  readonly leave: () => Promise<boolean>
  readonly wall: WallClock
  readonly log: Logger
}

/** Resolves to whether everything this worker was answerable for is closed or in other hands. */
export async function leaveSessions({ sessions, running, leave, wall, log }: Leaving): Promise<boolean> {
  const within = <T>(wait_ms: number, work: Promise<T>, otherwise: T): Promise<T> =>
    Promise.race([work.catch(() => otherwise), wall.sleep(wait_ms).then(() => otherwise)])
  const hasOthers = await within(REDIS_MS_MAX, leave(), false)
  // Takes no new job, but lets the running ones be: each is left at its own next safe point.
  const paused = within(REDIS_MS_MAX, sessions.pause(true), undefined)
  const handles = [...running.values()]
  const exposed = handles.filter((handle) => handle.isExposed())
  for (const handle of handles) if (!exposed.includes(handle)) handle.handOver()
  const isSafe = hasOthers || (await flatten(exposed, wall, log))
  await paused
  for (const handle of exposed) handle.handOver()
  await Promise.race([Promise.allSettled(handles.map((handle) => handle.ended)), wall.sleep(HAND_OVER_MS_MAX)])
  return isSafe
}

async function flatten(exposed: readonly SessionHandle[], wall: WallClock, log: Logger): Promise<boolean> {
  if (exposed.length === 0) return true
  log.info({ sessions: exposed.length }, 'the last worker leaves: closing what is open')
  for (const handle of exposed) handle.flatten()
  let hasEnded = false
  void Promise.allSettled(exposed.map((handle) => handle.ended)).then(() => {
    hasEnded = true
  })
  let flat_ms = 0
  for (let waited_ms = 0; waited_ms < FLATTEN_MS_MAX && !hasEnded && flat_ms < SAVE_MS_MAX; waited_ms += LOOK_MS) {
    await wall.sleep(LOOK_MS)
    flat_ms = exposed.some((handle) => handle.isExposed()) ? 0 : flat_ms + LOOK_MS
  }
  if (hasEnded) return true
  if (!exposed.some((handle) => handle.isExposed())) {
    log.error('what was open is closed; Redis is away, so the last steps are not saved')
    return true
  }
  log.fatal('positions are still open; the worker has to leave')
  const message = `The last worker left after ${FLATTEN_MS_MAX / 1000} s with a position still open. Start a worker, or close it by hand.`
  for (const handle of exposed) handle.leaveOpen(message)
  return false
}
