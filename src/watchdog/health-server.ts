/** A worker's answer to `GET /health`. Node's own server: it costs the worker 1 MB, a framework would cost ten. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { WorkerHealth } from './health.ts'

export interface HealthServerOptions {
  /** Address to listen on; beyond loopback anyone who reaches it can read (not change) what the worker does. */
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly answer: () => WorkerHealth
  /** A watchdog asked, under this name. */
  readonly onWatchdog?: (name: string) => void
}

/** How a watchdog's requests call themselves; its name follows. */
export const AGENT_PREFIX = 'phase4d-watchdog/'
/** From outside: nothing else is a name. */
const NAME = /^[\w.-]{1,80}$/

export interface HealthServer {
  readonly url: string
  close(): Promise<void>
}

const REQUEST_MS_MAX = 2000

/** @throws Error where the address cannot be listened on. */
export async function startHealthServer({
  host,
  port,
  answer,
  onWatchdog,
}: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const agent = request.headers['user-agent'] ?? ''
    const name = agent.startsWith(AGENT_PREFIX) ? agent.slice(AGENT_PREFIX.length) : ''
    if (NAME.test(name)) onWatchdog?.(name)
    respond(request, response, answer)
  })
  server.requestTimeout = REQUEST_MS_MAX
  server.headersTimeout = REQUEST_MS_MAX
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const where = `${host}:${port}`
      reject(new Error(`health answers: expected a free address, got ${where} (${error.code}); set WORKER_HEALTH_PORT`))
    })
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function respond(request: IncomingMessage, response: ServerResponse, answer: () => WorkerHealth): void {
  const [path] = (request.url ?? '').split('?')
  const known = path === '/health'
  const allowed = request.method === 'GET' || request.method === 'HEAD'
  const status = !known ? 404 : allowed ? 200 : 405
  const body = status === 200 ? JSON.stringify(answer()) : JSON.stringify({ error: 'expected GET /health' })
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    // The watchdog asks once a second: a kept connection to a dead worker would only delay the news.
    connection: 'close',
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}
