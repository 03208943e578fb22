/**
 * The three streams: what each subscribes to and how its messages become the desk's.
 *
 * Entry points: `tradeUpdateStream`, `stockStream`, `optionStream`.
 */
import { streaming } from '@alpacahq/alpaca-trade-api'
import type { Logger } from 'pino'
import { streamedBar, streamedQuote, type TimedQuote } from '../mapping/market-data.ts'
import { toTradeUpdate } from '../mapping/trade-updates.ts'
import type { BrokerStreamHandlers } from '../port.ts'
import type { StreamKind } from './supervised-stream.ts'

const SPY = 'SPY'
const TRADE_UPDATES = 'trade_updates'
const NOTHING = (): void => {}

function channelOf(payload: unknown, channel: 'quotes' | 'bars'): ReadonlySet<unknown> {
  const symbols = typeof payload === 'object' && payload !== null ? Reflect.get(payload, channel) : null
  return new Set(Array.isArray(symbols) ? symbols : [])
}

/** Orders and fills. A message that cannot be read is logged and dropped: reconciling by REST finds what it said. */
export function tradeUpdateStream(
  url: string,
  handlers: BrokerStreamHandlers,
  log: Logger,
): StreamKind<streaming.TradingStream> {
  const deliver = (message: unknown): void => {
    let update: ReturnType<typeof toTradeUpdate>
    try {
      update = toTradeUpdate(message)
    } catch (error) {
      log.warn({ err: error }, 'trade update dropped: not readable')
      return
    }
    handlers.onTradeUpdate(update)
  }
  return {
    name: 'orders',
    url,
    build(options) {
      const stream = new streaming.TradingStream(options)
      stream.subscribeTradeUpdates()
      return stream.onTradeUpdate(deliver)
    },
    wantsNothing: () => false,
    acknowledges: (payload) => Array.isArray(payload) && payload.includes(TRADE_UPDATES),
    onFrame: NOTHING,
  }
}

/** SPY's quotes and one-minute bars. */
export function stockStream(url: string, handlers: BrokerStreamHandlers): StreamKind<streaming.MarketDataStream> {
  return {
    name: 'stock',
    url,
    build(options) {
      const stream = new streaming.StockDataStream(options)
      stream.subscribeForQuotes([SPY])
      stream.subscribeForBars([SPY])
      stream.onQuote((message) => {
        const quote = message.symbol === SPY ? streamedQuote(message) : null
        if (quote !== null) handlers.onSpot(quote)
      })
      stream.onBar((message) => {
        const bar = message.symbol === SPY ? streamedBar(message) : null
        if (bar !== null) handlers.onBar(bar)
      })
      return stream
    },
    wantsNothing: () => false,
    acknowledges: (payload) => channelOf(payload, 'quotes').has(SPY) && channelOf(payload, 'bars').has(SPY),
    onFrame: NOTHING,
  }
}

/** Quotes of the wanted option symbols; those of one frame are delivered together, the last of a symbol counts. */
export function optionStream(
  url: string,
  wanted: ReadonlySet<string>,
  handlers: BrokerStreamHandlers,
): StreamKind<streaming.MarketDataStream> {
  let frame = new Map<string, TimedQuote>()
  return {
    name: 'options',
    url,
    build(options) {
      frame = new Map()
      const stream = new streaming.OptionDataStream(options)
      stream.subscribeForQuotes([...wanted])
      return stream.onQuote((message) => {
        const quote = wanted.has(message.symbol) ? streamedQuote(message) : null
        if (quote !== null) frame.set(message.symbol, quote)
      })
    },
    wantsNothing: () => wanted.size === 0,
    acknowledges(payload) {
      const subscribed = channelOf(payload, 'quotes')
      return [...wanted].every((symbol) => subscribed.has(symbol))
    },
    onFrame() {
      if (frame.size === 0) return
      const quotes = frame
      frame = new Map()
      handlers.onOptionQuotes(quotes)
    },
  }
}
