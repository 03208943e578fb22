/**
 * Commits a session's steps. While the store does not answer, steps that only close or cancel go on unsaved and are
 * caught up with when it returns (the exception of I2); a step that would open anything is not taken. A store that
 * comes back knowing less than it had confirmed is set up again from here: the holder of the lease knows the session
 * best.
 */
import type { Logger } from 'pino'
import type { WallClock } from '../../config/clock.ts'
import { type CommitResult, type SessionStore, StoreUnreachable } from '../../store/port.ts'
import type { Campaign } from '../campaign.ts'
import type { JournalEvent } from '../events.ts'
import { clientOrderId } from '../intents.ts'
import type { SessionState } from '../state.ts'
import type { Step } from '../step.ts'

export type Committed = 'saved' | 'unsaved' | 'withheld' | 'lost' | 'already_opened'

interface CommitterOptions {
  readonly store: SessionStore
  readonly wall: WallClock
  readonly epoch: number
  readonly seq: number
  readonly log: Logger
  /** The session's campaign as last read, to be stored again where the store lost it. */
  readonly campaign: () => Campaign
  /** The highest feed number that is known beside the store. Never rejects. */
  readonly feedFloor: () => Promise<number>
  /** The store has lost the session, or a part of it; the next commit stores it again. */
  readonly onStoreLost: () => void
}

/** Events held back during an outage of the store, at most; the oldest go first. */
const BACKLOG_MAX = 10_000

/** No request waits this long for the store: the process itself stood still, for as long as its lease lasts. */
const STOPPED_MS = 3000

/** Pause between two attempts at saving what nothing new asks to be saved. */
const TRY_AGAIN_MS = 1000

const NOTHING_LOST = { campaign: false, guard: false }

export class Committer {
  readonly #options: CommitterOptions
  #seq: number
  #lost = NOTHING_LOST
  /** The account's highest feed number known to have been given, to this worker or to anybody. */
  #feedNo = 0
  /** The store has lost data since: whoever has just taken the session over knows no feed number. */
  #isFloorDue = false
  #backlog: readonly JournalEvent[] = []
  #unsaved: SessionState | null = null
  #tried_ms = 0
  /** How many events the last unanswered commit would have stored: it may have arrived. */
  #unanswered: number | null = null

  constructor(options: CommitterOptions) {
    this.#options = options
    this.#seq = options.seq
  }

  /** Feed numbers up to this one were given: a store that lost its data does not give them again. */
  noteFeedNo(feedNo: number): void {
    this.#feedNo = Math.max(this.#feedNo, feedNo)
  }

  /** The store has no campaign any more: the next commit stores it again, also where it had no session to lose yet. */
  campaignGone(): void {
    this.#lost = { ...this.#lost, campaign: true }
    this.#isFloorDue = true
  }

  /** Something is unsaved. */
  get isBehind(): boolean {
    return this.#unsaved !== null
  }

  /** Something is unsaved, and has not been tried for a while: also without news it is to be committed. */
  get isDue(): boolean {
    return this.#unsaved !== null && this.#options.wall.monotonic_ms() - this.#tried_ms >= TRY_AGAIN_MS
  }

