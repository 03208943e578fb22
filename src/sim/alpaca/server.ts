/**
 * One HTTP server that is Alpaca's trading API, market data API, three streams and the simulator's control API.
 *
 * 1. Every request but the control API's needs the two key headers (401), counts against the key's limit and carries
 *    the
 *    `X-RateLimit-*` headers.
 * 2. Refusals are `{code, message}` bodies, also those of a malformed body or an unknown path.
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { WebSocketServer } from 'ws'
import type { Account } from './account.ts'
import { controlRoutes } from './control.ts'
import type { DataStream } from './data-stream.ts'
import { AlpacaError, malformed, rateLimited, serverError, unauthorized } from './errors.ts'
import type { Frames } from './frames.ts'
import type { OrderStream } from './order-stream.ts'
import { answerFailures, hostOf, isControl } from './outage.ts'
import type { Provocations, StreamName } from './provocations.ts'
import { RateLimit } from './rate-limit.ts'
import { dataRoutes } from './rest-data.ts'
import { tradingRoutes } from './rest-trading.ts'
import type { Simulation } from './simulation.ts'

const BODY_BYTES_MAX = 256 * 1024

interface Streams {
  readonly orders: OrderStream
  readonly stock: DataStream
  readonly option: DataStream
}

export function createServer(
  sim: Simulation,
  streams: Streams,
  frames: Frames,
  options: { readonly requestsPerMinute: number; readonly log: Logger | undefined },
): FastifyInstance {
  const app = fastify({ bodyLimit: BODY_BYTES_MAX, forceCloseConnections: true })
  const accounts = new WeakMap<FastifyRequest, Account>()
  const accountOf = (request: FastifyRequest): Account => {
    const account = accounts.get(request)
    if (account === undefined) throw unauthorized()
    return account
  }
  acceptAnyJson(app)
  answerErrors(app, options.log)
  const { requestsPerMinute } = options
  const limits = { trading: new RateLimit(requestsPerMinute), data: new RateLimit(requestsPerMinute) }
  app.addHook('onRequest', async (request, reply) => {
    if (isControl(request.url)) return
    const { headers } = request
    const account = sim.accountOf(headers['apca-api-key-id'], headers['apca-api-secret-key'])
    if (account === null) throw unauthorized()
    accounts.set(request, account)
    const rate = limits[hostOf(request.url)].take(account.options.keyId, Date.now())
    reply.header('X-RateLimit-Limit', rate.limit)
    reply.header('X-RateLimit-Remaining', rate.remaining)
    reply.header('X-RateLimit-Reset', rate.reset_s)
    reply.header('X-Request-ID', request.id)
    if (!rate.allowed) throw rateLimited()
  })
  answerFailures(app, sim.provocations)
  controlRoutes(app, sim, frames)
  tradingRoutes(app, sim, accountOf)
  dataRoutes(app, sim)
  upgradeStreams(app, streams, sim.provocations)
  return app
}

/** A DELETE may say it has a JSON body and have none. */
function acceptAnyJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined)
    try {
      done(null, JSON.parse(String(body)))
    } catch {
      done(malformed('request body format is invalid'))
    }
  })
}

function answerErrors(app: FastifyInstance, log: Logger | undefined): void {
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ code: 40410000, message: 'endpoint not found.' }))
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof AlpacaError) return reply.code(error.status).send(error.body())
    if (error instanceof RangeError) return reply.code(400).send({ code: 40010000, message: error.message })
    log?.error({ err: error, url: request.url }, 'market simulator: request failed')
    return reply.code(500).send(serverError().body())
  })
}

const STREAM_PATHS: ReadonlyMap<string, StreamName> = new Map([
  ['/stream', 'orders'],
  ['/v2/iex', 'stock'],
  ['/v1beta1/indicative', 'option'],
])

function upgradeStreams(app: FastifyInstance, streams: Streams, provocations: Provocations): void {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const stream = STREAM_PATHS.get((request.url ?? '').split('?')[0] ?? '')
    if (stream !== undefined && provocations.refuses(stream)) {
      socket.destroy()
      return
    }
    const msgpack = request.headers['content-type'] === 'application/msgpack'
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (stream === undefined) webSocket.close(1008, 'unknown stream')
      else streams[stream].open(webSocket, msgpack)
    })
  })
  app.addHook('preClose', async () => {
    provocations.calm()
    for (const client of sockets.clients) client.terminate()
    sockets.close()
  })
}
