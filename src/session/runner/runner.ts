/**
 * Feeds one session: merges streams, timers and the team's commands into inputs, and runs the state machine on them one
 * at a time. Entry point: `runSession`.
 *
 * 1. Nothing is decided before the broker's side was read: start-up is recovery (I5).
 * 2. A step is committed before its effects run (I2); a stale epoch ends the runner (I11).
 * 3. Quotes are coalesced: what arrives while a step is being committed is seen by the next one, newest values only.
 */
import type { Broker } from '../../broker/port.ts'
import type { MarketClock, WallClock } from '../../config/clock.ts'
import type { LeaseHold, SessionStore } from '../../store/port.ts'
import type { Campaign } from '../campaign.ts'
import type { EventOf } from '../events.ts'
import type { SessionHealth } from '../health.ts'
import type { SessionState } from '../state.ts'
import type { FeedFloorDeps } from './feed-floor.ts'
import type { SessionPace } from './pace.ts'
import { SessionRunner } from './session-runner.ts'
import type { OpenTape } from './tape-port.ts'

export interface SessionDeps extends FeedFloorDeps {
  readonly broker: Broker
  readonly store: SessionStore
  readonly clock: MarketClock
  readonly wall: WallClock
  readonly worker: string
  readonly pace?: SessionPace
  /** Absent: decisions are not taped. */
  readonly openTape?: OpenTape
}

export interface SessionStart {
  readonly state: SessionState
  readonly campaign: Campaign
  readonly seq: number
  readonly epoch: number
  /** Of the lease with this epoch. */
  readonly hold: LeaseHold
  /** The session was begun before: by another worker, or by this one before a crash. */
  readonly resumed: boolean
  /** Its runs failed so often that it may only close: a bug must not keep a position unwatched. */
  readonly failures: number
  /** Said as the run begins. */
  readonly alert?: EventOf<'engine_alert'> | null
}

/** How the worker asks a running session for something. */
export interface SessionHandle {
  /** Ends at the next safe point, position and all, for another worker to go on. */
  handOver(): void
  /** A newer holder of the lease exists: stop at once, write nothing. */
  lose(): void
  /** Closes what is open and ends the day's session; there is no one to go on. */
  flatten(): void
  /** The last worker leaves before the session is flat: the team is told. */
  leaveOpen(message: string): void
  /** Something is held, or being opened or closed. */
  isExposed(): boolean
  /** The campaign changed: look now rather than at the next poll. */
  campaignChanged(): void
  /** What the worker says of it over HTTP. */
  health(): SessionHealth
  readonly ended: Promise<SessionOutcome>
}

export type SessionOutcome = 'ended' | 'handed_over' | 'lost'

export function runSession(deps: SessionDeps, start: SessionStart): SessionHandle {
  const runner = new SessionRunner(deps, start)
  return {
    handOver: () => runner.handOver(),
    lose: () => runner.finish('lost'),
    flatten: () => runner.flatten(),
    leaveOpen: (message) => runner.leaveOpen(message),
    isExposed: () => runner.isExposed(),
    campaignChanged: () => void runner.checkCampaign(),
    health: () => runner.health(),
    ended: runner.run(),
  }
}
