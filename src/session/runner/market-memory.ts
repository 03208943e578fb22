/**
 * What a session's worker knows of the market right now: quotes, bars, streams. Feeds the `MarketView` of each input.
 *
 * Bars are known to be complete up to a mark, which only an answer of the broker moves, or a streamed bar that follows
 * it directly: a gap in the stream is asked for, never decided on.
 */
import type { StreamName } from '../../broker/port.ts'
import type { MarketClock, WallClock } from '../../config/clock.ts'
import type { Bar, Quote, SessionHours } from '../../strategy/types.ts'
import { MINUTE_MS } from '../../time/units.ts'
import type { MarketView } from '../state.ts'

type TimedQuote = Quote & { readonly t_ms: number }
export interface StreamSilence {
  readonly stream: StreamName
  readonly isMute: boolean
}

type StreamStates = Record<StreamName, 'connected' | 'disconnected'>

const BAR_MS = MINUTE_MS
/** A stream that is behind the broker's own answer by more than this, and silent for so long, is mute. */
const MUTE_MS = 15_000
const SILENT_WALL_MS = 5000
/** More than come between two looks. */
const SILENCES_MAX = 10
/** What a quote may take from the market to the order that rests on it, seconds of the world, and be fresh. */
const LATENCY_WALL_S = 0.5

export class MarketMemory {
  readonly #clock: MarketClock
  readonly #wall: WallClock
  readonly #session: SessionHours
  readonly #streams: StreamStates = { orders: 'disconnected', stock: 'disconnected', options: 'disconnected' }
  /** Wall time at which each stream last brought something, or was connected. */
  readonly #arrived_ms: Record<StreamName, number> = { orders: 0, stock: 0, options: 0 }
  readonly #options = new Map<string, Quote>()
  /** In order of time. */
  readonly #bars: Bar[] = []
  #spot: TimedQuote | null = null
  #mute: StreamName | null = null
  /** Streams that were found mute, and have brought nothing since. */
  readonly #silenced = new Set<StreamName>()
  #silences: StreamSilence[] = []
  #newest_ms: number | null = null
  #complete_ms: number

  constructor(clock: MarketClock, wall: WallClock, session: SessionHours) {
    this.#clock = clock
    this.#wall = wall
    this.#session = session
    this.#complete_ms = session.open_ms
  }

  get streams(): Readonly<StreamStates> {
    return this.#streams
  }

  /** Wall milliseconds since each stream last brought something, or was connected or lost; null: never. */
  streamAges_ms(): Readonly<Record<StreamName, number | null>> {
    const now_ms = this.#wall.monotonic_ms()
    const age = (at_ms: number): number | null => (at_ms === 0 ? null : Math.max(0, Math.round(now_ms - at_ms)))
    const { orders, stock, options } = this.#arrived_ms
    return { orders: age(orders), stock: age(stock), options: age(options) }
  }

  connection(stream: StreamName, state: 'connected' | 'disconnected'): void {
    this.#streams[stream] = state
    this.#arrive(stream)
  }

