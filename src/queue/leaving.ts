/**
 * How a worker leaves: its sessions go to another living worker; the last one closes what is open first.
 *
 * 1. What is open comes first: nothing that could wait for Redis stands before the closing of a position.
 * 2. A session that has nothing open is never ended by a restart: it is left on the queue, and before anything else, so
 *    that it opens nothing that nobody would be left to close.
 * 3. What was handed over with something open is looked after until another worker has it. Where that one is leaving as
 *    well, this one takes it back and closes it; so it does where the run of a session failed while it was closing.
 * 4. Every wait is bounded; what could not be closed in time is told to the team.
 */
import type { Worker } from 'bullmq'
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import type { SessionHandle } from '../session/runner/runner.ts'
import type { SessionJob } from './jobs.ts'

/** How long the last worker closes positions before it leaves; below what whoever stops it allows. */
const FLATTEN_MS_MAX = 20_000
/** A session that is flat saves its last step before it ends; while Redis is away it cannot. */
const SAVE_MS_MAX = 3000
const LOOK_MS = 50
/** For each thing that only Redis can answer. */
const REDIS_MS_MAX = 2000
const HAND_OVER_MS_MAX = 5000
/** A living worker takes what is handed over in under a second; one that leaves, too, never does. */
const TAKEN_MS_MAX = 5000

export interface Leaving {
  readonly sessions: Pick<Worker, 'pause'>
  readonly running: ReadonlyMap<string, SessionHandle>
  /** Whether another worker can take over; this one is not counted on any more from then on. */
  readonly leave: () => Promise<boolean>
  /** Whether another worker has the session of the account. Throws when the store does not answer. */
  readonly isTaken: (accountId: string) => Promise<boolean>
  /** Runs a session that was handed over once more; until `signal` it stands by for it. */
  readonly takeBack: (session: SessionJob, signal: AbortSignal) => Promise<unknown>
  readonly wall: WallClock
  readonly log: Logger
}

/** Resolves to whether everything this worker was answerable for is closed or in other hands. */
export async function leaveSessions(leaving: Leaving): Promise<boolean> {
  const { sessions, running, leave, wall, log } = leaving
  const within = <T>(wait_ms: number, work: Promise<T>, otherwise: T): Promise<T> =>
    Promise.race([work.catch(() => otherwise), wall.sleep(wait_ms).then(() => otherwise)])
  const hasOthers = () => within(REDIS_MS_MAX, leave(), false)
  const isLast = !(await hasOthers())
  // Takes no new job, but lets the running ones be: each is left at its own next safe point.
  const paused = within(REDIS_MS_MAX, sessions.pause(true), undefined)
  const handles = [...running.values()]
  const exposed = handles.filter((handle) => handle.isExposed())
  for (const handle of handles) if (!exposed.includes(handle)) handle.handOver()
  const isSafe = isLast ? await flatten(exposed, wall, log) : true
  await paused
  for (const handle of exposed) handle.handOver()
  await Promise.race([Promise.allSettled(handles.map((handle) => handle.ended)), wall.sleep(HAND_OVER_MS_MAX)])
  if (isLast && (!isSafe || !hasOpen(exposed))) return isSafe
  const untaken = await notTaken(exposed, { ...leaving, hasOthers })
  return untaken.length === 0 || (await closeUntaken(untaken, leaving))
}

interface Watching extends Pick<Leaving, 'isTaken' | 'wall'> {
  readonly hasOthers: () => Promise<boolean>
}

/** Those of them that were handed over with something open, and that nobody has. */
async function notTaken(
  exposed: readonly SessionHandle[],
  { isTaken, hasOthers, wall }: Watching,
): Promise<readonly SessionHandle[]> {
  const outcomes = await Promise.all(
    exposed.map(({ ended }) => Promise.race([ended.catch(() => 'failed'), wall.sleep(0)])),
  )
  let left = exposed.filter((handle, at) => outcomes[at] !== 'ended' && handle.isExposed())
  for (let waited_ms = 0; left.length > 0; waited_ms += LOOK_MS) {
    const taken = await Promise.all(left.map((handle) => isTaken(handle.health().accountId).catch(() => false)))
    left = left.filter((_, at) => !taken[at])
    if (left.length === 0 || waited_ms >= TAKEN_MS_MAX || !(await hasOthers())) return left
    await wall.sleep(LOOK_MS)
  }
  return left
}

/** Takes them back, unless somebody takes them at the last, and closes what is open. */
async function closeUntaken(untaken: readonly SessionHandle[], leaving: Leaving): Promise<boolean> {
  const { running, isTaken, takeBack, wall, log } = leaving
  log.warn({ sessions: untaken.length }, 'nobody took what was handed over: taking it back')
  const over = new AbortController()
  const accounts = new Set<string>()
  for (const handle of untaken) {
    const { accountId, date } = handle.health()
    accounts.add(accountId)
    void takeBack({ accountId, date }, over.signal).catch((error: unknown) =>
      log.error({ err: error, accountId }, 'a session could not be taken back'),
    )
  }
  const back: SessionHandle[] = []
  for (let waited_ms = 0; waited_ms < TAKEN_MS_MAX && accounts.size > 0; waited_ms += LOOK_MS) {
    for (const accountId of accounts) {
      const handle = running.get(accountId)
      if (handle !== undefined && !untaken.includes(handle)) back.push(handle)
      else if (!(await isTaken(accountId).catch(() => false))) continue
      accounts.delete(accountId)
    }
    await wall.sleep(LOOK_MS)
  }
  over.abort()
  if (accounts.size > 0) log.fatal({ accounts: [...accounts] }, 'sessions were handed over and nobody has them')
  return (await flatten(back, wall, log)) && !hasOpen(back) && accounts.size === 0
}

const hasOpen = (handles: readonly SessionHandle[]): boolean => handles.some((handle) => handle.isExposed())

/** Resolves to whether nothing is open or the runs have ended, be it by a failure; false: there was no time left. */
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
    flat_ms = hasOpen(exposed) ? 0 : flat_ms + LOOK_MS
  }
  if (hasEnded) return true
  if (!hasOpen(exposed)) {
    log.error('what was open is closed; Redis is away, so the last steps are not saved')
    return true
  }
  log.fatal('positions are still open; the worker has to leave')
  const message = `The last worker left after ${FLATTEN_MS_MAX / 1000} s with a position still open. Start a worker, or close it by hand.`
  for (const handle of exposed) handle.leaveOpen(message)
  return false
}
