/**
 * A broker with its streams on, what they have told so far, and the orders the conformance tests send.
 *
 * Entry point: `setStage`.
 */
import { putSymbol } from '../../src/broker/occ.ts'
import type {
  Broker,
  BrokerResult,
  BrokerStreamHandlers,
  BrokerStreams,
  OrderRequest,
  TradeUpdate,
} from '../../src/broker/port.ts'
import { addDays, newYorkDate } from '../../src/strategy/newyork-time.ts'
import type { ChainRow, Quote } from '../../src/strategy/types.ts'
import { COMES_MS_MAX, eventually } from '../support/waits.ts'

export interface ConformanceSubject {
  readonly broker: Broker
  /** Moves a simulated market on by seconds of market time; null on a real one. */
  readonly step: ((seconds: number) => Promise<void>) | null
  close(): Promise<void>
}

const PROBE_EVERY_MS = 25
const WIDTH = 5
export const STRIKE_RANGE = 12
/** Order ids are used up for good, so each run has its own. */
export const RUN = process.hrtime.bigint().toString(36)

export function value<T>(result: BrokerResult<T>): T {
  if (!result.ok) throw new Error(`${result.error.kind}: ${result.error.message}`)
  return result.value
}

export function errorOf<T>(result: BrokerResult<T>) {
  if (result.ok) throw new Error(`expected an error, got ${JSON.stringify(result.value)}`)
  return result.error
}

/** A broker that counts requests is asked less often than a test's own memory. */
export const until = <T>(what: string, probe: () => T | null | Promise<T | null>): Promise<T> =>
  eventually(what, probe, COMES_MS_MAX, PROBE_EVERY_MS)

export interface Pair {
  readonly short: ChainRow & { readonly symbol: string }
  readonly long: ChainRow & { readonly symbol: string }
}

const usable = (row: ChainRow | undefined): row is ChainRow & { bid: number; ask: number } =>
  row !== undefined && row.bid !== null && row.ask !== null && row.bid > 0 && row.ask > 0

/** The highest put at or below spot that has a quoted put `WIDTH` below it. */
export function pickSpread(chain: readonly ChainRow[], spot: number, expiry: string): Pair {
  const symbolled = (row: ChainRow) => ({ ...row, symbol: putSymbol(expiry, row.strike) })
  for (const row of chain.toReversed()) {
    const long = chain.find((other) => other.strike === row.strike - WIDTH)
    if (row.strike <= spot && usable(row) && usable(long)) return { short: symbolled(row), long: symbolled(long) }
  }
  throw new Error('expected a put spread below spot, found none')
}

export function spreadRequest(
  pair: Pair,
  purpose: 'open' | 'close',
  id: string,
  limitPrice: string | null,
): OrderRequest {
  const opening = purpose === 'open'
  return {
    clientOrderId: `conformance-${RUN}-${id}`,
    qty: 1,
    limitPrice,
    legs: [
      {
        symbol: pair.short.symbol,
        side: opening ? 'sell' : 'buy',
        positionIntent: opening ? 'sell_to_open' : 'buy_to_close',
      },
      {
        symbol: pair.long.symbol,
        side: opening ? 'buy' : 'sell',
        positionIntent: opening ? 'buy_to_open' : 'sell_to_close',
      },
    ],
  }
}

export interface Stage {
  readonly subject: ConformanceSubject
  readonly streams: BrokerStreams
  readonly now_ms: number
  readonly isOpen: boolean
  readonly expiry: string
  readonly states: string[]
  readonly updates: TradeUpdate[]
  readonly spots: Quote[]
  readonly frames: ReadonlyMap<string, Quote>[]
}

export async function setStage(makeBroker: () => Promise<ConformanceSubject>): Promise<Stage> {
  const subject = await makeBroker()
  const seen = {
    states: [] as string[],
    updates: [] as TradeUpdate[],
    spots: [] as Quote[],
    frames: [] as ReadonlyMap<string, Quote>[],
  }
  const handlers: BrokerStreamHandlers = {
    onSpot: (quote) => seen.spots.push(quote),
    onOptionQuotes: (quotes) => seen.frames.push(quotes),
    onBar: () => {},
    onTradeUpdate: (update) => seen.updates.push(update),
    onStreamState: (stream, state) => seen.states.push(`${stream} ${state}`),
  }
  const streams = subject.broker.streams(handlers)
  const { now_ms, isOpen } = value(await subject.broker.clock())
  const today = newYorkDate(now_ms)
  const days = value(await subject.broker.calendar(today, addDays(today, 7)))
  const next = days.find((day) => day.close_ms > now_ms)
  if (next === undefined) throw new Error('expected a trading day within a week')
  return { subject, streams, now_ms, isOpen, expiry: next.date, ...seen }
}