  /** Null while there is no market clock. */
  view(symbols: readonly string[]): MarketView | null {
    const market_ms = this.#clock.now_ms()
    if (market_ms === null) return null
    return {
      now: { market_ms, wall_ms: this.#wall.now_ms() },
      latency_s: Math.max(0, this.#clock.speed() - 1) * LATENCY_WALL_S,
      spot: this.#spot,
      legs: symbols.map((symbol) => this.#options.get(symbol) ?? null),
      lastBar_ms: this.#complete_ms > this.#session.open_ms ? this.#complete_ms - BAR_MS : null,
    }
  }

  spot(quote: TimedQuote): void {
    this.#bring('stock')
    this.#keepSpot(quote)
  }

  options(quotes: ReadonlyMap<string, Quote>): void {
    this.#bring('options')
    for (const [symbol, quote] of quotes) this.#keepOption(symbol, quote)
  }

  /** The same as an answer of the broker: newer by much than the stream's, it says that the stream is mute. */
  readSpot({ t_ms, ...sides }: Quote): void {
    if (t_ms === null) return
    this.#noteMute('stock', this.#spot?.t_ms, t_ms)
    this.#keepSpot({ t_ms, ...sides })
  }

  readOptions(quotes: ReadonlyMap<string, Quote>): void {
    for (const [symbol, quote] of quotes) {
      if (quote.t_ms !== null) this.#noteMute('options', this.#options.get(symbol)?.t_ms, quote.t_ms)
      this.#keepOption(symbol, quote)
    }
  }

  streamedBar(bar: Bar): void {
    this.#bring('stock')
    this.#keepBar(bar)
    if (bar.t_ms === this.#complete_ms) this.#complete_ms += BAR_MS
  }

  /** An answer that holds every bar that ended by `until_ms`. */
  readBars(bars: readonly Bar[], until_ms: number): void {
    for (const bar of bars) this.#keepBar(bar)
    this.#complete_ms = Math.max(this.#complete_ms, until_ms)
  }

  bars(): readonly Bar[] {
    return this.#bars.slice()
  }

  /** Every bar that ended by then is known. */
  completeUntil_ms(): number {
    return this.#complete_ms
  }

  newestData_ms(): number | null {
    return this.#newest_ms
  }

  /**
   * A stream that says it is connected missed what the broker answered when asked; null: none did since the last call.
   */
  takeMute(): StreamName | null {
    const mute = this.#mute
    this.#mute = null
    return mute
  }

  /** Which streams fell silent and came back since the last call, in order; of so many the first. */
  takeSilences(): readonly StreamSilence[] {
    const silences = this.#silences
    this.#silences = []
    return silences
  }

  #bring(stream: StreamName): void {
    this.#arrive(stream)
    if (this.#silenced.delete(stream)) this.#tell({ stream, isMute: false })
  }

  #tell(silence: StreamSilence): void {
    if (this.#silences.length < SILENCES_MAX) this.#silences.push(silence)
  }

  #arrive(stream: StreamName): void {
    this.#arrived_ms[stream] = this.#wall.monotonic_ms()
  }

  #keepSpot(quote: TimedQuote): void {
    if (this.#spot !== null && quote.t_ms < this.#spot.t_ms) return
    this.#spot = quote
    this.#see(quote.t_ms)
  }

  #keepOption(symbol: string, quote: Quote): void {
    const known = this.#options.get(symbol)
    if (quote.t_ms === null || (known !== undefined && (known.t_ms ?? 0) > quote.t_ms)) return
    this.#options.set(symbol, quote)
    this.#see(quote.t_ms)
  }

  #keepBar(bar: Bar): void {
    const { open_ms, close_ms } = this.#session
    if (bar.t_ms < open_ms || bar.t_ms >= close_ms) return
    const bars = this.#bars
    let at = bars.length
    // Nearly always the newest: looked for from the end.
    while (at > 0 && (bars[at - 1]?.t_ms ?? 0) > bar.t_ms) at -= 1
    bars.splice(at, 0, bar)
    if (bars[at - 1]?.t_ms === bar.t_ms) bars.splice(at - 1, 1)
  }

  #see(t_ms: number): void {
    this.#clock.observe(t_ms)
    this.#newest_ms = Math.max(this.#newest_ms ?? t_ms, t_ms)
  }

  #noteMute(stream: StreamName, known_ms: number | null | undefined, read_ms: number): void {
    const isSilent = this.#wall.monotonic_ms() - this.#arrived_ms[stream] >= SILENT_WALL_MS
    const isBehind = known_ms != null && read_ms - known_ms > MUTE_MS
    if (this.#streams[stream] !== 'connected' || !isSilent || !isBehind) return
    this.#mute = stream
    if (this.#silenced.has(stream)) return
    this.#silenced.add(stream)
    this.#tell({ stream, isMute: true })
  }
}
