/**
 * One stream that stays connected until it is closed. The SDK's own reconnecting gives up (after ten attempts, and at
 * once when authentication fails or times out) and reports itself connected before its subscriptions are acknowledged;
 * so it is switched off, and each connection is a fresh SDK stream.
 *
 * Entry point: `SupervisedStream`.
 *
 * 1. `connected` is reported once every wanted subscription is acknowledged, and `disconnected` once after it.
 * 2. A connection that is not acknowledged in time, or a changed subscription that is not, is dropped.
 * 3. Attempts go on for ever; pauses double from `reconnectMin_ms` to `reconnectMax_ms` and start over after an
 *    acknowledgement.
 * 4. After `close()` has resolved there is no timer and no socket left, and nothing more is reported.
 */
import { streaming } from '@alpacahq/alpaca-trade-api'
import type { Logger } from 'pino'
import type { WallClock } from '../../config/clock.ts'
import type { BrokerSettings } from '../options.ts'
import type { StreamName } from '../port.ts'
import { type OpenedSocket, openSocket } from './socket.ts'

const { EVENT, STATE } = streaming
const PING_EVERY_MS = 10_000
const PONG_WAIT_MS = 5000
const CLOSE_WAIT_MS = 500

export type SdkStream = streaming.TradingStream | streaming.MarketDataStream

/** What every SDK stream is built with here. */
export type SdkStreamOptions = Pick<
  streaming.AlpacaWebSocketOptions,
  'credentials' | 'url' | 'reconnect' | 'pingIntervalMs' | 'pongWaitMs' | 'wsFactory'
>

/** What differs between the streams. */
export interface StreamKind<S extends SdkStream> {
  readonly name: StreamName
  readonly url: string
  /** Builds the stream with its listeners and its subscriptions, not connected. */
  build(options: SdkStreamOptions): S
  /** Whether nothing is wanted, so that being authenticated is all. */
  wantsNothing(): boolean
  /** Whether an acknowledgement covers everything wanted. */
  acknowledges(payload: unknown): boolean
  /** After all messages of one frame. */
  onFrame(): void
}

export interface StreamContext {
  readonly settings: BrokerSettings
  readonly log: Logger
  readonly clock: WallClock
  readonly onState: (stream: StreamName, state: 'connected' | 'disconnected', detail: string | null) => void
}

export class SupervisedStream<S extends SdkStream> {
  readonly #kind: StreamKind<S>
  readonly #context: StreamContext
  readonly #log: Logger
  readonly #closing = new AbortController()
  #stream: S | null = null
  #socket: OpenedSocket | null = null
  /** Resolved once the previous socket is gone. */
  #ended: Promise<void> = Promise.resolve()
  #deadline = new AbortController()
  #state: 'connected' | 'disconnected' | null = null
  #detail: string | null = null
  #failures = 0

  constructor(kind: StreamKind<S>, context: StreamContext) {
    this.#kind = kind
    this.#context = context
    this.#log = context.log.child({ stream: kind.name })
    this.#connect()
  }

  /** Changes the subscriptions of the living connection; a new connection takes them from the kind. */
  resubscribe(change: (stream: S) => void): void {
    if (this.#stream === null) return
    change(this.#stream)
    if (this.#state === 'connected' && !this.#kind.wantsNothing()) this.#awaitAcknowledgement()
  }

  /** Ends the connection, open as it may look; the next one is begun as after any loss. */
  renew(why: string): void {
    if (this.#stream === null) return
    this.#detail = why
    this.#socket?.terminate()
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    this.#deadline.abort()
    this.#stream?.disconnect()
    this.#stream = null
    await this.#socket?.close(CLOSE_WAIT_MS)
    await this.#ended
  }

  #connect(): void {
    const { settings } = this.#context
    this.#detail = null
    try {
      const stream = this.#kind.build({
        url: this.#kind.url,
        credentials: { keyId: settings.keyId, secret: settings.secret },
        reconnect: false,
        pingIntervalMs: PING_EVERY_MS,
        pongWaitMs: PONG_WAIT_MS,
        wsFactory: (url, codec) => {
          this.#socket = openSocket(url, codec, () => this.#kind.onFrame())
          return this.#socket.socket
        },
      })
      this.#stream = stream
      this.#listen(stream)
      this.#awaitAcknowledgement()
      stream.connect()
    } catch (error) {
      this.#detail = error instanceof Error ? error.message : String(error)
      this.#lost(this.#stream)
    }
  }

  #listen(stream: S): void {
    const current = (): boolean => this.#stream === stream
    stream.onError((message) => {
      this.#detail = message
      this.#log.warn({ detail: message }, 'stream error')
    })
    stream.on(STATE.AUTHENTICATED, () => {
      if (current() && this.#kind.wantsNothing()) this.#acknowledged()
    })
    stream.on(EVENT.SUBSCRIPTION, (payload: unknown) => {
      if (current() && this.#kind.acknowledges(payload)) this.#acknowledged()
    })
    stream.on(STATE.DISCONNECTED, () => {
      if (current()) this.#lost(stream)
    })
  }

  #acknowledged(): void {
    this.#deadline.abort()
    this.#failures = 0
    this.#report('connected', null)
  }

  /** Drops the connection unless an acknowledgement comes in time. */
  #awaitAcknowledgement(): void {
    this.#deadline.abort()
    const deadline = new AbortController()
    this.#deadline = deadline
    const { streamTimeout_ms } = this.#context.settings
    void this.#context.clock.sleep(streamTimeout_ms, deadline.signal).then(() => {
      if (deadline.signal.aborted) return
      this.#detail ??= `not subscribed within ${streamTimeout_ms} ms`
      this.#socket?.terminate()
    })
  }

  /** A dropped socket may still be open on the SDK's side of a failed authentication: it is ended here for certain. */
  #lost(stream: S | null): void {
    if (this.#closing.signal.aborted) return
    this.#deadline.abort()
    stream?.removeAllListeners()
    this.#stream = null
    this.#ended = this.#socket?.close(CLOSE_WAIT_MS) ?? Promise.resolve()
    this.#socket = null
    this.#report('disconnected', this.#detail)
    void this.#reconnect()
  }

  async #reconnect(): Promise<void> {
    const { reconnectMin_ms, reconnectMax_ms } = this.#context.settings
    const pause_ms = Math.min(reconnectMin_ms * 2 ** this.#failures, reconnectMax_ms)
    this.#failures += 1
    this.#log.info({ attempt: this.#failures, pause_ms, detail: this.#detail }, 'stream reconnecting')
    // One connection a key: the old one must be gone before the next is begun.
    await this.#ended
    await this.#context.clock.sleep(pause_ms, this.#closing.signal)
    if (!this.#closing.signal.aborted) this.#connect()
  }

  #report(state: 'connected' | 'disconnected', detail: string | null): void {
    if (this.#state === state || this.#closing.signal.aborted) return
    this.#state = state
    this.#context.onState(this.#kind.name, state, detail)
  }
}
