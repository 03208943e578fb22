/**
 * Alpaca's `/stream`: trade updates of an account. JSON both ways; the server's frames are binary, as on the paper
 * host. Nothing is replayed to a client that connects later.
 */
import type { RawData, WebSocket } from 'ws'
import { z } from 'zod'
import type { Account } from './account.ts'
import { type Frames, keepAlive } from './frames.ts'

const AUTH_MAX_MS = 10_000
const STREAM = 'trade_updates'

const requestSchema = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('authenticate'),
    data: z.object({ key_id: z.string(), secret_key: z.string() }),
  }),
  z.object({ action: z.literal('auth'), key: z.string(), secret: z.string() }),
  z.object({ action: z.literal('listen'), data: z.object({ streams: z.array(z.string()) }) }),
])

interface Connection {
  readonly socket: WebSocket
  account: Account | null
  listening: boolean
}

export class OrderStream {
  readonly #connections = new Set<Connection>()
  readonly #frames: Frames
  readonly #accountOf: (keyId: unknown, secret: unknown) => Account | null
  readonly #isMute: () => boolean

  /** `isMute`: true while it is provoked to be silent. */
  constructor(frames: Frames, accountOf: (keyId: unknown, secret: unknown) => Account | null, isMute: () => boolean) {
    this.#frames = frames
    this.#accountOf = accountOf
    this.#isMute = isMute
  }

  open(socket: WebSocket): void {
    const connection: Connection = { socket, account: null, listening: false }
    this.#connections.add(connection)
    keepAlive(socket)
    const timer = setTimeout(() => {
      if (connection.account === null) socket.close()
    }, AUTH_MAX_MS)
    socket.on('close', () => {
      clearTimeout(timer)
      this.#connections.delete(connection)
    })
    socket.on('error', () => socket.terminate())
    socket.on('message', (data) => this.#receive(connection, data))
  }

  publish(account: Account, update: () => object): void {
    if (this.#isMute()) return
    let message: object | null = null
    for (const connection of this.#connections) {
      if (connection.account !== account || !connection.listening) continue
      message ??= { stream: STREAM, data: update() }
      this.#send(connection, message)
    }
  }

  /** Ends every connection without a word, as a broken network does. */
  cut(): void {
    for (const { socket } of this.#connections) socket.terminate()
  }

  #receive(connection: Connection, data: RawData): void {
    const request = readRequest(data)
    if (request === null) {
      this.#send(connection, { action: 'error', data: { error_message: 'invalid message' } })
    } else if (request.action === 'listen') {
      if (connection.account === null) {
        this.#authorization(connection, 'unauthorized', 'listen')
        return
      }
      connection.listening = request.data.streams.includes(STREAM)
      this.#send(connection, { stream: 'listening', data: { streams: connection.listening ? [STREAM] : [] } })
    } else {
      const [keyId, secret] =
        request.action === 'auth' ? [request.key, request.secret] : [request.data.key_id, request.data.secret_key]
      connection.account = this.#accountOf(keyId, secret)
      const known = connection.account !== null
      this.#authorization(connection, known ? 'authorized' : 'unauthorized', 'authenticate')
      if (!known) connection.socket.close()
    }
  }

  #authorization(connection: Connection, status: string, action: string): void {
    this.#send(connection, { stream: 'authorization', data: { status, action } })
  }

  #send(connection: Connection, message: object): void {
    this.#frames.send(connection.socket, Buffer.from(JSON.stringify(message)))
  }
}

function readRequest(data: RawData): z.infer<typeof requestSchema> | null {
  try {
    const parsed = requestSchema.safeParse(JSON.parse(data.toString()))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
