/** A campaign: the run of trading days under one configuration, armed by `/start` and ended by `/stop`. */
import type { Source } from '../broker/port.ts'
import type { SessionHours, StrategyConfig } from '../strategy/types.ts'
import type { Actor, Plan } from './events.ts'
import type { SessionMode } from './mode.ts'
import type { EngineLimits, StopRequest } from './state.ts'

/**
 * The account's switch, set by the team or by the desk itself. It outlives sessions and campaigns: what halted stays so
 * until somebody resumes.
 */
export interface Control {
  /** Rises with every change, so that a session applies each once. */
  readonly seq: number
  readonly mode: SessionMode
  readonly actor: Actor
  readonly reason: string
}

export const CONTROL_ACTIVE: Control = {
  seq: 0,
  mode: 'ACTIVE',
  actor: { id: 'desk', name: 'the desk', via: 'system' },
  reason: 'never set',
}

export interface Campaign {
  readonly campaignId: string
  readonly accountId: string
  readonly source: Source
  readonly strategy: StrategyConfig
  readonly engine: EngineLimits
  readonly plan: Plan
  readonly armedBy: Actor
  readonly armedAt_ms: number
  /** The session that runs or runs next. */
  readonly session: SessionHours
  readonly next: SessionHours | null
  /** Set by `/stop`: the running session goes flat and no other follows. */
  readonly stop: StopRequest | null
  readonly control: Control
  /** False once stopped and flat, or never to run again. */
  readonly active: boolean
}
