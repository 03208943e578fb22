/**
 * Asks workers for their health. Entry point: `createHealthClient`.
 *
 * 1. No answer, a late one and an unreadable one are the same: that worker says nothing.
 * 2. A name that stands for several addresses (scaled containers) is asked at each of them.
 */
import { lookup } from 'node:dns/promises'
import { get } from 'node:http'
import { hostname } from 'node:os'
import { type WorkerHealth, workerHealthSchema } from './health.ts'
import { AGENT_PREFIX } from './health-server.ts'

export interface HealthClient {
  /** The answers that came, in no order. Never rejects. */
  ask(): Promise<readonly WorkerHealth[]>
}

/** A worker with a busy event loop may take this long; a stopped one costs the watchdog no more. */
const ANSWER_MS_MAX = 1500
const ANSWER_BYTES_MAX = 1_000_000
const ADDRESSES_MAX = 32

/** By this a worker knows that a watchdog asked, and which. */
const WATCHDOG_AGENT = `${AGENT_PREFIX}${hostname()}-${process.pid}`

/** `workers`: addresses like `http://127.0.0.1:4411`. */
export function createHealthClient(workers: readonly string[]): HealthClient {
  return {
    async ask() {
      const answers = await Promise.all(workers.map(askAll))
      return answers.flat()
    },
  }
}

async function askAll(worker: string): Promise<readonly WorkerHealth[]> {
  const url = new URL(worker)
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = await lookup(hostname, { all: true }).catch(() => [])
  const answers = await Promise.all(addresses.slice(0, ADDRESSES_MAX).map(({ address }) => askOne(url, address)))
  return answers.filter((answer) => answer !== null)
}

function askOne(url: URL, address: string): Promise<WorkerHealth | null> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX)
    const request = get(
      {
        host: address,
        port: url.port === '' ? 80 : Number(url.port),
        path: '/health',
        headers: { host: url.host, 'user-agent': WATCHDOG_AGENT },
        agent: false,
        signal,
      },
      (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          body += chunk
          if (body.length > ANSWER_BYTES_MAX) request.destroy()
        })
        response.on('error', () => resolve(null))
        response.on('close', () => resolve(null))
        response.on('end', () => resolve(response.statusCode === 200 ? readAnswer(body) : null))
      },
    )
    request.on('error', () => resolve(null))
  })
}

function readAnswer(body: string): WorkerHealth | null {
  try {
    return workerHealthSchema.parse(JSON.parse(body))
  } catch {
    return null
  }
}
