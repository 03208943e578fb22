/**
 * What a session's worker knows of the market right now: quotes, bars, streams. Feeds the `MarketView` of each input.
 *
 * Bars are known to be complete up to a mark, which only an answer of the broker moves, or a streamed bar that follows
 * it directly: a gap in the stream is asked for, never decided on.
 */
import type { StreamName } from '../../broker/port.ts'
import type { MarketClock, WallClock } from '../../config/clock.ts'
import type { Bar, Quote, SessionHours } from '../../strategy/types.ts'
import type { MarketView } from '../state.ts'

type TimedQuote = Quote & { readonly t_ms: number }
type StreamStates = Record<StreamName, 'connected' | 'disconnected'>

const BAR_MS = 60_000
/** A stream that is behind the broker's own answer by more than this, and silent for so long, is mute. */
const MUTE_MS = 15_000
const SILENT_WALL_MS = 5000

export interface MarketMemory {
  readonly streams: Readonly<StreamStates>
  connection(stream: StreamName, state: 'connected' | 'disconnected'): void
  /** Null while there is no market clock. */
  view(symbols: readonly string[]): MarketView | null
  spot(quote: TimedQuote): void
  options(quotes: ReadonlyMap<string, Quote>): void
  /** The same as an answer of the broker: newer by much than the stream's, it says that the stream is mute. */
  readSpot(quote: Quote): void
  readOptions(quotes: ReadonlyMap<string, Quote>): void
  streamedBar(bar: Bar): void
  /** An answer that holds every bar that ended by `until_ms`. */
  readBars(bars: readonly Bar[], until_ms: number): void
  bars(): readonly Bar[]
  /** Every bar that ended by then is known. */
  completeUntil_ms(): number
  newestData_ms(): number | null
  /** A stream that says it is connected missed what the broker answered when asked; null: none did since the last call. */
  takeMute(): StreamName | null
}

export function createMarketMemory(clock: MarketClock, wall: WallClock, session: SessionHours): MarketMemory {
  const streams: StreamStates = { orders: 'disconnected', stock: 'disconnected', options: 'disconnected' }
  const optionQuotes = new Map<string, Quote>()
  const barsByStart = new Map<number, Bar>()
  let spotQuote: TimedQuote | null = null
  /** Wall time at which each stream last brought something, or was connected. */
  const arrived_ms: Record<StreamName, number> = { orders: 0, stock: 0, options: 0 }
  let mute: StreamName | null = null
  let newest_ms: number | null = null
  let complete_ms = session.open_ms

  const seen = (t_ms: number) => {
    clock.observe(t_ms)
    newest_ms = Math.max(newest_ms ?? t_ms, t_ms)
  }
  const keep = (bar: Bar) => {
    if (bar.t_ms >= session.open_ms && bar.t_ms < session.close_ms) barsByStart.set(bar.t_ms, bar)
  }
  function arrive(stream: StreamName): void {
    arrived_ms[stream] = wall.monotonic_ms()
  }
  function keepSpot(quote: TimedQuote): void {
    if (spotQuote !== null && quote.t_ms < spotQuote.t_ms) return
    spotQuote = quote
    seen(quote.t_ms)
  }
  function keepOption(symbol: string, quote: Quote): void {
    const known = optionQuotes.get(symbol)
    if (quote.t_ms === null || (known !== undefined && (known.t_ms ?? 0) > quote.t_ms)) return
    optionQuotes.set(symbol, quote)
    seen(quote.t_ms)
  }
  function noteMute(stream: StreamName, known_ms: number | null | undefined, read_ms: number): void {
    const isSilent = wall.monotonic_ms() - arrived_ms[stream] >= SILENT_WALL_MS
    const isBehind = known_ms != null && read_ms - known_ms > MUTE_MS
    if (streams[stream] === 'connected' && isSilent && isBehind) mute = stream
  }

  return {
    streams,
    view(symbols) {
      const market_ms = clock.now_ms()
      if (market_ms === null) return null
      return {
        now: { market_ms, wall_ms: wall.now_ms() },
        spot: spotQuote,
        legs: symbols.map((symbol) => optionQuotes.get(symbol) ?? null),
        lastBar_ms: complete_ms > session.open_ms ? complete_ms - BAR_MS : null,
      }
    },
    connection(stream, state) {
      streams[stream] = state
      arrive(stream)
    },
    spot(quote) {
      arrive('stock')
      keepSpot(quote)
    },
    options(quotes) {
      arrive('options')
      for (const [symbol, quote] of quotes) keepOption(symbol, quote)
    },
    readSpot({ t_ms, ...sides }) {
      if (t_ms === null) return
      noteMute('stock', spotQuote?.t_ms, t_ms)
      keepSpot({ t_ms, ...sides })
    },
    readOptions(quotes) {
      for (const [symbol, quote] of quotes) {
        if (quote.t_ms !== null) noteMute('options', optionQuotes.get(symbol)?.t_ms, quote.t_ms)
        keepOption(symbol, quote)
      }
    },
    takeMute() {
      const found = mute
      mute = null
      return found
    },
    streamedBar(bar) {
      arrive('stock')
      keep(bar)
      if (bar.t_ms === complete_ms) complete_ms += BAR_MS
    },
    readBars(bars, until_ms) {
      for (const bar of bars) keep(bar)
      complete_ms = Math.max(complete_ms, until_ms)
    },
    bars: () => [...barsByStart.values()],
    completeUntil_ms: () => complete_ms,
    newestData_ms: () => newest_ms,
  }
}
