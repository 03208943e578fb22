/**
 * The loop of one session: takes inputs one at a time, runs the state machine, commits, and runs the effects.
 * Entry point: `SessionRunner`; see `runner.ts` for what it promises.
 */
import type { LeaseHold } from '../../store/port.ts'
import { isDurableChange } from '../durable.ts'
import type { JournalEvent } from '../events.ts'
import type { SessionHealth } from '../health.ts'
import type { SessionInput } from '../input.ts'
import type { MarketView, SessionState } from '../state.ts'
import { type Step, step } from '../step.ts'
import { transition } from '../transition.ts'
import { nextWake } from '../wake.ts'
import { beginRun } from './begin-run.ts'
import { type BrokerReach, createBrokerReach } from './broker-reach.ts'
import { type BrokerSide, createBrokerSide } from './broker-side.ts'
import { type CampaignWatch, createCampaignWatch } from './campaign-watch.ts'
import { Committer } from './committer.ts'
import { createEarly } from './early.ts'
import { createEffectRunner, type EffectRunner } from './effects.ts'
import { feedFloorOf } from './feed-floor.ts'
import { createInbox } from './inbox.ts'
import { leaveInOrder, SETTLE_MS_MAX, saveLast } from './leave.ts'
import { saveLiveRecord, sessionHealth } from './live.ts'
import { MarketMemory } from './market-memory.ts'
import { DEFAULT_PACE, type SessionPace } from './pace.ts'
import { createReachWatch, type ReachWatch } from './reach-watch.ts'
import type { SessionDeps, SessionOutcome, SessionStart } from './runner.ts'
import { createTimers, type Timers } from './timers.ts'

export class SessionRunner {
  readonly #deps: SessionDeps
  readonly #pace: SessionPace
  readonly #memory: MarketMemory
  readonly #committer: Committer
  readonly #effects: EffectRunner
  readonly #campaign: CampaignWatch
  readonly #reach: BrokerReach
  readonly #reachWatch: ReachWatch
  readonly #side: BrokerSide
  readonly #timers: Timers
  readonly #tape: ReturnType<NonNullable<SessionDeps['openTape']>> | null
  readonly #inbox = createInbox()
  #state: SessionState
  #outcome: SessionOutcome | null = null
  /** When the broker's side was last compared, wall milliseconds; null: not yet, and nothing is decided before. */
  #reconciled_ms: number | null = null
  #toldStoreLost = false
  #processed_ms: number | null = null
  #saved_ms: number | null = null
  #startEvents: readonly JournalEvent[]
  readonly #early = createEarly()

