/** What a session's worker knows of the market right now: quotes, bars, streams. Feeds the `MarketView` of each input. */
import type { StreamName } from '../../broker/port.ts'
import type { MarketClock, WallClock } from '../../config/clock.ts'
import type { Bar, Quote, SessionHours } from '../../strategy/types.ts'
import type { MarketView } from '../state.ts'

type TimedQuote = Quote & { readonly t_ms: number }
type StreamStates = Record<StreamName, 'connected' | 'disconnected'>

export interface MarketMemory {
  readonly streams: StreamStates
  /** Null while there is no market clock. */
  view(symbols: readonly string[]): MarketView | null
  spot(quote: TimedQuote): void
  options(quotes: ReadonlyMap<string, Quote>): void
  addBars(bars: readonly Bar[]): void
  bars(): readonly Bar[]
  /** Start of the first bar not known yet; bars before it came by stream or by request. */
  nextBar_ms(): number
  newestData_ms(): number | null
  /** After a gap in the stream: what was collected can have holes, so it is asked for again. */
  forgetBars(): void
}

export function createMarketMemory(clock: MarketClock, wall: WallClock, session: SessionHours): MarketMemory {
  const streams: StreamStates = { orders: 'disconnected', stock: 'disconnected', options: 'disconnected' }
  const optionQuotes = new Map<string, Quote>()
  let barsByStart = new Map<number, Bar>()
  let spotQuote: TimedQuote | null = null
  let newest_ms: number | null = null
  let lastBar_ms: number | null = null
  const seen = (t_ms: number) => {
    clock.observe(t_ms)
    newest_ms = Math.max(newest_ms ?? t_ms, t_ms)
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
        lastBar_ms,
      }
    },
    spot(quote) {
      if (spotQuote !== null && quote.t_ms < spotQuote.t_ms) return
      spotQuote = quote
      seen(quote.t_ms)
    },
    options(quotes) {
      for (const [symbol, quote] of quotes) {
        const known = optionQuotes.get(symbol)
        if (quote.t_ms === null || (known !== undefined && (known.t_ms ?? 0) > quote.t_ms)) continue
        optionQuotes.set(symbol, quote)
        seen(quote.t_ms)
      }
    },
    addBars(bars) {
      for (const bar of bars) {
        if (bar.t_ms < session.open_ms || bar.t_ms >= session.close_ms) continue
        barsByStart.set(bar.t_ms, bar)
        lastBar_ms = Math.max(lastBar_ms ?? bar.t_ms, bar.t_ms)
      }
    },
    bars: () => [...barsByStart.values()],
    nextBar_ms: () => (lastBar_ms === null ? session.open_ms : lastBar_ms + 60_000),
    newestData_ms: () => newest_ms,
    forgetBars() {
      barsByStart = new Map()
      lastBar_ms = null
    },
  }
}
