/**
 * When each engine last showed life, by the clock of whoever looks: what an engine says of itself carries the time of
 * another machine, which may be wrong. Entry point: `LifeSigns`.
 *
 * 1. A sign of life is a change of what stands in the store; its time is when it was seen first here.
 * 2. What was found at the first look may be of any age: only a change after it proves an engine that lives now.
 */
import type { EngineRecord } from '../store/engine-records.ts'

export interface LifeSign {
  /** The same as long as the engine shows no other sign of life. */
  readonly sign: string
  /** Seen first then, monotonic milliseconds. */
  readonly since_ms: number
  /** Whether it changed while somebody looked. */
  readonly isMoving: boolean
}

export class LifeSigns {
  #seen: ReadonlyMap<string, LifeSign> = new Map()

  /** All engines as they were read just now. */
  look(engines: readonly EngineRecord[], now_ms: number): void {
    this.#seen = new Map(engines.map((engine) => [engine.campaign.accountId, this.#next(engine, now_ms)]))
  }

  /** Null: the account was not among those looked at last. */
  of(accountId: string): LifeSign | null {
    return this.#seen.get(accountId) ?? null
  }

  #next({ campaign, live }: EngineRecord, now_ms: number): LifeSign {
    // An account that was just armed has shown all the life there was to show.
    const sign = [campaign.armedAt_ms, live?.worker, live?.atWall_ms, live?.now_ms].join(' ')
    const before = this.#seen.get(campaign.accountId)
    if (before?.sign === sign) return before
    return { sign, since_ms: now_ms, isMoving: before !== undefined }
  }
}
