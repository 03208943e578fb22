/**
 * Goes on quoting what the rules hold where the desk does not: after a missed fill, a halt, a person's stop. With that
 * the day's replay settles, and live − replay says what the miss or the stop was worth. Entry point: `followRules`.
 *
 * 1. It reads quotes and writes to the tape; it sends no order, and the session knows nothing of it.
 * 2. It reads only while the desk does not watch the same position, and until the rules' own exit, at the latest the
 *    close.
 * 3. Between two quotes lies at most `GAP_MS_MAX`: an exit found after a longer hole would be a made-up one, and the
 *    day stays without a replay.
 * 4. A later run of the session, wherever it runs on this machine, takes over from its tape.
 */
import { setMaxListeners } from 'node:events'
import type { Logger } from 'pino'
import { putSymbol } from '../../broker/occ.ts'
import type { Broker } from '../../broker/port.ts'
import type { MarketClock, WallClock } from '../../config/clock.ts'
import type { RuleQuote } from '../../replay/tape/tape.ts'
import { type Replayed, type RulePosition, TapeReplay } from '../../replay/tape/tape-replay.ts'
import type { DecisionTape, OpenTape, TapedSession } from '../../session/runner/tape-port.ts'
import type { Seen } from '../../session/step.ts'
import { sessionEnd_ms } from '../../strategy/rules.ts'
import type { ProfileName, Quote, StrategyConfig } from '../../strategy/types.ts'
import { MINUTE_MS } from '../../time/units.ts'
import { readTapes } from './read-tapes.ts'
import type { RuleTape } from './tape-files.ts'

/**
 * Reads of a real market are this far apart; those of an accelerated one closer, within the account's requests a
 * minute.
 */
const READ_MS = 5000
const READ_MS_MIN = 2000
/** As long as the desk itself looked at the position, nobody else has to. */
const WATCHED_MS = 10_000
const GAP_MS_MAX = 5 * MINUTE_MS
/** A day of reads stays below. */
const READS_MAX = 20_000
/** More tapes than a worker runs sessions. */
const TAPES_MAX = 1000
/** Decisions that may wait until the earlier tapes are read. */
const WAITING_MAX = 10_000

export interface FollowOptions {
  readonly open: (session: TapedSession) => RuleTape
  readonly brokers: { of(profile: ProfileName): Pick<Broker, 'optionQuotes'> | null }
  readonly clock: Pick<MarketClock, 'now_ms' | 'speed'>
  readonly wall: Pick<WallClock, 'monotonic_ms' | 'sleep'>
  readonly log: Logger
}

export interface RuleFollower {
  readonly openTape: OpenTape
  /** What is still followed is left: the worker stops. */
  stop(): void
}

export function followRules(options: FollowOptions): RuleFollower {
  const stopping = new AbortController()
  setMaxListeners(TAPES_MAX, stopping.signal)
  return {
    openTape: (session) => new FollowedTape(options.open(session), session, options, stopping.signal),
    stop: () => stopping.abort(),
  }
}

class FollowedTape implements DecisionTape {
  readonly #tape: RuleTape
  readonly #session: TapedSession
  readonly #options: FollowOptions
  readonly #over = new AbortController()
  readonly #replay = new TapeReplay()
  #config: StrategyConfig
  /** Null: the earlier tapes are read. */
  #waiting: Replayed[] | null = []
  readonly #begun: Promise<void>
  #isFollowing = false
  /** When desk or follower last saw the position. */
  #watched_ms = Number.NEGATIVE_INFINITY
  #seen_ms: number

