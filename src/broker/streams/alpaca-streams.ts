/**
 * The merged streams of one account.
 *
 * Entry point: `openStreams`.
 *
 * A handler that throws is a bug of the desk's: it is logged and the stream goes on, as the next message may be a fill.
 */
import type { streaming } from '@alpacahq/alpaca-trade-api'
import type { Logger } from 'pino'
import type { BrokerStreamHandlers, BrokerStreams } from '../port.ts'
import { optionStream, stockStream, tradeUpdateStream } from './kinds.ts'
import { type StreamContext, SupervisedStream } from './supervised-stream.ts'

/** The most quotes Alpaca's free plan lets a connection subscribe to. */
const OPTION_SYMBOLS_MAX = 200

function guarded(handlers: BrokerStreamHandlers, log: Logger): BrokerStreamHandlers {
  const safely = (deliver: () => void): void => {
    try {
      deliver()
    } catch (error) {
      log.error({ err: error }, 'a stream handler threw')
    }
  }
  return {
    onSpot: (quote) => safely(() => handlers.onSpot(quote)),
    onOptionQuotes: (quotes) => safely(() => handlers.onOptionQuotes(quotes)),
    onBar: (bar) => safely(() => handlers.onBar(bar)),
    onTradeUpdate: (update) => safely(() => handlers.onTradeUpdate(update)),
    onStreamState: (stream, state, detail) => safely(() => handlers.onStreamState(stream, state, detail)),
  }
}

function assertSymbols(symbols: readonly string[]): void {
  if (symbols.length <= OPTION_SYMBOLS_MAX) return
  throw new RangeError(`expected at most ${OPTION_SYMBOLS_MAX} option symbols to watch, got ${symbols.length}`)
}

/** Makes `wanted` the given symbols and tells the connection what is new and what is not wanted any more. */
function change(
  wanted: Set<string>,
  symbols: readonly string[],
  stream: SupervisedStream<streaming.MarketDataStream>,
): void {
  const next = new Set(symbols)
  const added = [...next].filter((symbol) => !wanted.has(symbol))
  const dropped = [...wanted].filter((symbol) => !next.has(symbol))
  if (added.length === 0 && dropped.length === 0) return
  wanted.clear()
  for (const symbol of next) wanted.add(symbol)
  stream.resubscribe((current) => {
    // Dropped first, so that a full set never passes the limit while it changes.
    if (dropped.length > 0) current.unsubscribeFromQuotes(dropped)
    if (added.length > 0) current.subscribeForQuotes(added)
  })
}

export function openStreams(context: Omit<StreamContext, 'onState'>, listeners: BrokerStreamHandlers): BrokerStreams {
  const { settings, log } = context
  const handlers = guarded(listeners, log)
  const withState: StreamContext = { ...context, onState: handlers.onStreamState }
  const wanted = new Set<string>()
  const options = new SupervisedStream(optionStream(settings.optionStreamUrl, wanted, handlers), withState)
  const streams = {
    orders: new SupervisedStream(tradeUpdateStream(settings.tradingStreamUrl, handlers, log), withState),
    stock: new SupervisedStream(stockStream(settings.stockStreamUrl, handlers), withState),
    options,
  }
  return {
    watchOptions(symbols) {
      assertSymbols(symbols)
      change(wanted, symbols, options)
    },
    renew: (stream) => streams[stream].renew('it brought nothing while the broker had news'),
    async close() {
      await Promise.all(Object.values(streams).map((stream) => stream.close()))
    },
  }
}
