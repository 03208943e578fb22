/**
 * Tells the channel that an engine is silent, and that it is back: once each. Runs in the bot. Entry points:
 * `watchEngines`, and the pure `nextStep`.
 *
 * 1. An armed account's engine shows life twice a second, waiting sessions too; `SILENT_MS` without it is a silence.
 * 2. Each post is committed to the account's journal, between two writes of the silence's stage; what was cut short is
 *    finished by looking into the journal: a restarted bot repeats nothing and forgets nothing.
 * 3. Life is timed by the bot's own clock (`life-signs.ts`): a worker's that is wrong hides no silence and makes none.
 * 4. While the store is away nothing is known and nothing can be numbered: the bot's presence says so instead. A
 *    silence counts only after the store has been readable for `GRACE_MS`: its own absence is not the engine's, nor is
 *    the sleep of this machine.
 */
import type { Logger } from 'pino'
import { occOf } from '../broker/occ.ts'
import type { WallClock } from '../config/clock.ts'
import type { JournalEvent } from '../session/events.ts'
import { heldQty, type SessionState } from '../session/state.ts'
import type { EngineRecord } from '../store/engine-records.ts'
import { EVENTS_ALONE, type SessionStore, StoreUnreachable, UnreadableDocument } from '../store/port.ts'
import type { Silence, SilenceStore } from '../store/silence-store.ts'
import { type LifeSign, LifeSigns } from './life-signs.ts'

export interface EngineWatchPorts {
  readonly silences: SilenceStore
  readonly sessions: Pick<SessionStore, 'commit' | 'journal' | 'session'>
  readonly wall: WallClock
  readonly log: Logger
  /** Called when it changes. */
  readonly onStore: (state: 'ok' | 'away') => void
}

const WATCH_EVERY_MS = 1000
/** A dead worker's session is with another one in less. */
const SILENT_MS = 10_000
/** After the bot's start or sleep, and after the store's return: how long an engine may take to show that it lives. */
const GRACE_MS = 8000
/** One failed read is no outage. */
const AWAY_MS = 3000

export type NextStep =
  | 'nothing'
  /** A new silence: remember it, then tell. */
  | 'begin'
  /** The alert may or may not be in the journal. */
  | 'tell'
  /** The engine is back: remember that, then tell. */
  | 'end'
  /** The end may or may not be in the journal. */
  | 'tell_end'

/** `age_ms`: since its last sign of life. `isSettled`: the store has been readable for long enough. */
export function nextStep(
  silence: Silence | null,
  { sign, isMoving, age_ms }: Pick<LifeSign, 'sign' | 'isMoving'> & { readonly age_ms: number },
  isSettled: boolean,
): NextStep {
  if (silence === null) return age_ms >= SILENT_MS && isSettled ? 'begin' : 'nothing'
  switch (silence.stage) {
    case 'telling':
      return 'tell'
    case 'told': {
      // What the silence began with is no new life, however lately this bot saw it first.
      const isNew = isMoving || (silence.sign !== undefined && silence.sign !== sign)
      return isNew && age_ms < SILENT_MS ? 'end' : 'nothing'
    }
    case 'returning':
      return 'tell_end'
  }
}

/** Watches until `signal` aborts. `epoch`: of the bot's lease. */
export async function watchEngines(ports: EngineWatchPorts, epoch: number, signal: AbortSignal): Promise<void> {
  const { wall, log, onStore } = ports
  const watch = new EngineWatch(ports, epoch)
  let answered_ms = wall.monotonic_ms()
  let readableSince_ms: number | null = null
  let isAway = false
  while (!signal.aborted) {
    // This process slept, and maybe the whole machine with the engines on it: they may take their time again.
    if (wall.monotonic_ms() - answered_ms > AWAY_MS) readableSince_ms = null
    try {
      const settled = readableSince_ms !== null && wall.monotonic_ms() - readableSince_ms >= GRACE_MS
      await watch.pass(settled)
      answered_ms = wall.monotonic_ms()
      readableSince_ms ??= answered_ms
      if (isAway) log.info('the store answers again')
      if (isAway) onStore('ok')
      isAway = false
    } catch (error) {
      if (!(error instanceof StoreUnreachable)) log.error({ err: error }, 'the watch over the engines failed; going on')
      readableSince_ms = null
      if (!isAway && wall.monotonic_ms() - answered_ms >= AWAY_MS) {
        log.error({ err: error }, 'the store is away: posts and commands wait, and silent engines go unnoticed')
        isAway = true
        onStore('away')
      }
    }
    await wall.sleep(WATCH_EVERY_MS, signal)
  }
}

class EngineWatch {
  readonly #ports: EngineWatchPorts
  readonly #epoch: number
  readonly #signs = new LifeSigns()

  constructor(ports: EngineWatchPorts, epoch: number) {
    this.#ports = ports
    this.#epoch = epoch
  }

