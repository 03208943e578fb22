/**
 * A proxy on loopback between a client under test and a simulator: it keeps what goes over the wire, both ways, and
 * spoils answers on request. Entry point: `startWire`.
 *
 * 1. HTTP and websockets are passed on byte by byte, the `Host` header too: addresses in answers lead back to the
 *    proxy.
 * 2. A request that is spoiled before it is done never reaches the simulator.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { type RawData, WebSocket, WebSocketServer } from 'ws'

/** Far more than a simulated day brings; a test that reaches it runs away. */
const KEPT_MAX = 500_000

/** `isDone`: the simulator gets the request and does it; only the answer is spoiled. */
export type Spoiled =
  | { readonly kind: 'silent'; readonly isDone: boolean }
  | { readonly kind: 'reset'; readonly isDone: boolean }
  | {
      readonly kind: 'status'
      readonly isDone: boolean
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly kind: 'late'; readonly wait_ms: number }
  /** Done; half of the answer's body arrives. */
  | { readonly kind: 'broken' }

interface WireRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
}

interface WireExchange extends WireRequest {
  /** Parsed where it is JSON; undefined where there is none. */
  readonly body: unknown
  /** 0: nothing came back. */
  readonly status: number
  readonly answer: unknown
}

export interface WireFrame {
  /** Of the socket, with its query. */
  readonly path: string
  readonly direction: 'to client' | 'to server'
  readonly data: Buffer
  readonly isBinary: boolean
}

export interface Wire {
  /** `http://host:port`, without a slash. */
  readonly url: string
  readonly exchanges: readonly WireExchange[]
  readonly frames: readonly WireFrame[]
  /** Codes with which the server ended sockets. */
  readonly closeCodes: readonly number[]
  /** Asked of each coming request; null leaves it alone. Null instead of a function: all goes well again. */
  spoil(how: ((request: WireRequest) => Spoiled | null) | null): void
  close(): Promise<void>
}

interface Answered {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export async function startWire(target: string): Promise<Wire> {
  const exchanges: WireExchange[] = []
  const held = new Set<ServerResponse>()
  let how: ((request: WireRequest) => Spoiled | null) | null = null

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/' } = incoming
    const body = await bytesOf(incoming)
    const spoiled = how?.({ method, path }) ?? null
    const isDone = spoiled === null || !('isDone' in spoiled) || spoiled.isDone
    const answered = isDone ? await passOn(target, incoming, body) : null
    if (exchanges.length >= KEPT_MAX) throw new Error(`expected at most ${KEPT_MAX} requests in a test`)
    const answer = answered === null ? undefined : jsonOf(answered.body)
    exchanges.push({ method, path, body: jsonOf(body), status: answered?.status ?? 0, answer })
    await give(response, answered, spoiled, held)
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy())
  })
  const { sockets, frames, closeCodes } = passSockets(target)
  server.on('upgrade', (incoming, socket, head) => sockets.upgrade(incoming, socket, head))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('expected a port')
  const letGo = () => {
    for (const response of held) response.destroy()
    held.clear()
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    exchanges,
    frames,
    closeCodes,
    spoil(next) {
      how = next
      if (next === null) letGo()
    },
    async close() {
      letGo()
      sockets.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

async function give(
  response: ServerResponse,
  answered: Answered | null,
  spoiled: Spoiled | null,
  held: Set<ServerResponse>,
): Promise<void> {
  if (spoiled?.kind === 'silent') {
    held.add(response)
    response.once('close', () => held.delete(response))
    return
  }
  if (spoiled?.kind === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  if (spoiled?.kind === 'status') {
    response.writeHead(spoiled.status, { 'content-type': 'application/json', ...spoiled.headers })
    response.end(JSON.stringify({ code: spoiled.status * 100_000, message: 'spoiled on its way' }))
    return
  }
  if (answered === null) return void response.destroy()
  if (spoiled?.kind === 'late') await wait(spoiled.wait_ms)
  const { 'transfer-encoding': _chunked, connection: _connection, ...headers } = answered.headers
  const body = spoiled?.kind === 'broken' ? answered.body.subarray(0, answered.body.length / 2) : answered.body
  if ('content-length' in headers) headers['content-length'] = String(body.length)
  response.writeHead(answered.status, headers)
  response.end(body)
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

function jsonOf(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

function passOn(target: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const passed = request(new URL(url ?? '/', target), { method, headers }, (answer) => {
      bytesOf(answer).then(
        (bytes) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: bytes }),
        reject,
      )
    })
    passed.once('error', reject)
    passed.end(body)
  })
}

/** Each socket of a client gets one of its own to the server; either end takes the other with it. */
function passSockets(target: string) {
  const frames: WireFrame[] = []
  const closeCodes: number[] = []
  const open = new Set<WebSocket>()
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false })

  const bridge = (client: WebSocket, { url: path = '/', headers }: IncomingMessage): void => {
    const { host, authorization, 'content-type': type } = headers
    const wanted = Object.entries({ host, authorization, 'content-type': type }).filter(([, value]) => value)
    const upstream = new WebSocket(new URL(path, target.replace('http', 'ws')), {
      perMessageDeflate: false,
      headers: Object.fromEntries(wanted),
    })
    const early: [RawData, boolean][] = []
    const keep = (direction: WireFrame['direction'], data: RawData, isBinary: boolean) => {
      if (frames.length >= KEPT_MAX) throw new Error(`expected at most ${KEPT_MAX} frames in a test`)
      frames.push({ path, direction, data: Buffer.from(data as Buffer), isBinary })
    }
    client.on('message', (data, binary) => {
      keep('to server', data, binary)
      if (upstream.readyState === WebSocket.CONNECTING) early.push([data, binary])
      else upstream.send(data, { binary })
    })
    upstream.on('open', () => {
      for (const [data, binary] of early) upstream.send(data, { binary })
    })
    upstream.on('message', (data, binary) => {
      keep('to client', data, binary)
      client.send(data, { binary })
    })
    upstream.on('close', (code) => {
      closeCodes.push(code)
      client.terminate()
    })
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket)
      socket.on('error', () => socket.terminate())
      socket.on('ping', () => undefined)
      socket.on('close', () => {
        open.delete(socket)
        other.terminate()
      })
    }
  }
  return {
    frames,
    closeCodes,
    sockets: {
      upgrade(incoming: IncomingMessage, socket: import('node:stream').Duplex, head: Buffer) {
        server.handleUpgrade(incoming, socket, head, (client) => bridge(client, incoming))
      },
      close() {
        for (const socket of open) socket.terminate()
        server.close()
      },
    },
  }
}
