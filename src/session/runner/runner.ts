/**
 * Feeds one session: merges streams, timers and the team's commands into inputs, and runs the state machine on them one
 * at a time. Entry point: `runSession`.
 *
 * 1. Nothing is decided before the broker's side was read: start-up is recovery (I5).
 * 2. A step is committed before its effects run (I2); a stale epoch ends the runner (I11).
 * 3. Quotes are coalesced: what arrives while a step is being committed is seen by the next one, newest values only.
 */
import type { Logger } from 'pino'
import type { Broker, BrokerStreamHandlers, StreamName } from '../../broker/port.ts'
import type { MarketClock, WallClock } from '../../config/clock.ts'
import type { SessionStore } from '../../store/port.ts'
import type { SessionHealth } from '../../watchdog/health.ts'
import { preflight_ms } from '../clockwork.ts'
import type { EventOf, JournalEvent } from '../events.ts'
import type { SessionInput } from '../input.ts'
import type { MarketView, SessionState } from '../state.ts'
import { step } from '../step.ts'
import { transition } from '../transition.ts'
import { type CampaignWatch, createCampaignWatch } from './campaign-watch.ts'
import { type Committer, createCommitter } from './committer.ts'
import { createEffectRunner, type EffectRunner } from './effects.ts'
import { saveLiveRecord } from './live.ts'
import { createMarketMemory, type MarketMemory } from './market-memory.ts'

const TICK_MS = 50
const RECONCILE_EVERY_MS = 30_000
const RECONCILE_RETRY_MS = 1000
const CAMPAIGN_POLL_MS = 1000
const LIVE_EVERY_MS = 500
/** After so many failed runs in a row a session only closes. */
const FAILURES_MAX = 3
/** Orders on their way are waited for this long before the session is left. */
const SETTLE_MS_MAX = 3000

export interface SessionDeps {
  readonly broker: Broker
  readonly store: SessionStore
  readonly clock: MarketClock
  readonly wall: WallClock
  readonly log: Logger
  readonly worker: string
}

export interface SessionStart {
  readonly state: SessionState
  readonly seq: number
  readonly epoch: number
  /** The session was begun before: by another worker, or by this one before a crash. */
  readonly resumed: boolean
  /** Its runs failed so often that it may only close: a bug must not keep a position unwatched. */
  readonly failures: number
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

function failingAlert(failures: number): EventOf<'engine_alert'> {
  const message = `The session failed ${failures} times in a row. It opens nothing and closes what is open; see the worker's log.`
  return { type: 'engine_alert', code: 'session_failing', message, critical: true }
}

class SessionRunner {
  readonly #deps: SessionDeps
  readonly #memory: MarketMemory
  readonly #committer: Committer
  readonly #effects: EffectRunner
  readonly #campaign: CampaignWatch
  readonly #streams: { close(): Promise<void> }
  readonly #inputs: SessionInput[] = []
  readonly #stopTimers = new AbortController()
  #state: SessionState
  #outcome: SessionOutcome | null = null
  #wake: (() => void) | null = null
  #tickQueued = false
  #reconciled = false
  #ticked_ms: number | null = null
  #saved_ms: number | null = null
  #startEvents: readonly JournalEvent[]
  /** The orders as they stood when the broker's side began to be read. */
  readonly #readings = new WeakMap<SessionInput, SessionState['orders']>()
  /** Inputs that came before the broker's side was read. */
  #early: SessionInput[] = []