  async pass(isSettled: boolean): Promise<void> {
    const { silences: store, wall } = this.#ports
    const { engines, silences } = await store.read()
    this.#signs.look(engines, wall.monotonic_ms())
    for (const engine of engines) {
      await this.#follow(engine, silences.get(engine.campaign.accountId) ?? null, isSettled)
    }
    // What was disarmed meanwhile has no engine to be silent.
    const armed = new Set(engines.map(({ campaign }) => campaign.accountId))
    for (const [accountId, silence] of silences) {
      if (!armed.has(accountId)) await store.replace(accountId, silence, null, this.#epoch)
    }
  }

  async #follow(engine: EngineRecord, silence: Silence | null, isSettled: boolean): Promise<void> {
    const { wall } = this.#ports
    const { accountId, session } = engine.campaign
    const seen = this.#signs.of(accountId)
    if (seen === null) return
    const [now_ms, age_ms, date] = [wall.now_ms(), wall.monotonic_ms() - seen.since_ms, session.date]
    const lastSeen_ms = Math.round(now_ms - age_ms)
    switch (nextStep(silence, { ...seen, age_ms }, isSettled)) {
      case 'nothing':
        return
      case 'begin': {
        const begun: Silence = { stage: 'telling', since_ms: lastSeen_ms, date, at_ms: now_ms, sign: seen.sign }
        if (await this.#replace(engine, null, begun)) await this.#tell(engine, begun)
        return
      }
      case 'tell':
        if (silence !== null) await this.#tell(engine, silence)
        return
      case 'end': {
        if (silence === null) return
        const ending: Silence = { ...silence, stage: 'returning', date, at_ms: now_ms }
        if (await this.#replace(engine, silence, ending)) await this.#tellEnd(engine, ending, lastSeen_ms)
        return
      }
      case 'tell_end':
        if (silence !== null) await this.#tellEnd(engine, silence, lastSeen_ms)
    }
  }

  async #tell(engine: EngineRecord, silence: Silence): Promise<void> {
    const { plan } = engine.campaign
    const exposed = await this.#exposureOf(engine)
    const silent_s = Math.max(0, Math.round((this.#ports.wall.now_ms() - silence.since_ms) / 1000))
    const last = engine.live === null ? 'none was ever heard of' : `last heard of: ${engine.live.worker}`
    const message = `No engine has watched ${plan.profile} for ${silent_s} s (${last}). ${exposed} Another worker takes over by itself; check that one runs.`
    await this.#commitOnce(engine, silence, { type: 'engine_alert', code: 'engine_silent', message, critical: true })
    await this.#replace(engine, silence, { ...silence, stage: 'told' })
  }

  /** A session that no worker can read is one that none watches: that is told all the more. */
  async #exposureOf({ campaign: { accountId, session } }: EngineRecord): Promise<string> {
    try {
      return exposure((await this.#ports.sessions.session(accountId, session.date)).value)
    } catch (error) {
      if (!(error instanceof UnreadableDocument)) throw error
      return `Whether a position is open cannot be told, look at the account: ${error.message}.`
    }
  }

  async #tellEnd(engine: EngineRecord, silence: Silence, lastSeen_ms: number): Promise<void> {
    // Another bot may have begun it, on a machine with another clock.
    const silent_s = Math.max(0, Math.round((lastSeen_ms - silence.since_ms) / 1000))
    const worker = engine.live?.worker ?? 'a worker'
    const message = `${worker} watches ${engine.campaign.plan.profile} again, after about ${silent_s} s without an engine.`
    await this.#commitOnce(engine, silence, { type: 'engine_alert', code: 'engine_back', message, critical: false })
    await this.#replace(engine, silence, null)
  }

  /** Whoever began this stage may have committed its event already. */
  async #commitOnce(engine: EngineRecord, silence: Silence, event: JournalEvent & { code: string }): Promise<void> {
    const { sessions, wall, log } = this.#ports
    const { accountId, source, plan, session } = engine.campaign
    const journal = await sessions.journal(accountId, silence.date)
    const isThere = journal.some(
      (entry) =>
        entry.event.type === 'engine_alert' && entry.event.code === event.code && entry.atWall_ms >= silence.at_ms,
    )
    if (isThere) return
    await sessions.commit({
      accountId,
      profile: plan.profile,
      source,
      date: silence.date,
      atMarket_ms: engine.live?.now_ms ?? session.open_ms,
      atWall_ms: wall.now_ms(),
      events: [event],
      ...EVENTS_ALONE,
    })
    log.warn({ accountId, since_ms: silence.since_ms }, `told the channel: ${event.code}`)
  }

  #replace({ campaign }: EngineRecord, before: Silence | null, after: Silence | null): Promise<boolean> {
    return this.#ports.silences.replace(campaign.accountId, before, after, this.#epoch)
  }
}

/** `SPY 605 put`, as a trader says it; it expires today. */
function contractText(symbol: string): string {
  const contract = occOf(symbol)
  return contract === null ? symbol : `${contract.root} ${contract.strike} ${contract.right}`
}

function exposure(session: SessionState | null): string {
  const contracts = heldQty(session?.trade ?? null)
  if (contracts > 0) {
    const legs = (session?.trade?.symbols ?? []).map(contractText)
    return `A position is open: ${contracts} × ${legs.join(' / ')}.`
  }
  const working = Object.values(session?.orders ?? {}).filter(({ status }) => status !== 'ended')
  return working.length > 0 ? 'An order may be working; no position was known to be open.' : 'No position is open.'
}
