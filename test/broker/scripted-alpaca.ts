/**
 * A scripted stand-in for Alpaca's HTTP and websocket servers: each test says what it answers, so that it can misbehave
 * in ways no simulator should.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decode, encode } from '@msgpack/msgpack'
import pino from 'pino'
import { type WebSocket, WebSocketServer } from 'ws'
import { createAlpacaBroker } from '../../src/broker/alpaca-broker.ts'
import type { AlpacaBrokerOptions } from '../../src/broker/options.ts'
import type { Broker } from '../../src/broker/port.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'

interface SeenRequest {
  readonly method: string
  /** Path with its query. */
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export type Answer = (request: SeenRequest, response: ServerResponse) => void

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }

export interface StreamPeer {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly socket: WebSocket
  /** What the client sent, decoded, oldest first. */
  readonly received: Record<string, unknown>[]
  /** Sends one frame, encoded as the path wants it. */
  send(message: unknown): void
}

export interface ScriptedAlpaca {
  readonly url: string
  readonly seen: SeenRequest[]
  readonly peers: StreamPeer[]
  /** Answers for `METHOD /path`, used in turn; the last one stays. */
  on(route: string, ...answers: Answer[]): void
  /** Handles each message of a stream client; replaces the default, which plays the well-behaved server. */
  onStreamMessage: (peer: StreamPeer, message: Record<string, unknown>) => void
  broker(options?: Partial<AlpacaBrokerOptions>): Broker
  close(): Promise<void>
}

export const silentLog = pino({ level: 'silent' })

/** Authenticates everyone and acknowledges every subscription, as Alpaca does. */
export function wellBehaved(peer: StreamPeer, message: Record<string, unknown>): void {
  if (message.action === 'authenticate') {
    peer.send({ stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } })
  } else if (message.action === 'listen') {
    peer.send({ stream: 'listening', data: message.data })
  } else if (message.action === 'auth') {
    peer.send([{ T: 'success', msg: 'authenticated' }])
  } else if (message.action === 'subscribe' || message.action === 'unsubscribe') {
    peer.send([{ T: 'subscription', quotes: subscribed(peer, 'quotes'), bars: subscribed(peer, 'bars') }])
  }
}

/** The symbols a peer is subscribed to after everything it sent. */
export function subscribed(peer: StreamPeer, channel: 'quotes' | 'bars'): string[] {
  const symbols = new Set<string>()
  for (const message of peer.received) {
    const named = Array.isArray(message[channel]) ? message[channel].map(String) : []
    for (const symbol of named) {
      if (message.action === 'subscribe') symbols.add(symbol)
      else symbols.delete(symbol)
    }
  }
  return [...symbols]
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const text = Buffer.concat(chunks).toString('utf8')
  return text === '' ? undefined : JSON.parse(text)
}

export async function startScriptedAlpaca(): Promise<ScriptedAlpaca> {
  const routes = new Map<string, Answer[]>()
  const seen: SeenRequest[] = []
  const peers: StreamPeer[] = []
  const brokers: Broker[] = []

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://scripted')
    const body = await readBody(request)
    const one: SeenRequest = { method: request.method ?? '', url, headers: request.headers, body }
    seen.push(one)
    const answers = routes.get(`${one.method} ${url.pathname}`) ?? [json(404, { code: 40410000, message: 'no route' })]
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    answer?.(one, response)
  }
  const server = createServer((request, response) => void handle(request, response))
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket, request) => {
    const path = request.url ?? ''
    const text = path === '/stream'
    const peer: StreamPeer = {
      path,
      headers: request.headers,
      socket,
      received: [],
      // Paper answers in binary frames that hold JSON.
      send: (message) => socket.send(text ? Buffer.from(JSON.stringify(message)) : encode(message)),
    }
    peers.push(peer)
    socket.on('message', (data: Buffer) => {
      const message = (text ? JSON.parse(data.toString('utf8')) : decode(data)) as Record<string, unknown>
      peer.received.push(message)
      scripted.onStreamMessage(peer, message)
    })
    if (!text) peer.send([{ T: 'success', msg: 'connected' }])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const streams = `ws://127.0.0.1:${port}`

  const scripted: ScriptedAlpaca = {
    url,
    seen,
    peers,
    onStreamMessage: wellBehaved,
    on: (route, ...answers) => void routes.set(route, answers),
    broker(options = {}) {
      const broker = createAlpacaBroker({
        keyId: 'PKTEST',
        secret: 'secret',
        tradingUrl: url,
        dataUrl: url,
        tradingStreamUrl: `${streams}/stream`,
        stockStreamUrl: `${streams}/v2/iex`,
        optionStreamUrl: `${streams}/v1beta1/indicative`,
        log: silentLog,
        wallClock: systemWallClock,
        reconnectMin_ms: 10,
        reconnectMax_ms: 50,
        ...options,
      })
      brokers.push(broker)
      return broker
    },
    async close() {
      await Promise.all(brokers.map((broker) => broker.close()))
      for (const client of sockets.clients) client.terminate()
      await new Promise<void>((resolve) => sockets.close(() => resolve()))
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  return scripted
}
