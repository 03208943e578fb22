/** A market's control API with a fixed day and a clock that can be set, for the page's market panel. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MINUTE_MS } from '../../../src/time/units.ts'

const OPEN_MS = Date.parse('2026-07-17T13:30:00Z')
const MINUTES_SO_FAR = 150

const NOTHING = { shock: null, rejections: null, mute: [], refused: [], outages: [] }

export interface SampleMarket {
  readonly url: string
  /** What was asked for, and what it says is provoked. */
  readonly asked: { path: string; body: unknown }[]
  provoked: object
  readonly clock: { now: string; speed: number; paused: boolean }
  close(): Promise<void>
}

export async function startSampleMarket(): Promise<SampleMarket> {
  const clock = { now: new Date(OPEN_MS + MINUTES_SO_FAR * MINUTE_MS).toISOString(), speed: 80, paused: true }
  const sample = {
    url: '',
    clock,
    asked: [] as { path: string; body: unknown }[],
    provoked: NOTHING as object,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const path = request.url ?? ''
    response.setHeader('content-type', 'application/json')
    if (path === '/sim/clock') {
      if (request.method === 'POST') Object.assign(clock, JSON.parse(body))
      response.end(JSON.stringify(clock))
    } else if (path.startsWith('/sim/provoke/')) {
      sample.asked.push({ path, body: JSON.parse(body) })
      if (path.endsWith('/calm')) sample.provoked = NOTHING
      if (path.endsWith('/shock')) response.statusCode = 409
      response.end(JSON.stringify({ message: 'the market is closed: a shock needs an open one' }))
    } else response.end(JSON.stringify({ ...market(clock), provoked: sample.provoked }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  sample.url = `http://127.0.0.1:${port}`
  return sample
}

function market(clock: object) {
  const bars = Array.from({ length: MINUTES_SO_FAR }, (_, i) => {
    const price = (minute: number) => 630 + Math.sin(minute / 17) + minute / 100
    const [o, c] = [price(i), price(i + 1)]
    return { t: new Date(OPEN_MS + i * MINUTE_MS).toISOString(), o, h: Math.max(o, c), l: Math.min(o, c), c }
  })
  return {
    source: { kind: 'SIM', label: '7' },
    clock,
    session: {
      date: '2026-07-17',
      open: new Date(OPEN_MS).toISOString(),
      close: new Date(OPEN_MS + 390 * MINUTE_MS).toISOString(),
    },
    isOpen: true,
    spot: { bid: 631.98, ask: 632.02, t: '' },
    bars,
    accounts: [],
  }
}
