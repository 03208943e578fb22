/** The page's side: its websocket, the uploaded files, its own files, and the way to the market simulator. */
import { Buffer } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { WebSocket, WebSocketServer } from 'ws'
import { reasonOf } from '../../../config/reason.ts'
import { rolesJson, USERS } from '../directory.ts'
import { APPLICATION_ID, BOT_USER, type FixtureUser, GUILD_ID, GUILD_NAME } from '../fixtures.ts'
import { MARKET_PROXY_PATH, PAGE_ATTACHMENTS_PATH, type PageUser, type ServerFrame } from '../page-api.ts'
import type { World } from '../world.ts'
import { PageConnection } from './connection.ts'
import { PAGE_FRAME_BYTES_MAX, readFrame } from './frames.ts'
import { isSameOrigin } from './same-origin.ts'

const PAGES_MAX = 200
/** A page that does not read is cut when this much waits for it. */
const UNREAD_BYTES_MAX = 32 * 1024 * 1024
const MARKET_TIMEOUT_MS = 10_000

const pageUser = (user: FixtureUser): PageUser => ({
  id: user.id,
  username: user.username,
  displayName: user.globalName,
  bot: user.bot,
  avatarUrl: null,
  roles: user.roles,
})

export class PageSockets {
  private readonly wss = new WebSocketServer({ noServer: true, maxPayload: PAGE_FRAME_BYTES_MAX })
  private readonly world: World
  private readonly isBotOnline: () => boolean
  private readonly hasMarket: boolean
  private readonly canKillWorker: boolean
  private readonly onFailure: (error: unknown) => void

  constructor(given: {
    world: World
    isBotOnline: () => boolean
    hasMarket: boolean
    canKillWorker: boolean
    onFailure: (error: unknown) => void
  }) {
    this.world = given.world
    this.isBotOnline = given.isBotOnline
    this.hasMarket = given.hasMarket
    this.canKillWorker = given.canKillWorker
    this.onFailure = given.onFailure
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!isSameOrigin(request) || this.wss.clients.size >= PAGES_MAX) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      return
    }
    this.wss.handleUpgrade(request, socket, head, (ws) => this.welcome(ws))
  }

  close(): void {
    for (const client of this.wss.clients) client.terminate()
    this.wss.close()
  }

  private welcome(socket: WebSocket): void {
    const send = (frame: ServerFrame): void => {
      if (socket.readyState !== WebSocket.OPEN) return
      if (socket.bufferedAmount > UNREAD_BYTES_MAX) socket.terminate()
      else socket.send(JSON.stringify(frame))
    }
    const connection = new PageConnection(this.world, send, this.onFailure)
    const unsubscribe = this.world.hub.on((event) => connection.tell(event))
    socket.on('close', unsubscribe)
    socket.on('error', () => socket.terminate())
    socket.on('message', (data) => {
      // A socket that was not told otherwise gives one buffer a message.
      const read = readFrame(Buffer.from(data as Buffer).toString('utf8'))
      if (read.ok) connection.take(read.frame)
      else send({ type: 'error', ref: read.ref, message: read.why })
    })
    send(this.hello())
  }

  private hello(): ServerFrame {
    const { channels } = this.world
    return {
      type: 'hello',
      guild: { id: GUILD_ID, name: GUILD_NAME },
      application: { id: APPLICATION_ID, name: BOT_USER.username, botUserId: BOT_USER.id },
      users: USERS.map(pageUser),
      roles: rolesJson().map(({ id, name, color, position }) => ({ id, name, color, position })),
      channels: [...channels.texts(), ...channels.threads()].map((channel) => channels.pageView(channel)),
      botOnline: this.isBotOnline(),
      hasMarket: this.hasMarket,
      outageUntil_ms: this.world.outage.until_ms,
      canKillWorker: this.canKillWorker,
    }
  }
}

export function registerFiles(app: FastifyInstance, world: World): void {
  app.get<{ Params: { channel: string; id: string; name: string } }>(
    `${PAGE_ATTACHMENTS_PATH}/:channel/:id/:name`,
    async (request, reply) => {
      const file = world.files.get(request.params.id)
      if (file === undefined || file.channelId !== request.params.channel || file.filename !== request.params.name) {
        return reply.code(404).send({ message: 'This file does not exist any more', code: 0 })
      }
      return reply
        .headers({ 'cache-control': 'private, max-age=3600, immutable', 'x-content-type-options': 'nosniff' })
        .type(file.contentType)
        .send(file.bytes)
    },
  )
}

/** Sends what is below `/market` to the market simulator's control API, so that the page has one origin. */
export function registerMarket(app: FastifyInstance, marketUrl: string | null): void {
  app.route<{ Params: { '*': string } }>({
    method: ['GET', 'POST'],
    url: `${MARKET_PROXY_PATH}/*`,
    handler: async (request, reply) => {
      if (request.method === 'POST' && !isSameOrigin(request.raw)) {
        return reply.code(403).send({ message: 'Only this page may do that' })
      }
      if (marketUrl === null) return reply.code(404).send({ message: 'No market simulator runs beside this server' })
      const search = new URL(request.url, 'http://localhost').search
      const contentType = request.headers['content-type']
      try {
        const answer = await fetch(`${marketUrl}/sim/${request.params['*']}${search}`, {
          method: request.method,
          signal: AbortSignal.timeout(MARKET_TIMEOUT_MS),
          ...(contentType === undefined ? {} : { headers: { 'content-type': contentType } }),
          // The content type parser hands bodies on as bytes.
          ...(request.method === 'GET' || request.body == null ? {} : { body: new Uint8Array(request.body as Buffer) }),
        })
        return reply
          .code(answer.status)
          .type(answer.headers.get('content-type') ?? 'application/json')
          .send(Buffer.from(await answer.arrayBuffer()))
      } catch (error) {
        const reason = reasonOf(error)
        return reply.code(502).send({ message: `The market simulator at ${marketUrl} does not answer: ${reason}` })
      }
    },
  })
}

/** Serves the built page from `folder`. */
export async function registerPage(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, { root: folder, prefix: '/', cacheControl: false })
}