  constructor(deps: SessionDeps, start: SessionStart) {
    const { store, wall, clock, log, worker } = deps
    const { state, campaign, epoch, seq, hold } = start
    this.#deps = deps
    this.#pace = deps.pace ?? DEFAULT_PACE
    const began = beginRun(start, worker)
    this.#state = began.state
    this.#startEvents = began.events
    this.#memory = new MarketMemory(clock, wall, state.session)
    this.#campaign = createCampaignWatch(store, log, campaign)
    this.#committer = new Committer({
      ...{ store, wall, log, epoch, seq },
      campaign: () => this.#campaign.last(),
      feedFloor: () => feedFloorOf(state.accountId, deps),
      onStoreLost: () => this.#tellStoreLost(),
    })
    this.#reach = createBrokerReach(deps.broker, wall)
    this.#reachWatch = createReachWatch(this.#reach, (input) => this.#inbox.push(input))
    this.#timers = createTimers({
      clock,
      wall,
      ring: () => this.#inbox.push({ kind: 'tick' }),
      onFailure: (error) => this.#onTimerFailure(error),
    })
    this.#tape = deps.openTape?.({ ...state, epoch }) ?? null
    this.#side = this.#createSide()
    this.#side.streams.watchOptions(state.trade?.symbols ?? [])
    this.#effects = this.#createEffects(hold)
  }

  #createSide(): BrokerSide {
    return createBrokerSide({
      broker: this.#reach.broker,
      clock: this.#deps.clock,
      memory: this.#memory,
      log: this.#deps.log,
      heard: () => this.#reach.heard(),
      push: (input) => this.#inbox.push(input),
      state: () => this.#state,
      isReconciled: () => this.#reconciled_ms !== null,
    })
  }

  #createEffects(hold: LeaseHold): EffectRunner {
    const { clock, wall, log } = this.#deps
    return createEffectRunner({
      broker: this.#reach.broker,
      streams: this.#side.streams,
      memory: this.#memory,
      ...{ clock, wall, log, hold },
      push: (input) => this.#inbox.push(input),
      current: () => ({ state: this.#state, view: this.#view() }),
      readControl: () => this.#campaign.controlMode(this.#state),
      reconcile: () => this.#side.read(),
    })
  }

  async run(): Promise<SessionOutcome> {
    this.#startTimers()
    try {
      for (let outcome = this.#outcome; ; outcome = this.#outcome) {
        const input = this.#inbox.take()
        // What is left to do is done before leaving, unless the session is somebody else's by now.
        if (outcome !== null && (outcome === 'lost' || input === undefined || input.kind === 'tick')) break
        // Waited for only where there is something to wait for: most inputs are done with at once.
        const busy = input === undefined ? this.#inbox.news() : this.#process(input)
        if (busy !== undefined) await busy
      }
      if (this.#outcome === 'handed_over') this.#outcome = await this.#handOver()
    } finally {
      this.#effects.stop()
      this.#timers.stop()
      const closed = Promise.allSettled([this.#side.streams.close(), this.#tape?.close(this.#outcome === 'ended')])
      await Promise.race([closed, this.#deps.wall.sleep(SETTLE_MS_MAX)])
    }
    return this.#outcome ?? 'lost'
  }

  async #handOver(): Promise<SessionOutcome> {
    const { wall, log } = this.#deps
    const isLost = () => this.#outcome === 'lost'
    const settle = (wait_ms: number) => this.#effects.settle(wait_ms)
    const processWaiting = async (withTicks: boolean) => {
      for (let input = this.#inbox.take(); input !== undefined && !isLost(); input = this.#inbox.take()) {
        if (withTicks || input.kind !== 'tick') await this.#process(input)
      }
    }
    const save = async () => {
      const view = this.#view()
      if (view === null || this.#reconciled_ms === null) return true
      const isSaved = await this.#commit(step({ ...this.#state, handedOver: true }, []), view)
      return isSaved && !this.#committer.isBehind
    }
    return leaveInOrder({ wall, log, settle, processWaiting, save, isLost })
  }

  finish(outcome: SessionOutcome): void {
    // A session that turns out to be somebody else's while it is handed over is lost.
    this.#outcome = outcome === 'lost' && this.#outcome === 'handed_over' ? 'lost' : (this.#outcome ?? outcome)
    if (this.#outcome === 'lost') this.#effects.stop()
    this.#inbox.wake()
  }

  handOver(): void {
    this.#effects.openNothing()
    this.finish('handed_over')
  }

  flatten(): void {
    const actor = { id: this.#deps.worker, name: 'shutdown of the desk', via: 'system' } as const
    this.#inbox.push({ kind: 'stop', request: { actor, kind: 'shutdown' } })
  }

  leaveOpen(message: string): void {
    this.#inbox.push({ kind: 'left_open', message })
  }

  isExposed(): boolean {
    return this.#state.trade !== null
  }

  async checkCampaign(): Promise<void> {
    const news = await this.#campaign.news(this.#state)
    if (news === 'gone') {
      if (!this.#toldStoreLost) this.#committer.campaignGone()
      return this.#tellStoreLost()
    }
    this.#toldStoreLost = false
    if (news === 'other') return this.finish('lost')
    for (const input of news) this.#inbox.push(input)
  }

  /** Told once for each time: its commit is also what sets the store up again. */
  #tellStoreLost(): void {
    if (this.#toldStoreLost) return
    this.#toldStoreLost = true
    this.#inbox.push({ kind: 'store_lost' })
  }

  #view(): MarketView | null {
    return this.#memory.view(this.#state.trade?.symbols ?? [])
  }

  health(): SessionHealth {
    return sessionHealth(this.#state, this.#memory, this.#deps, {
      processed: this.#processed_ms,
      saved: this.#saved_ms,
    })
  }

  /** A promise where something is to be saved first: most inputs change nothing, and are done with at once. */
  #process(input: SessionInput): Promise<void> | undefined {
    const view = this.#view()
    if (input.kind === 'reconcile') {
      // Without a market time it says nothing: the next one does.
      if (this.#side.isOutdated(input) || view === null) return
      this.#comeAlive()
    }
    if (view === null || this.#reconciled_ms === null) return this.#early.keep(input)
    this.#processed_ms = this.#deps.wall.monotonic_ms()
    const before = this.#state
    const result = transition(before, input, view)
    const isNews = this.#startEvents.length > 0 || result.events.length > 0 || isDurableChange(before, result.state)
    if (isNews || this.#committer.isDue) return this.#saveAndGoOn(input, result, view)
    this.#state = result.state
    this.#goOn(input, result, view, result.state === before)
  }

  async #saveAndGoOn(input: SessionInput, result: Step, view: MarketView): Promise<void> {
    const taken = await this.#commit({ ...result, events: [...this.#startEvents, ...result.events] }, view)
    if (!taken) return this.#timers.alarm(nextWake(this.#state, view))
    this.#startEvents = []
    this.#goOn(input, result, view, false)
    if (this.#state.phase === 'ended') {
      const catchUp = () => this.#committer.catchUp(view.now.market_ms)
      this.finish(await saveLast(this.#deps.wall, catchUp, () => this.#outcome !== null))
    }
  }

  #goOn(input: SessionInput, { seen, effects }: Step, view: MarketView, isSame: boolean): void {
    for (const decision of seen ?? []) this.#tape?.see(decision)
    if (input.kind === 'limits' && !isSame) this.#tape?.configure(this.#state.strategy)
    for (const effect of effects) this.#effects.run(effect, this.#state)
    // What an input made possible is done at once, not at the next quote; books that agree make nothing possible, and
    // leave the alarm as it is.
    if (isSame && input.kind === 'reconcile' && !input.isFirst) return
    if (input.kind !== 'tick') this.#inbox.push({ kind: 'tick' })
    this.#timers.alarm(nextWake(this.#state, view))
  }

  #comeAlive(): void {
    this.#reconciled_ms = this.#deps.wall.now_ms()
    this.#inbox.pushFirst(this.#early.take())
  }

  async #commit(result: { state: SessionState; events: readonly JournalEvent[] }, view: MarketView): Promise<boolean> {
    const { log } = this.#deps
    const committed = await this.#committer.commit(step(result.state, result.events), view.now.market_ms)
    if (committed === 'saved') this.#saved_ms = this.#deps.wall.monotonic_ms()
    switch (committed) {
      case 'saved':
      case 'unsaved':
        this.#state = result.state
        return true
      case 'withheld':
        return false
      case 'already_opened':
        this.#inbox.push({ kind: 'already_opened' })
        return false
      case 'lost':
        log.warn('another worker owns this session now')
        this.finish('lost')
        return false
    }
  }

  #startTimers(): void {
    const { reconcile_ms, reconcileRetry_ms, campaign_ms, reach_ms, live_ms } = this.#pace
    const every = (pause_ms: number, work: () => Promise<void>) => this.#timers.repeat(() => pause_ms, work)
    this.#timers.repeat((done) => (done ? reconcile_ms : reconcileRetry_ms), this.#side.read)
    every(campaign_ms, () => this.checkCampaign())
    every(reach_ms, async () => this.#checkReach())
    every(live_ms, () => this.#showLive())
  }

  /** The session is looked at each time: that proves it alive, and bounds what an alarm that never rings could cost. */
  #checkReach(): void {
    this.#inbox.push({ kind: 'tick' })
    for (const silence of this.#memory.takeSilences()) this.#inbox.push({ kind: 'stream_mute', ...silence })
    const isQuiet = this.#reachWatch.check()
    if (isQuiet && this.isExposed()) this.#effects.run({ kind: 'reconcile' }, this.#state)
  }

  /** Whoever shows up in `/status` has read the broker's side: it watches the session. */
  async #showLive(): Promise<void> {
    const view = this.#view()
    if (view === null || this.#reconciled_ms === null) return
    const lastFeedNo = await saveLiveRecord(this.#deps, this.#state, view, this.#memory, this.#reconciled_ms)
    this.#committer.noteFeedNo(lastFeedNo)
  }

  #onTimerFailure(error: unknown): void {
    this.#deps.log.error({ err: error }, 'a timer of the session failed; the session is left for another worker')
    this.finish('lost')
  }
}
