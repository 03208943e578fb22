/**
 * The broker's streams: what each open connection is sent, and what becomes of it on the way. Quotes, bars and order
 * updates get lost, come twice, late, out of order or (quotes) spoiled; connections are cut or fall silent.
 */
import type { BrokerStreamHandlers, BrokerStreams, StreamName, TradeUpdate } from '../../broker/port.ts'
import type { Quote } from '../../strategy/types.ts'
import type { FaultCounts, FaultPlan } from '../faults/fault.ts'
import type { SimProcess } from '../time/sim-process.ts'
import type { DayMarket } from './day-market.ts'
import { spoiled, spoiledAll } from './spoiled.ts'
import { strikeOf } from './touch.ts'

const STREAMS: readonly StreamName[] = ['orders', 'stock', 'options']
const CONNECT_MS = 150
const RECONNECT_MS_MAX = 8000
/** Between an event at the broker and its arrival. */
const LATENCY_MS = 20

export interface StreamFaults {
  readonly plan: FaultPlan
  readonly counts: FaultCounts
  readonly trace: ((line: string) => void) | null
}

interface Connection {
  readonly process: SimProcess
  readonly handlers: BrokerStreamHandlers
  watched: readonly string[]
  isUp: boolean
  isClosed: boolean
  /** Mute until then: connected, and nothing comes. */
  muteUntil_ms: number
}

export class DataStreams {
  readonly #faults: StreamFaults
  readonly #market: DayMarket
  readonly #connections = new Set<Connection>()
  /** Quotes of positions sent: each makes the session check its exits. */
  optionQuotes = 0

  constructor(market: DayMarket, faults: StreamFaults) {
    this.#market = market
    this.#faults = faults
  }

  open(process: SimProcess, handlers: BrokerStreamHandlers): BrokerStreams {
    const connection: Connection = { process, handlers, watched: [], isUp: false, isClosed: false, muteUntil_ms: 0 }
    this.#connections.add(connection)
    this.#connect(connection, CONNECT_MS)
    return {
      renew: () => undefined,
      watchOptions: (symbols) => {
        connection.watched = symbols
      },
      close: async () => {
        connection.isClosed = true
        this.#connections.delete(connection)
      },
    }
  }

  /** Whether anybody watches options: else their quotes need not be made. */
  get isWatched(): boolean {
    for (const { process, watched } of this.#connections) if (process.isAlive && watched.length > 0) return true
    return false
  }

  quotes(at_ms: number): void {
    for (const connection of this.#connections) {
      const { process, handlers, watched } = connection
      if (!process.isAlive) this.#connections.delete(connection)
      const spot = this.#market.spot(at_ms)
      this.#send(
        connection,
        'stream.spot',
        () => handlers.onSpot(spot),
        (variant) => handlers.onSpot(spoiled(spot, variant)),
      )
      if (watched.length === 0) continue
      this.optionQuotes += 1
      const quotes = new Map<string, Quote & { t_ms: number }>()
      for (const symbol of watched) quotes.set(symbol, this.#market.put(strikeOf(symbol), at_ms))
      this.#send(
        connection,
        'stream.options',
        () => handlers.onOptionQuotes(quotes),
        (variant) => handlers.onOptionQuotes(spoiledAll(quotes, variant)),
      )
    }
  }

  bar(start_ms: number): void {
    const bar = this.#market.bar(start_ms)
    for (const connection of this.#connections) {
      this.#send(connection, 'stream.bar', () => connection.handlers.onBar(bar))
    }
  }

  update(update: TradeUpdate): void {
    for (const connection of this.#connections) {
      const { process, handlers } = connection
      process.time.after(LATENCY_MS, () =>
        this.#send(connection, 'stream.orders', () => handlers.onTradeUpdate(update)),
      )
    }
  }

  /** `spoil` delivers it as a feed at fault would have it, where it has quotes. */
  #send(connection: Connection, site: string, deliver: () => void, spoil?: (variant: number) => void): void {
    const { process, isUp, muteUntil_ms } = connection
    if (!process.isAlive || !isUp || muteUntil_ms > process.time.now_ms) return
    const { plan, counts, trace } = this.#faults
    counts.call(site)
    const fault = plan.draw(site, process.time.now_ms)
    const unlessClosed = (): void => {
      if (!connection.isClosed) deliver()
    }
    if (fault === null) {
      process.deliver(unlessClosed)
      return
    }
    counts.fault(site, fault.kind)
    trace?.(`${process.name} ${site} ! ${fault.kind} ${Math.round(fault.wait_ms)} ms`)
    switch (fault.kind) {
      case 'crash_before':
      case 'crash_after':
      case 'error':
        this.#cut(connection, fault.wait_ms)
        return
      case 'pause':
        connection.muteUntil_ms = process.time.now_ms + fault.wait_ms * 10
        return
      case 'lost_answer':
        return
      case 'late':
        if (spoil !== undefined) {
          process.deliver(() => {
            if (!connection.isClosed) spoil(fault.variant)
          })
          return
        }
        process.after(fault.wait_ms, unlessClosed)
        return
      case 'delay':
        // What comes after it overtakes it.
        process.after(fault.wait_ms, unlessClosed)
        return
      case 'duplicate':
        process.deliver(unlessClosed)
        process.after(fault.wait_ms * fault.variant, unlessClosed)
    }
  }

  #cut(connection: Connection, wait_ms: number): void {
    if (!connection.isUp) return
    connection.isUp = false
    this.#tell(connection, 'disconnected')
    this.#connect(connection, Math.min(wait_ms, RECONNECT_MS_MAX) + CONNECT_MS)
  }

  #connect(connection: Connection, wait_ms: number): void {
    connection.process.after(wait_ms, () => {
      if (connection.isClosed) return
      connection.isUp = true
      this.#tell(connection, 'connected')
    })
  }

  #tell(connection: Connection, state: 'connected' | 'disconnected'): void {
    connection.process.deliver(() => {
      for (const stream of STREAMS) connection.handlers.onStreamState(stream, state, null)
    })
  }
}