  constructor(tape: RuleTape, session: TapedSession, options: FollowOptions, stopping: AbortSignal) {
    this.#tape = tape
    this.#session = session
    this.#options = options
    this.#config = session.strategy
    this.#seen_ms = options.wall.monotonic_ms()
    stopping.addEventListener('abort', () => this.#over.abort(), { once: true, signal: this.#over.signal })
    this.#begun = this.#begin().catch((error: unknown) => this.#fail(error))
  }

  see(seen: Seen): void {
    this.#tape.see(seen)
    if (seen.kind === 'exit') this.#note()
    this.#add(seen.kind === 'entry' ? { ...seen, head: { config: this.#config } } : seen)
  }

  configure(strategy: StrategyConfig): void {
    this.#config = strategy
    this.#tape.configure(strategy)
  }

  async close(isOver: boolean): Promise<void> {
    if (isOver) await this.#begun
    if (!isOver || this.#replay.open() === null) this.#over.abort()
    await this.#tape.close(isOver)
  }

  /** What the runs before this one saw comes first. */
  async #begin(): Promise<void> {
    await readTapes(await this.#tape.earlier(), (taped) => this.#replay.add(taped))
    const waiting = this.#waiting ?? []
    this.#waiting = null
    const hole_ms = this.#hole_ms()
    for (const one of waiting) this.#replay.add(one)
    if (hole_ms > GAP_MS_MAX && waiting.length === 0) return this.#giveUp()
    this.#follow()
  }

  /** Since the last quote of what the rules hold, at the pace of a real market. */
  #hole_ms(): number {
    const [held, now_ms] = [this.#replay.open(), this.#options.clock.now_ms()]
    if (held === null || now_ms === null) return 0
    return (now_ms - held.last_ms) / Math.max(1, this.#options.clock.speed())
  }

  #add(one: Replayed): void {
    if (this.#over.signal.aborted) return
    if (this.#waiting !== null) {
      if (this.#waiting.length < WAITING_MAX) this.#waiting.push(one)
      return
    }
    try {
      this.#replay.add(one)
      this.#follow()
    } catch (error) {
      this.#fail(error)
    }
  }

  #note(): void {
    this.#seen_ms = this.#options.wall.monotonic_ms()
    this.#watched_ms = this.#seen_ms
  }

  #follow(): void {
    if (this.#isFollowing || this.#over.signal.aborted || this.#replay.open() === null) return
    this.#isFollowing = true
    this.#seen_ms = this.#options.wall.monotonic_ms()
    void this.#read().catch((error: unknown) => this.#fail(error))
  }

  async #read(): Promise<void> {
    const { wall, clock } = this.#options
    const { signal } = this.#over
    let newest_ms = 0
    for (let reads = 0; reads < READS_MAX; reads += 1) {
      await wall.sleep(Math.max(READ_MS_MIN, READ_MS / Math.max(1, clock.speed())), signal)
      const held = this.#replay.open()
      const now_ms = clock.now_ms()
      if (signal.aborted || held === null) return this.#over.abort()
      if (wall.monotonic_ms() - this.#watched_ms < WATCHED_MS || now_ms === null) continue
      if (now_ms >= this.#session.session.close_ms || !(await this.#tape.isNewest())) return this.#over.abort()
      newest_ms = (await this.#readOnce(held, now_ms, newest_ms)) ?? newest_ms
      if (wall.monotonic_ms() - this.#seen_ms > GAP_MS_MAX) return this.#giveUp()
    }
  }

  /** Time of the newest quote; null: none could be read. */
  async #readOnce(held: RulePosition, now_ms: number, before_ms: number): Promise<number | null> {
    const { strike, hedgeStrike } = held.entry
    const strikes = hedgeStrike === null ? [strike] : [strike, hedgeStrike]
    const symbols = strikes.map((one) => putSymbol(this.#session.session.date, one))
    const quotes = await this.#options.brokers.of(held.config.profile.name)?.optionQuotes(symbols)
    if (this.#over.signal.aborted || quotes === undefined || !quotes.ok) return null
    const legs = symbols.map((symbol) => quotes.value.get(symbol)).filter((leg) => leg !== undefined)
    const newest_ms = newestOf(legs)
    if (legs.length < symbols.length || newest_ms === null) return null
    this.#seen_ms = this.#options.wall.monotonic_ms()
    const isNews = newest_ms > Math.max(before_ms, held.decided_ms)
    // At the end of the session the rules close at whatever is quoted.
    const { session } = this.#session
    if (!isNews && now_ms < sessionEnd_ms(session, held.config.limits)) return newest_ms
    const seen: RuleQuote = { kind: 'rule', now_ms, session, strike, hedgeStrike, legs }
    this.#tape.follow(seen)
    this.#replay.add(seen)
    return newest_ms
  }

  #giveUp(): void {
    this.#options.log.warn(
      { date: this.#session.session.date },
      'what the rules hold was not quoted for minutes: no replay',
    )
    this.#over.abort()
  }

  #fail(error: unknown): void {
    this.#options.log.warn({ err: error }, 'what the rules hold is not followed any more; trading goes on')
    this.#over.abort()
  }
}

function newestOf(legs: readonly Quote[]): number | null {
  if (legs.some(({ t_ms }) => t_ms === null)) return null
  return Math.max(...legs.map(({ t_ms }) => t_ms ?? 0))
}
