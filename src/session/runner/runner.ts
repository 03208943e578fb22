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
import type { JournalEvent } from '../events.ts'
import type { SessionInput } from '../input.ts'
import type { MarketView, SessionState } from '../state.ts'
import { step } from '../step.ts'
import { transition } from '../transition.ts'
import { type Committer, createCommitter } from './committer.ts'
import { createEffectRunner, type EffectRunner } from './effects.ts'
import { saveLiveRecord } from './live.ts'
import { createMarketMemory, type MarketMemory } from './market-memory.ts'

const TICK_MS = 50
const RECONCILE_EVERY_MS = 30_000
const RECONCILE_RETRY_MS = 1000
const CAMPAIGN_POLL_MS = 1000

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
}

/** How the worker asks a running session for something. */
export interface SessionHandle {
  /** Ends at the next safe point, position and all, for another worker to go on. */
  handOver(): void
  /** A newer holder of the lease exists: stop at once, write nothing. */
  lose(): void
  /** Closes what is open and ends the day's session; there is no one to go on. */
  flatten(): void
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
    handOver: () => runner.finish('handed_over'),
    lose: () => runner.finish('lost'),
    flatten: () => runner.flatten(),
    campaignChanged: () => runner.checkCampaign(),
    health: () => runner.health(),
    ended: runner.run(),
  }
}

class SessionRunner {
  readonly #deps: SessionDeps
  readonly #memory: MarketMemory
  readonly #committer: Committer
  readonly #runEffect: EffectRunner
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
  #resumeEvent: JournalEvent | null

  constructor(deps: SessionDeps, start: SessionStart) {
    const { broker, store, wall, clock, log, worker } = deps
    this.#deps = deps
    this.#state = start.state
    this.#resumeEvent = start.resumed
      ? { type: 'session_resumed', worker, epoch: start.epoch, handedOver: false }
      : null
    this.#memory = createMarketMemory(clock, wall, start.state.session)
    this.#committer = createCommitter({ store, wall, log, epoch: start.epoch, seq: start.seq })
    const streams = broker.streams(this.#handlers())
    this.#streams = streams
    streams.watchOptions(start.state.trade?.symbols ?? [])
    const push = (input: SessionInput) => this.#push(input)
    this.#runEffect = createEffectRunner({ broker, streams, memory: this.#memory, clock, wall, log, push })
  }

  async run(): Promise<SessionOutcome> {
    const timers = this.#startTimers()
    try {
      while (this.#outcome === null) {
        const input = this.#inputs.shift()
        if (input === undefined) await this.#nextInput()
        else await this.#process(input)
      }
    } finally {
      this.#stopTimers.abort()
      await Promise.allSettled([...timers, this.#streams.close()])
    }
    return this.#outcome
  }

  finish(outcome: SessionOutcome): void {
    this.#outcome ??= outcome
    this.#wake?.()
  }

  flatten(): void {
    const actor = { id: this.#deps.worker, name: 'shutdown of the desk', via: 'system' } as const
    this.#push({ kind: 'stop', request: { actor, kind: 'shutdown' } })
  }

  checkCampaign(): void {
    const { store, log } = this.#deps
    const { accountId, campaignId } = this.#state
    void store.campaign(accountId).then(
      ({ value }) => {
        const stop = value?.campaignId === campaignId ? value.stop : null
        if (stop !== null && this.#state.stop === null) this.#push({ kind: 'stop', request: stop })
      },
      (error: unknown) => log.warn({ err: error }, 'the campaign could not be read; asking again'),
    )
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
    const view = this.#memory.view(this.#state.trade?.symbols ?? [])
    if (view === null || (!this.#reconciled && !isAllowedFirst(input))) return
    if (input.kind === 'reconcile') this.#reconciled = true
    if (this.#reconciled) this.#ticked_ms = this.#deps.wall.monotonic_ms()
    const resume = input.kind === 'reconcile' ? this.#resumeEvent : null
    const result = transition(this.#state, input, view)
    const events = resume === null ? result.events : [resume, ...result.events]
    if (result.state !== this.#state || events.length > 0) {
      const taken = await this.#commit({ ...result, events }, view)
      if (!taken) return
      if (resume !== null) this.#resumeEvent = null
    }
    for (const effect of result.effects) this.#runEffect(effect, this.#state)
    if (this.#state.phase === 'ended') this.finish('ended')
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
      onBar: (bar) => this.#memory.addBars([bar]),
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
    if (stream === 'stock') this.#memory.forgetBars()
    if (this.#reconciled) void this.#readBroker()
  }

  /** Reads the broker's side in full; thrown away when an order moved meanwhile, for the next reading to see. */
  async #readBroker(): Promise<boolean> {
    const { broker, log } = this.#deps
    const before = this.#state
    const since_ms = Math.min(preflight_ms(before), this.#deps.clock.now_ms() ?? Number.POSITIVE_INFINITY)
    const [orders, positions] = await Promise.all([broker.orders(since_ms), broker.positions()])
    if (!orders.ok || !positions.ok) {
      log.warn(
        { orders: orders.ok || orders.error, positions: positions.ok || positions.error },
        'reconciliation failed',
      )
      return false
    }
    if (this.#state.orders !== before.orders || this.#state.trade?.tradeId !== before.trade?.tradeId) return false
    this.#push({ kind: 'reconcile', orders: orders.value, positions: positions.value })
    return true
  }

  #startTimers(): Promise<void>[] {
    const { wall, store, worker } = this.#deps
    const tick = async () => this.#push({ kind: 'tick' })
    return [
      this.#repeat(() => TICK_MS, tick),
      this.#repeat(
        (done) => (done === false ? RECONCILE_RETRY_MS : RECONCILE_EVERY_MS),
        () => this.#readBroker(),
      ),
      this.#repeat(
        () => CAMPAIGN_POLL_MS,
        async () => this.checkCampaign(),
      ),
      this.#repeat(
        () => CAMPAIGN_POLL_MS / 2,
        async () => {
          const view = this.#memory.view(this.#state.trade?.symbols ?? [])
          // Whoever shows up here has read the broker's side: it watches the session.
          if (view !== null && this.#reconciled)
            await saveLiveRecord({ store, worker, wall }, this.#state, view, this.#memory)
        },
      ),
    ]
  }

  async #repeat<T>(interval_ms: (last: T) => number, work: () => Promise<T>): Promise<void> {
    const { signal } = this.#stopTimers
    while (!signal.aborted) {
      const last = await work()
      await this.#deps.wall.sleep(interval_ms(last), signal)
    }
  }
}

/** Before the first reconciliation only the broker's side and a stop are listened to. */
function isAllowedFirst(input: SessionInput): boolean {
  return input.kind === 'reconcile' || input.kind === 'stop'
}
