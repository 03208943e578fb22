/**
 * How a run leaves its session: handed over in order (`leaveInOrder`), or with the day's end (`saveLast`).
 *
 * 1. Answers of orders on their way are applied first, and whoever continues learns that it was handed over.
 * 2. What is unsaved is saved before: a store that is away is waited for, and the position watched meanwhile. A store
 *    that does not return in time makes the session a lost one: nothing says that it was handed over.
 */
import type { Logger } from 'pino'
import type { WallClock } from '../../config/clock.ts'

/** Orders on their way are waited for this long before the session is left. */
export const SETTLE_MS_MAX = 3000
/** All of the leaving, as long as the worker waits for it at most. */
const LEAVE_MS_MAX = 4500
const SAVE_RETRY_MS = 250

export interface Leaving {
  readonly wall: WallClock
  readonly log: Logger
  /** Resolves when no order is on its way, at the latest after `wait_ms`. */
  settle(wait_ms: number): Promise<void>
  /** Runs the state machine on what waits; on ticks too, where the position is still to be watched. */
  processWaiting(withTicks: boolean): Promise<void>
  /** Saves the state as handed over. False: the store is away, and there are steps it does not have. */
  save(): Promise<boolean>
  /** Another worker has the session. */
  isLost(): boolean
}

export async function leaveInOrder(leaving: Leaving): Promise<'handed_over' | 'lost'> {
  const { wall, log, settle, processWaiting, save, isLost } = leaving
  const until_ms = wall.monotonic_ms() + LEAVE_MS_MAX
  await settle(SETTLE_MS_MAX)
  await processWaiting(false)
  while (!isLost()) {
    if (await save()) return 'handed_over'
    if (wall.monotonic_ms() + SAVE_RETRY_MS >= until_ms) {
      log.error('the store is away: the session is left without its last steps; whoever continues asks the broker')
      return 'lost'
    }
    await wall.sleep(SAVE_RETRY_MS)
    await processWaiting(true)
  }
  return 'lost'
}

/** A store that is away when the day ends is waited for; after that the job is tried again. */
const SAVE_LAST_TRIES_MAX = 600
const SAVE_LAST_RETRY_MS = 1000

/** The day's last step is saved before the session is left: its report and the next day are made of it. */
export async function saveLast(
  wall: WallClock,
  catchUp: () => Promise<'saved' | 'unreachable' | 'lost'>,
  isLeaving: () => boolean,
): Promise<'ended' | 'lost'> {
  for (let attempt = 0; attempt < SAVE_LAST_TRIES_MAX && !isLeaving(); attempt += 1) {
    const saved = await catchUp()
    if (saved !== 'unreachable') return saved === 'saved' ? 'ended' : 'lost'
    await wall.sleep(SAVE_LAST_RETRY_MS)
  }
  return 'lost'
}
