/**
 * The store loses all its data in the middle of a day, as a Redis that comes back empty. Entry point: `StoreLoss`.
 *
 * 1. It happens when whoever holds the session knows every feed number given, which a live session learns twice a
 *    second: then the right number after the loss is one number, the next.
 * 2. The journal files keep what the store had; they are asked for that one number where no worker knew the account.
 */
import type { SessionStore } from '../../store/port.ts'
import type { SimProcess } from '../time/sim-process.ts'
import type { World } from './world.ts'

const LOOK_AGAIN_MS = 1000
/** It comes when it is looked for so long, or not at all. */
const LOOKS_MAX = 1800

export class StoreLoss {
  /** Feed numbers that processes were told of. */
  readonly #known = new WeakMap<SimProcess, number>()
  /** The highest feed number given before the loss; null: nothing was lost. */
  lastFeedNo: number | null = null

  note(process: SimProcess, feedNo: number): void {
    if (feedNo > (this.#known.get(process) ?? 0)) this.#known.set(process, feedNo)
  }

  /** `sessions`, and what its process learns of feed numbers. */
  listen(process: SimProcess, sessions: SessionStore): SessionStore {
    return {
      ...sessions,
      commit: async (commit) => {
        const result = await sessions.commit(commit)
        if (result.ok && commit.epoch !== null) this.note(process, result.lastFeedNo)
        return result
      },
      saveLive: async (live) => {
        const feedNo = await sessions.saveLive(live)
        this.note(process, feedNo)
        return feedNo
      },
    }
  }

  /** `holders`: processes that run the session now. */
  happen(world: World, holders: () => readonly SimProcess[], looks = 0): void {
    const { store, time, queue, checks, accountId, trace } = world
    const lastFeedNo = store.sessions.feedLength(accountId)
    const isKnown = holders().every((process) => (this.#known.get(process) ?? 0) >= lastFeedNo)
    if (!isKnown) {
      if (looks < LOOKS_MAX) time.after(LOOK_AGAIN_MS, () => this.happen(world, holders, looks + 1))
      return
    }
    trace?.(`the store loses all its data, after feed number ${lastFeedNo}`)
    this.lastFeedNo = lastFeedNo
    checks.befell.add('storeLost')
    checks.storeLost(lastFeedNo)
    store.clear()
    queue.clear()
  }
}