  constructor(deps: SessionDeps, start: SessionStart) {
    const { broker, store, wall, clock, log, worker } = deps
    const { state, epoch, seq, resumed, failures } = start
    this.#deps = deps
    this.#state = { ...state, handedOver: false }
    const alert = failures >= FAILURES_MAX && state.mode !== 'HALTED' ? failingAlert(failures) : null
    if (alert !== null) this.#state = { ...this.#state, mode: 'HALTED', modeReason: alert.code }
    const resume = { type: 'session_resumed', worker, epoch, handedOver: state.handedOver } as const
    this.#startEvents = [...(resumed ? [resume] : []), ...(alert === null ? [] : [alert])]
    this.#memory = createMarketMemory(clock, wall, state.session)
    this.#campaign = createCampaignWatch(store, log)
    this.#committer = createCommitter({ store, wall, log, epoch, seq })
    const streams = broker.streams(this.#handlers())
    this.#streams = streams
    streams.watchOptions(state.trade?.symbols ?? [])
    this.#effects = createEffectRunner({
      broker,
      streams,
      memory: this.#memory,
      clock,
      wall,
      log,
      push: (input) => this.#push(input),
      current: () => ({ state: this.#state, view: this.#view() }),
      readControl: () => this.#campaign.controlMode(this.#state),
      reconcile: () => this.#readBroker(),
    })
  }

  async run(): Promise<SessionOutcome> {
    this.#startTimers()
    try {
      for (let outcome = this.#outcome; ; outcome = this.#outcome) {
        const input = this.#inputs.shift()
        // What is left to do is done before leaving, unless the session is somebody else's by now.
        if (outcome !== null && (outcome === 'lost' || input === undefined || input.kind === 'tick')) break
        if (input === undefined) await this.#nextInput()
        else await this.#process(input)
      }
      if (this.#outcome === 'handed_over') await this.#leaveInOrder()
    } finally {
      this.#stopTimers.abort()
      await Promise.race([this.#streams.close(), this.#deps.wall.sleep(SETTLE_MS_MAX)])
    }
    return this.#outcome ?? 'lost'
  }

  /** Answers of orders on their way are applied, and whoever continues learns that the session was handed over. */
  async #leaveInOrder(): Promise<void> {
    await this.#effects.settle(SETTLE_MS_MAX)
    for (let input = this.#inputs.shift(); input !== undefined; input = this.#inputs.shift()) {
      if (input.kind !== 'tick') await this.#process(input)
    }
    const view = this.#view()
    if (view !== null && this.#reconciled) await this.#commit(step({ ...this.#state, handedOver: true }, []), view)
  }

  finish(outcome: SessionOutcome): void {
    this.#outcome ??= outcome
    this.#wake?.()
  }

  handOver(): void {
    this.finish('handed_over')
  }

  flatten(): void {
    const actor = { id: this.#deps.worker, name: 'shutdown of the desk', via: 'system' } as const
    this.#push({ kind: 'stop', request: { actor, kind: 'shutdown' } })
  }

  leaveOpen(message: string): void {
    this.#push({ kind: 'left_open', message })
  }

  isExposed(): boolean {
    return this.#state.trade !== null
  }

  async checkCampaign(): Promise<void> {
    for (const input of await this.#campaign.news(this.#state)) this.#push(input)
  }

  #view(): MarketView | null {
    return this.#memory.view(this.#state.trade?.symbols ?? [])
  }

  health(): SessionHealth {
    const { accountId, strategy, session, phase, mode } = this.#state
    const age_ms = (since_ms: number | null) =>
      since_ms === null ? null : Math.round(this.#deps.wall.monotonic_ms() - since_ms)
    const [now_ms, data_ms] = [this.#deps.clock.now_ms(), this.#memory.newestData_ms()]
    return {
      accountId,
      profile: strategy.profile.name,
      date: session.date,
      phase,
      mode,
      lastTickAge_ms: age_ms(this.#ticked_ms),
      lastCommitAge_ms: age_ms(this.#saved_ms),
      dataAge_s: now_ms === null || data_ms === null ? null : Math.max(0, (now_ms - data_ms) / 1000),
      streams: { ...this.#memory.streams },
    }
  }

  async #process(input: SessionInput): Promise<void> {
    if (input.kind === 'tick') this.#tickQueued = false
    const view = this.#view()
    if (view === null || (!this.#reconciled && input.kind !== 'reconcile')) return this.#keepForLater(input)
    if (input.kind === 'reconcile' && this.#isOutdated(input)) return
    if (input.kind === 'reconcile') this.#comeAlive()
    this.#ticked_ms = this.#deps.wall.monotonic_ms()
    const result = transition(this.#state, input, view)
    const events = [...this.#startEvents, ...result.events]
    if (result.state !== this.#state || events.length > 0) {
      const taken = await this.#commit({ ...result, events }, view)
      if (!taken) return
      this.#startEvents = []
    }
    for (const effect of result.effects) this.#effects.run(effect, this.#state)
    if (this.#state.phase === 'ended') this.finish('ended')
  }

  /** An order moved since the broker's side was read: the next reading sees it. */
  #isOutdated(reading: SessionInput): boolean {
    return this.#readings.get(reading) !== this.#state.orders
  }

  #keepForLater(input: SessionInput): void {
    if (input.kind !== 'tick') this.#early.push(input)
  }

  #comeAlive(): void {
    this.#reconciled = true
    this.#inputs.unshift(...this.#early)
    this.#early = []
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
        log.error('the day has an opening intent that this session does not know: halted')
        await this.#haltOnUnknownOpening(view)
        return false
      case 'lost':
        log.warn('another worker owns this session now')
        this.finish('lost')
        return false
    }
  }

  async #haltOnUnknownOpening(view: MarketView): Promise<void> {
    if (this.#state.mode === 'HALTED') return
    const message = 'The day already has an opening order that this session does not know. No new entries today.'
    const halted: SessionState = { ...this.#state, mode: 'HALTED', phase: 'done' }
    await this.#commit(step(halted, [{ type: 'engine_alert', code: 'already_opened', message, critical: true }]), view)
  }

  #push(input: SessionInput): void {
    if (input.kind === 'tick') {
      if (this.#tickQueued) return
      this.#tickQueued = true
    }
    this.#inputs.push(input)
    this.#wake?.()
  }

  #nextInput(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = null
        resolve()
      }
    })
  }

  #handlers(): BrokerStreamHandlers {
    return {
      onSpot: (quote) => {
        this.#memory.spot(quote)
        this.#push({ kind: 'tick' })
      },
      onOptionQuotes: (quotes) => {
        this.#memory.options(quotes)
        this.#push({ kind: 'tick' })
      },
      onBar: (bar) => this.#memory.streamedBar(bar),
      onTradeUpdate: (update) => {
        const { executionId, price, qty, order } = update
        const execution = executionId !== null && price !== null && qty !== null ? { executionId, price, qty } : null
        this.#push({ kind: 'order', order, execution })
      },
      onStreamState: (stream, connection, detail) => this.#onStreamState(stream, connection, detail),
    }
  }

  #onStreamState(stream: StreamName, connection: 'connected' | 'disconnected', detail: string | null): void {
    this.#memory.streams[stream] = connection
    this.#deps.log.info({ stream, connection, detail }, 'stream state')
    if (connection === 'disconnected') return
    if (this.#reconciled) void this.#readBroker()
  }

  /** Reads the broker's side: orders first, then positions, which hold at least what the orders say. */
  async #readBroker(): Promise<boolean> {
    const { broker, clock, log } = this.#deps
    const { orders: before, session } = this.#state
    const isFirst = !this.#reconciled
    const since_ms = Math.min(preflight_ms(this.#state), clock.now_ms() ?? session.open_ms)
    const orders = await broker.orders(since_ms)
    const positions = orders.ok ? await broker.positions() : orders
    if (!orders.ok || !positions.ok) {
      log.warn({ error: positions.ok ? null : positions.error }, 'the broker could not be read for reconciling')
      return false
    }
    const reading = { kind: 'reconcile', isFirst, orders: orders.value, positions: positions.value } as const
    this.#readings.set(reading, before)
    this.#push(reading)
    return this.#state.orders === before
  }

  #startTimers(): void {
    const retry_ms = (done: boolean) => (done ? RECONCILE_EVERY_MS : RECONCILE_RETRY_MS)
    this.#repeat(
      () => TICK_MS,
      async () => this.#push({ kind: 'tick' }),
    )
    this.#repeat(retry_ms, () => this.#readBroker())
    this.#repeat(
      () => CAMPAIGN_POLL_MS,
      () => this.checkCampaign(),
    )
    this.#repeat(
      () => LIVE_EVERY_MS,
      () => this.#showLive(),
    )
  }

  /** Whoever shows up in `/status` has read the broker's side: it watches the session. */
  async #showLive(): Promise<void> {
    const { store, worker, wall } = this.#deps
    const view = this.#view()
    if (view === null || !this.#reconciled) return
    await saveLiveRecord({ store, worker, wall }, this.#state, view, this.#memory)
  }

  #repeat<T>(interval_ms: (last: T) => number, work: () => Promise<T>): void {
    const { wall, log } = this.#deps
    const { signal } = this.#stopTimers
    const loop = async () => {
      while (!signal.aborted) {
        const last = await work()
        await wall.sleep(interval_ms(last), signal)
      }
    }
    void loop().catch((error: unknown) => {
      log.error({ err: error }, 'a timer of the session failed; the session is left for another worker')
      this.finish('lost')
    })
  }
}
