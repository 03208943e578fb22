/** A campaign: the run of trading days under one configuration, armed by `/start` and ended by `/stop`. */
import type { Source } from '../broker/port.ts'
import type { SessionHours, StrategyConfig } from '../strategy/types.ts'
import { HOUR_MS } from '../time/units.ts'
import type { DayLimitValues } from './day-limits.ts'
import type { EngineLimits } from './engine-limits.ts'
import type { Actor, Plan } from './events.ts'
import type { SessionMode } from './mode.ts'
import type { Registered } from './registration.ts'
import type { StopRequest } from './state.ts'

/** Why resuming an account needs a second person; the rule is in `approval/guard.ts`. */
export interface ResumeGuard {
  /** `desk`: the desk itself held the account back, for what it could not make sense of. */
  readonly cause: 'breach' | 'halt' | 'desk'
  readonly why: string
}

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
  /** Why resuming needs two persons; absent: it needs one, unless the session says otherwise. */
  readonly guard?: ResumeGuard
  /**
   * Of a switch that is on: what the session held itself back for when it was set, and no longer does. Absent: nothing.
   */
  readonly lifts?: readonly string[]
  /** Set for a drill, and this is how it was before. */
  readonly drill?: { readonly id: string; readonly before: Control }
}

/** Limits in force on one trading day instead of the campaign's own. */
export interface DayLimitsSet {
  /** Rises with every change, so that a session applies each once. */
  readonly seq: number
  readonly date: string
  readonly values: DayLimitValues
}

export const CONTROL_ACTIVE: Control = {
  seq: 0,
  mode: 'ACTIVE',
  actor: { id: 'desk', name: 'the desk', via: 'system' },
  reason: 'never set',
}

/**
 * A session that starts within this time says the plan itself; for a later one the plan is said at the arming, where
 * whoever armed it still sees it.
 */
const SESSION_SOON_MS = HOUR_MS

/** Whether the plan of a campaign's first session is said when it is armed. */
export function isPlanTold(first: Pick<SessionHours, 'open_ms'>, armed_ms: number): boolean {
  return first.open_ms - armed_ms > SESSION_SOON_MS
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
  /** Market time of the arming: what a day had before it was nobody's to decide. Absent: not known. */
  readonly armedAtMarket_ms?: number
  /** The session that runs or runs next. */
  readonly session: SessionHours
  readonly next: SessionHours | null
  /** Set by `/stop`: the running session goes flat, at once or by its own exits, and no other follows. */
  readonly stop: StopRequest | null
  readonly control: Control
  /** What the verdict on its days rests on, as it stands in the journal; absent: nothing was registered. */
  readonly registered?: Registered
  /** Absent: none was ever set. */
  readonly dayLimits?: DayLimitsSet
  /** Date of the session whose plan was said at the arming; absent: its session says it. */
  readonly planToldFor?: string
  /** False once stopped and flat, or never to run again. */
  readonly active: boolean
}
