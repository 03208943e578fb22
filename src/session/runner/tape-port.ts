/**
 * Where a session's decisions are taped. The session goes on whatever becomes of the tape: nothing here throws or
 * waits.
 */
import type { SessionHours, StrategyConfig } from '../../strategy/types.ts'
import type { Seen } from '../step.ts'

export interface TapedSession {
  readonly accountId: string
  readonly session: SessionHours
  readonly strategy: StrategyConfig
  /** Of the session's lease: no two runs of a session share it. */
  readonly epoch: number
}

export interface DecisionTape {
  see(seen: Seen): void
  /** What follows is decided under this configuration. */
  configure(strategy: StrategyConfig): void
  /** What was seen is kept, or could not be. `isOver`: the session has ended, and no other run of it follows. */
  close(isOver: boolean): Promise<void>
}

export type OpenTape = (session: TapedSession) => DecisionTape
