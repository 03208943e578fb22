/**
 * The chat simulator: a Discord-compatible server (REST v10 and gateway v10) with its web page, on one port.
 *
 * Entry point: `startDiscordSim`. discord.js is pointed at it by `new Client({ rest: { api: sim.apiUrl } })`.
 * 1. All state is in memory and bounded; a restart is a fresh server with the same ids of channels, roles and people.
 * 2. Every request is done in one step, so clients see Discord's order of events.
 * 3. It is as strict as Discord in limits, life times and rates, and no stricter.
 */
import type { Server } from 'node:http'
import Fastify, { type FastifyInstance } from 'fastify'
import { apiErrors } from './errors.ts'
import { Gateway, HEARTBEAT_INTERVAL_MS } from './gateway/server.ts'
import { registerDeskControl } from './page/desk-control.ts'
import { PageSockets, registerFiles, registerMarket, registerPage } from './page/server.ts'
import { MARKET_PROXY_PATH, PAGE_WS_PATH } from './page-api.ts'
import type { Middleware } from './rest/route.ts'
import { REQUEST_BYTES_MAX, registerRest } from './rest/server.ts'
import { type SimTime, systemTime } from './time.ts'
import { World } from './world.ts'

/** Interaction tokens stand in paths. */
const PARAMETER_LENGTH_MAX = 500

interface SimLog {
  info(details: object, message: string): void
  error(details: object, message: string): void
}

export interface DiscordSimOptions {
  /** 0 takes any free port. */
  readonly port: number
  readonly host?: string
  /** Base URL of the market simulator; without it the page has no market beside it. */
  readonly marketUrl?: string | undefined
  /** Base URL of the supervisor's control (see `page/desk-control.ts`); without it the page cannot kill the worker. */
  readonly controlUrl?: string | undefined
  readonly log: SimLog
  /** Where people and clients reach this server, for the URLs of files; by default the address it listens on. */
  readonly publicUrl?: string | undefined
  /** Folder of the built page; null serves no page. Default: built from `src/sim/page` when needed. */
  readonly pageFolder?: string | null
  /** False lets clients send as fast as they like, for fast-forwarded tests. */
  readonly hasRateLimits?: boolean
  readonly time?: SimTime
  readonly heartbeatInterval_ms?: number
  /** Permission bits that the channels deny the bot. */
  readonly botDenied?: bigint
  /** Around every REST call; the array is read at each call, so it may change while the server runs. */
  readonly middleware?: readonly Middleware[]
}

export interface DiscordSim {
  readonly url: string
  /** For discord.js: `rest.api`. */
  readonly apiUrl: string
  readonly gateway: Gateway
  readonly world: World
  close(): Promise<void>
}

function buildApp(options: DiscordSimOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit: REQUEST_BYTES_MAX,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: PARAMETER_LENGTH_MAX },
  })
  // Bodies come raw: JSON and multipart are read in one place, with Discord's errors.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(apiErrors.notFound().body))
  app.setErrorHandler((error: { statusCode?: number; message: string }, request, reply) => {
    if (error.statusCode === 413) return reply.code(413).send(apiErrors.entityTooLarge().body)
    options.log.error({ err: error, url: request.url }, 'chat simulator: a request failed')
    return reply.code(error.statusCode ?? 500).send({ code: 0, message: error.message })
  })
  return app
}

function listenForSockets(server: Server, gateway: Gateway, pages: PageSockets): void {
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname === '/gateway' || pathname === '/gateway/') gateway.upgrade(request, socket, head)
    else if (pathname === PAGE_WS_PATH) pages.upgrade(request, socket, head)
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
  })
}

const withoutSlash = (url: string | undefined): string | null => url?.replace(/\/+$/, '') ?? null

/** Starts the server; throws when the port is taken, saying so, or when the page cannot be built. */
export async function startDiscordSim(options: DiscordSimOptions): Promise<DiscordSim> {
  const host = options.host ?? '127.0.0.1'
  let url = ''
  const world = new World({
    time: options.time ?? systemTime,
    baseUrl: () => options.publicUrl ?? url,
    botDenied: options.botDenied ?? 0n,
  })
  const gateway = new Gateway(world, options.heartbeatInterval_ms ?? HEARTBEAT_INTERVAL_MS)
  const marketUrl = withoutSlash(options.marketUrl)
  const controlUrl = withoutSlash(options.controlUrl)
  const pages = new PageSockets({
    world,
    isBotOnline: () => gateway.isBotOnline,
    hasMarket: marketUrl !== null,
    canKillWorker: controlUrl !== null,
    onFailure: (error) => options.log.error({ err: error }, 'chat simulator: a page frame failed'),
  })
  const app = buildApp(options)
  registerRest(app, {
    world,
    middleware: options.middleware ?? [],
    hasRateLimits: options.hasRateLimits ?? true,
    log: options.log,
  })
  registerFiles(app, world)
  registerMarket(app, marketUrl)
  registerDeskControl(app, world, controlUrl)
  const folder =
    options.pageFolder === undefined ? await (await import('../page/assets.ts')).pageAssets() : options.pageFolder
  if (folder !== null) await registerPage(app, folder)
  listenForSockets(app.server, gateway, pages)
  const close = async (): Promise<void> => {
    gateway.close()
    pages.close()
    await app.close()
    world.close()
  }
  try {
    await app.listen({ port: options.port, host })
  } catch (error) {
    await close()
    throw error
  }
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  url = `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`
  options.log.info({ url, market: marketUrl, marketPath: MARKET_PROXY_PATH }, 'chat simulator listens')
  return { url, apiUrl: `${url}/api`, gateway, world, close }
}
