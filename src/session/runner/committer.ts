/**
 * Commits a session's steps. While the store does not answer, steps that only close or cancel go on unsaved and are
 * caught up with when it returns (the exception of I2); a step that would open anything is not taken.
 */
import type { Logger } from 'pino'
import type { WallClock } from '../../config/clock.ts'
import { type CommitResult, type SessionStore, StoreUnreachable } from '../../store/port.ts'
import type { JournalEvent } from '../events.ts'
import type { SessionState } from '../state.ts'
import type { Step } from '../step.ts'

export type Committed = 'saved' | 'unsaved' | 'withheld' | 'lost' | 'already_opened'

export interface Committer {
  /** `lost`: another worker has the session now. `withheld`: not taken, nothing changed. */
  commit(step: Step, atMarket_ms: number): Promise<Committed>
  /** Tries to save what is unsaved. */
  catchUp(atMarket_ms: number): Promise<'saved' | 'unreachable' | 'lost'>
}

interface CommitterOptions {
  readonly store: SessionStore
  readonly wall: WallClock
  readonly epoch: number
  readonly seq: number
  readonly log: Logger
}

/** Events held back during an outage of the store, at most; the oldest marks go first. */
const BACKLOG_MAX = 10_000

export function createCommitter(options: CommitterOptions): Committer {
  const { store, wall, log } = options
  let seq = options.seq
  let backlog: JournalEvent[] = []
  let unsavedState: SessionState | null = null
  /** What the last unanswered commit would have stored: it may have arrived. */
  let attempted: { json: string; events: number } | null = null

  async function save(
    state: SessionState,
    events: readonly JournalEvent[],
    atMarket_ms: number,
  ): Promise<CommitResult> {
    attempted = { json: JSON.stringify(state), events: events.length }
    const result = await store.commit({
      accountId: state.accountId,
      profile: state.strategy.profile.name,
      source: state.source,
      date: state.session.date,
      atMarket_ms,
      atWall_ms: wall.now_ms(),
      events,
      epoch: options.epoch,
      session: { expectedSeq: seq, value: state },
      campaign: null,
      openGuard: firstOpening(events),
    })
    attempted = null
    if (result.ok) seq += 1
    return result
  }

  /** An unanswered commit that did arrive is not made again. */
  async function settleAttempt(state: SessionState): Promise<void> {
    if (attempted === null) return
    const stored = await store.session(state.accountId, state.session.date)
    if (stored.seq === seq + 1 && JSON.stringify(stored.value) === attempted.json) {
      seq += 1
      backlog = backlog.slice(attempted.events)
    }
    attempted = null
  }

  async function catchUp(atMarket_ms: number): Promise<'saved' | 'unreachable' | 'lost'> {
    if (unsavedState === null) return 'saved'
    try {
      await settleAttempt(unsavedState)
      const result = await save(unsavedState, backlog, atMarket_ms)
      if (!result.ok) return 'lost'
      log.info({ events: backlog.length }, 'the store answers again; caught up')
      backlog = []
      unsavedState = null
      return 'saved'
    } catch (error) {
      if (error instanceof StoreUnreachable) return 'unreachable'
      throw error
    }
  }

  return {
    catchUp,
    async commit(step, atMarket_ms) {
      const caughtUp = await catchUp(atMarket_ms)
      if (caughtUp === 'lost') return 'lost'
      if (caughtUp === 'unreachable') return holdBack(step)
      try {
        const result = await save(step.state, step.events, atMarket_ms)
        if (result.ok) return 'saved'
        return result.reason === 'already_opened' ? 'already_opened' : 'lost'
      } catch (error) {
        if (!(error instanceof StoreUnreachable)) throw error
        log.error({ err: error }, 'the store does not answer: opening nothing, closing goes on')
        return holdBack(step)
      }
    },
  }

  function holdBack(step: Step): Committed {
    if (opens(step)) {
      if (unsavedState === null) attempted = null
      return 'withheld'
    }
    unsavedState = step.state
    backlog = [...backlog, ...step.events].slice(-BACKLOG_MAX)
    return 'unsaved'
  }
}

function opens(step: Step): boolean {
  return step.events.some((event) => event.type === 'order_intent' && event.purpose === 'open')
}

/** Id of the day's first opening intent, if this commit makes it. */
function firstOpening(events: readonly JournalEvent[]): string | null {
  const opening = events.find(
    (event) => event.type === 'order_intent' && event.purpose === 'open' && event.attempt === 1,
  )
  return opening?.type === 'order_intent' ? opening.clientOrderId : null
}
