/**
 * The socket under an SDK stream. The SDK calls back once per message of a frame; only the socket knows where a frame
 * ends, and that is what keeps the quotes of one frame together.
 *
 * Entry point: `openSocket`.
 */
import type { streaming } from '@alpacahq/alpaca-trade-api'
import { WebSocket } from 'ws'
import { guardSocketUrl } from '../host-guard.ts'

const HANDSHAKE_TIMEOUT_MS = 10_000
const PAYLOAD_BYTES_MAX = 16 * 1024 * 1024
const NORMAL_CLOSURE = 1000

export interface OpenedSocket {
  /** What the SDK needs. */
  readonly socket: streaming.WebSocketLike
  /** Says goodbye, so that the broker frees the connection at once, and waits for the end; forced after `wait_ms`. */
  close(wait_ms: number): Promise<void>
  terminate(): void
}

/** @param onFrame runs after all messages of a frame were handled. */
export function openSocket(url: string, codec: streaming.Codec, onFrame: () => void): OpenedSocket {
  const socket = new WebSocket(guardSocketUrl(url), {
    perMessageDeflate: false,
    followRedirects: false,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: PAYLOAD_BYTES_MAX,
    // Alpaca answers in the encoding this header asks for.
    ...(codec === 'msgpack' ? { headers: { 'Content-Type': 'application/msgpack' } } : {}),
  })
  // A socket given up while connecting still reports it; without a listener that would end the process.
  socket.on('error', () => {})
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return {
    socket: {
      on: (event, listener) =>
        event === 'message'
          ? socket.on('message', (data: unknown) => {
              listener(data)
              onFrame()
            })
          : socket.on(event, listener),
      send: (data) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(data)
      },
      close: (code, reason) => socket.close(code, reason),
      terminate: () => socket.terminate(),
      ping: (data) => socket.ping(data),
      get readyState() {
        return socket.readyState
      },
    },
    async close(wait_ms) {
      const force = setTimeout(() => socket.terminate(), wait_ms)
      socket.close(NORMAL_CLOSURE)
      await ended
      clearTimeout(force)
    },
    terminate: () => socket.terminate(),
  }
}
