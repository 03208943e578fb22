/**
 * Where the page's panel has a worker killed, in a desk on a simulated market. Entry point: `startWorkerControl`.
 *
 * `POST {url}/kill-worker` → 204; any other status: not done, with the reason as `{"message"}`: 409 no worker runs, 429
 * too soon after the last one, 403 asked for by a web page.
 *
 * 1. Answers on the loopback address only, and to programs only: a browser names the page it acts for (`Origin`).
 * 2. At most one kill in `KILL_EVERY_MS`: between two of them the desk has recovered, whoever presses how often.
 */
import { createServer, type IncomingMessage } from 'node:http'
import { z } from 'zod'
import { LOOPBACK_HOST } from '../../broker/hosts.ts'
import type { WallClock } from '../../config/clock.ts'

export interface WorkerControl {
  /** What the chat simulator is told as `DESK_CONTROL_URL`. */
  readonly url: string
  close(): Promise<void>
}

export interface WorkerControlOptions {
  readonly wall: Pick<WallClock, 'monotonic_ms'>
  /** Kills a worker at once; false: none runs. */
  readonly killWorker: () => boolean
}

/** A session is watched again within 10 s of its worker's death. */
export const KILL_EVERY_MS = 10_000

interface Answer {
  readonly status: number
  readonly message: string | null
}

const KILL_PATH = '/kill-worker'
const addressSchema = z.object({ port: z.int() })

export async function startWorkerControl({ wall, killWorker }: WorkerControlOptions): Promise<WorkerControl> {
  let killed_ms: number | null = null

  function answer({ method, url, headers }: IncomingMessage): Answer {
    if (headers.origin !== undefined) return { status: 403, message: 'Web pages may not ask for this' }
    if (url !== KILL_PATH) return { status: 404, message: `expected ${KILL_PATH}, got ${url}` }
    if (method !== 'POST') return { status: 405, message: `expected POST, got ${method}` }
    const wait_ms = killed_ms === null ? 0 : killed_ms + KILL_EVERY_MS - wall.monotonic_ms()
    if (wait_ms > 0) return { status: 429, message: `one was killed just now; again in ${Math.ceil(wait_ms / 1000)} s` }
    if (!killWorker()) return { status: 409, message: 'no worker runs at this moment; one is being started' }
    killed_ms = wall.monotonic_ms()
    return { status: 204, message: null }
  }

  const server = createServer((request, response) => {
    request.resume()
    const { status, message } = answer(request)
    response.writeHead(status, message === null ? {} : { 'content-type': 'application/json' })
    response.end(message === null ? undefined : JSON.stringify({ message }))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, LOOPBACK_HOST, resolve)
  })
  // What is left of it keeps no process alive that was told to kill everything.
  server.unref()
  const { port } = addressSchema.parse(server.address())
  return {
    url: `http://${LOOPBACK_HOST}:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