  /** `lost`: another worker has the session now. `withheld`: not taken, nothing changed. */
  async commit(step: Step, atMarket_ms: number): Promise<Committed> {
    const caughtUp = await this.catchUp(atMarket_ms)
    if (caughtUp === 'lost') return 'lost'
    if (caughtUp === 'unreachable') return this.#holdBack(step)
    try {
      const result = await this.#save(step.state, step.events, atMarket_ms)
      if (result.ok) return 'saved'
      if (await this.#hasStoreLost(step.state, result.reason)) return this.#holdBack(step)
      return result.reason === 'already_opened' ? 'already_opened' : 'lost'
    } catch (error) {
      if (!(error instanceof StoreUnreachable)) throw error
      this.#options.log.error({ err: error }, 'the store does not answer: opening nothing, closing goes on')
      return this.#holdBack(step)
    }
  }

  /** Saves what is unsaved. `lost`: another worker has the session now. */
  async catchUp(atMarket_ms: number): Promise<'saved' | 'unreachable' | 'lost'> {
    const state = this.#unsaved
    if (state === null) return 'saved'
    this.#tried_ms = this.#options.wall.monotonic_ms()
    try {
      await this.#settleUnanswered(state)
      const result = await this.#save(state, this.#backlog, atMarket_ms)
      if (!result.ok) return (await this.#hasStoreLost(state, result.reason)) ? 'unreachable' : 'lost'
      this.#options.log.info({ events: this.#backlog.length }, 'the store answers again; caught up')
      this.#backlog = []
      this.#unsaved = null
      return 'saved'
    } catch (error) {
      if (error instanceof StoreUnreachable) return 'unreachable'
      throw error
    }
  }

  /**
   * Whether a refusal comes of lost data. The step is held back then, and the next commit builds on what is left: with
   * the campaign and the day's open guard, where they are gone too.
   */
  async #hasStoreLost(state: SessionState, reason: string): Promise<boolean> {
    // The lease is renewed within a second, and its epoch with it.
    if (reason === 'store_lost') this.#isFloorDue = true
    if (reason === 'store_lost') return true
    if (reason !== 'conflict') return false
    const { store, log, onStoreLost } = this.#options
    const stored = await store.session(state.accountId, state.session.date)
    if (stored.seq >= this.#seq) return false
    const { seq: campaignSeq } = await store.campaign(state.accountId)
    log.error({ stored: stored.seq, known: this.#seq }, 'the store lost data; it is set up again from memory')
    this.#seq = stored.seq
    this.#isFloorDue = true
    this.#lost = { campaign: campaignSeq === 0, guard: stored.seq === 0 && state.openAttempts > 0 }
    onStoreLost()
    return true
  }

  /**
   * A process that was stopped finds its request timed out when it wakes, whatever the store answered, and somebody
   * else may have the session by now: it asks again before it goes on unsaved.
   */
  async #save(state: SessionState, events: readonly JournalEvent[], atMarket_ms: number): Promise<CommitResult> {
    const { wall } = this.#options
    const began_ms = wall.monotonic_ms()
    try {
      return await this.#saveOnce(state, events, atMarket_ms)
    } catch (error) {
      if (!(error instanceof StoreUnreachable) || wall.monotonic_ms() - began_ms < STOPPED_MS) throw error
      const again = await this.#saveOnce(state, events, atMarket_ms)
      // The epoch is looked at before the number: where only the number has moved on, it was by the first attempt.
      if (again.ok || again.reason !== 'conflict' || !(await this.#hasArrived(state))) return again
      return { ok: true, feedNos: [], lastFeedNo: this.#feedNo }
    }
  }

  async #saveOnce(state: SessionState, events: readonly JournalEvent[], atMarket_ms: number): Promise<CommitResult> {
    const { store, wall, epoch, campaign } = this.#options
    const lost = this.#lost
    if (this.#isFloorDue) this.noteFeedNo(await this.#options.feedFloor())
    this.#isFloorDue = false
    this.#unanswered = events.length
    const result = await store.commit({
      accountId: state.accountId,
      profile: state.strategy.profile.name,
      source: state.source,
      date: state.session.date,
      atMarket_ms,
      atWall_ms: wall.now_ms(),
      events,
      epoch,
      session: { expectedSeq: this.#seq, value: state },
      campaign: lost.campaign ? { expectedSeq: 0, value: campaign() } : null,
      openGuard: lost.guard ? clientOrderId(state, 'open', 1) : firstOpening(events),
      feedFloor: this.#feedNo,
    })
    this.#unanswered = null
    if (!result.ok) return result
    this.#seq += 1
    this.#lost = NOTHING_LOST
    this.noteFeedNo(result.lastFeedNo)
    return result
  }

  /**
   * An unanswered commit that did arrive is not made again. The document's number tells: only this epoch's holder
   * writes it, and a later epoch refuses what comes next.
   */
  async #settleUnanswered(state: SessionState): Promise<void> {
    if (this.#unanswered === null) return
    if (await this.#hasArrived(state)) this.#backlog = this.#backlog.slice(this.#unanswered)
    this.#unanswered = null
  }

  /** Any other number than the next one is no sign of it: a store that lost its last second is behind. */
  async #hasArrived(state: SessionState): Promise<boolean> {
    const { seq } = await this.#options.store.session(state.accountId, state.session.date)
    if (seq !== this.#seq + 1) return false
    this.#seq = seq
    this.#lost = NOTHING_LOST
    return true
  }

  #holdBack(step: Step): Committed {
    if (opens(step)) {
      if (this.#unsaved === null) this.#unanswered = null
      return 'withheld'
    }
    this.#unsaved = step.state
    this.#backlog = [...this.#backlog, ...step.events].slice(-BACKLOG_MAX)
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
