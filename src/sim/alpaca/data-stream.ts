/**
 * Alpaca's market data streams: `/v2/iex` (SPY's quotes and bars) and `/v1beta1/indicative` (the puts' quotes).
 *
 * 1. Every message is an array. msgpack where the client's `Content-Type` says so, as the SDK's does, JSON otherwise.
 * 2. `connected` at once, then the client has ten seconds to authenticate; one connection a key and stream (406).
 * 3. One frame a connection and book: all subscribed contracts of a book stand in the same frame.
 * 4. Nothing is replayed: what was published before a subscription does not come.
 */
import { decode, encode } from '@msgpack/msgpack'
import type { RawData, WebSocket } from 'ws'
import { z } from 'zod'
import type { MarketBook, VolumeBar } from '../market/price-source.ts'
import type { Account } from './account.ts'
import { barFigures } from './bar-figures.ts'
import { parsePut, UNDERLYING } from './contracts.ts'
import { type Frames, keepAlive } from './frames.ts'
import { quoteFigures } from './quote-figures.ts'

type DataStreamKind = 'stock' | 'option'

const AUTH_MAX_MS = 10_000
/** The free plan's limits. */
const SYMBOLS_MAX: Readonly<Record<DataStreamKind, number>> = { stock: 30, option: 200 }
const CHANNELS: Readonly<Record<DataStreamKind, readonly string[]>> = {
  stock: ['trades', 'quotes', 'bars', 'updatedBars', 'dailyBars', 'statuses', 'lulds', 'corrections', 'cancelErrors'],
  option: ['trades', 'quotes'],
}
const ERRORS: Readonly<Record<number, string>> = {
  400: 'invalid syntax',
  401: 'not authenticated',
  402: 'auth failed',
  403: 'already authenticated',
  404: 'auth timeout',
  405: 'symbol limit exceeded',
  406: 'connection limit exceeded',
}
/** Errors after which the server hangs up. */
const FATAL: ReadonlySet<number> = new Set([402, 404, 406])

const symbols = z.array(z.string().min(1)).optional()
const requestSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('auth'), key: z.string(), secret: z.string() }),
  z.looseObject({ action: z.literal('subscribe'), quotes: symbols, bars: symbols, trades: symbols }),
  z.looseObject({ action: z.literal('unsubscribe'), quotes: symbols, bars: symbols, trades: symbols }),
])
type StreamRequest = z.infer<typeof requestSchema>

interface Connection {
  readonly socket: WebSocket
  readonly msgpack: boolean
  readonly subscribed: ReadonlyMap<string, Set<string>>
  account: Account | null
}

interface DataStreamOptions {
  readonly kind: DataStreamKind
  readonly frames: Frames
  readonly accountOf: (keyId: unknown, secret: unknown) => Account | null
  /** Wall time for authenticating; ten seconds unless a test is in a hurry. */
  readonly authMax_ms?: number
  /** True while it is provoked to be silent. */
  readonly isMute: () => boolean
}

export class DataStream {
  readonly #options: DataStreamOptions
  readonly #connections = new Set<Connection>()

  constructor(options: DataStreamOptions) {
    this.#options = options
  }

  open(socket: WebSocket, msgpack: boolean): void {
    const subscribed = new Map(CHANNELS[this.#options.kind].map((channel) => [channel, new Set<string>()]))
    const connection: Connection = { socket, msgpack, subscribed, account: null }
    this.#connections.add(connection)
    keepAlive(socket)
    const timer = setTimeout(() => {
      if (connection.account === null) this.#error(connection, 404)
    }, this.#options.authMax_ms ?? AUTH_MAX_MS)
    socket.on('close', () => {
      clearTimeout(timer)
      this.#connections.delete(connection)
    })
    socket.on('error', () => socket.terminate())
    socket.on('message', (data) => this.#receive(connection, data))
    this.#send(connection, [{ T: 'success', msg: 'connected' }])
  }

  publishBars(bars: readonly VolumeBar[]): void {
    if (this.#options.kind !== 'stock' || this.#options.isMute()) return
    for (const connection of this.#connections) {
      if (!wants(connection, 'bars', UNDERLYING)) continue
      this.#send(
        connection,
        bars.map((bar) => ({
          T: 'b',
          S: UNDERLYING,
          ...barFigures(bar),
          t: new Date(bar.t_ms),
        })),
      )
    }
  }

  publishBook(book: MarketBook, expiry: string): void {
    if (this.#options.isMute()) return
    for (const connection of this.#connections) {
      const quotes =
        this.#options.kind === 'stock' ? stockQuotes(connection, book) : putQuotes(connection, book, expiry)
      if (quotes.length > 0) this.#send(connection, quotes)
    }
  }

  /** Ends every connection without a word, as a broken network does. */
  cut(): void {
    for (const { socket } of this.#connections) socket.terminate()
  }

  #receive(connection: Connection, data: RawData): void {
    const error = this.#handle(connection, readRequest(data, connection.msgpack))
    if (error !== null) this.#error(connection, error)
  }

  /** The error code to answer; null where the request was carried out. */
  #handle(connection: Connection, request: StreamRequest | null): number | null {
    if (request === null) return 400
    if (request.action === 'auth') return this.#authenticate(connection, request.key, request.secret)
    return connection.account === null ? 401 : this.#subscribe(connection, request)
  }

  #authenticate(connection: Connection, key: string, secret: string): number | null {
    if (connection.account !== null) return 403
    const account = this.#options.accountOf(key, secret)
    if (account === null) return 402
    for (const other of this.#connections) if (other.account === account) return 406
    connection.account = account
    this.#send(connection, [{ T: 'success', msg: 'authenticated' }])
    return null
  }

  #subscribe(connection: Connection, request: Exclude<StreamRequest, { action: 'auth' }>): number | null {
    const changes = [...connection.subscribed].map(([channel, current]) => {
      const parsed = z.array(z.string()).safeParse(request[channel])
      return { current, names: parsed.success ? parsed.data : [] }
    })
    if (this.#options.kind === 'option' && changes.some(({ names }) => names.includes('*'))) return 400
    if (request.action === 'subscribe') {
      const limit = SYMBOLS_MAX[this.#options.kind]
      if (changes.some(({ current, names }) => new Set([...current, ...names]).size > limit)) return 405
      for (const { current, names } of changes) for (const name of names) current.add(name)
    } else {
      for (const { current, names } of changes) for (const name of names) current.delete(name)
    }
    const state = Object.fromEntries([...connection.subscribed].map(([channel, names]) => [channel, [...names]]))
    this.#send(connection, [{ T: 'subscription', ...state }])
    return null
  }

  #error(connection: Connection, code: number): void {
    this.#send(connection, [{ T: 'error', code, msg: ERRORS[code] ?? 'internal error' }])
    if (FATAL.has(code)) connection.socket.close()
  }

  #send(connection: Connection, messages: readonly object[]): void {
    // JSON writes a Date as RFC-3339, msgpack as its timestamp extension: what the real streams do.
    this.#options.frames.send(connection.socket, connection.msgpack ? encode(messages) : JSON.stringify(messages))
  }
}

function readRequest(data: RawData, msgpack: boolean): StreamRequest | null {
  try {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : new Uint8Array(data)
    const message = msgpack ? decode(bytes) : JSON.parse(Buffer.from(bytes).toString('utf8'))
    const parsed = requestSchema.safeParse(message)
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

function wants(connection: Connection, channel: string, symbol: string): boolean {
  const names = connection.subscribed.get(channel)
  return names !== undefined && (names.has(symbol) || names.has('*'))
}

function stockQuotes(connection: Connection, book: MarketBook): object[] {
  if (!wants(connection, 'quotes', UNDERLYING)) return []
  const quote = quoteFigures(book.spot, 'V')
  return [{ T: 'q', S: UNDERLYING, ...quote, c: ['R'], z: 'B', t: new Date(book.t_ms) }]
}

function putQuotes(connection: Connection, book: MarketBook, expiry: string): object[] {
  const messages: object[] = []
  for (const symbol of connection.subscribed.get('quotes') ?? []) {
    const put = parsePut(symbol)
    if (put === null || put.expiry !== expiry) continue
    const quote = book.puts.get(put.strike)
    if (quote === undefined) continue
    messages.push({
      T: 'q',
      S: symbol,
      ...quoteFigures(quote, 'C'),
      c: 'A',
      t: new Date(book.t_ms),
    })
  }
  return messages
}
