/** A market simulator and the real SDK pointed at it; made recordings for exact prices. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Alpaca } from '@alpacahq/alpaca-trade-api'
import { afterEach } from 'vitest'
import { putSymbol } from '../../../src/sim/alpaca/contracts.ts'
import { type AlpacaSim, startAlpacaSim } from '../../../src/sim/alpaca/index.ts'
import type { AlpacaSimOptions } from '../../../src/sim/alpaca/options.ts'
import { COMES_MS_MAX, eventually as comes } from '../../support/waits.ts'

const cleanups: (() => void | Promise<void>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Seconds after the open → rows `[strike, bid, ask]`. */
export interface MadeBook {
  readonly time: string
  readonly spot: number
  readonly rows: readonly (readonly [number, number, number])[]
}

export interface MadeDay {
  readonly date: string
  readonly books: readonly MadeBook[]
  readonly bars?: readonly (readonly [string, number, number, number, number])[]
}

/** Writes the days as recorded files; they go away after the test. */
export function recording(days: readonly MadeDay[]): { kind: 'recorded'; quotesFile: string; barsFile: string } {
  const dir = mkdtempSync(join(tmpdir(), 'phase4d-sim-'))
  cleanups.push(() => rmSync(dir, { recursive: true, force: true }))
  const quotes = days.flatMap(({ date, books }) =>
    books.flatMap(({ time, spot, rows }) => rows.map((row) => [date, time, spot, ...row].join(','))),
  )
  const bars = days.flatMap(({ date, bars: made = [] }) => made.map((bar) => [date, ...bar].join(',')))
  const quotesFile = join(dir, 'quotes.csv')
  const barsFile = join(dir, 'bars.csv')
  writeFileSync(quotesFile, `${['date,time,spot,strike,bid,ask', ...quotes].join('\n')}\n`)
  writeFileSync(barsFile, `${['date,time,open,high,low,close', ...bars].join('\n')}\n`)
  return { kind: 'recorded', quotesFile, barsFile }
}

export const DATE = '2026-07-17'
export const NEXT_DATE = '2026-07-20'
export const put = (strike: number, date = DATE): string => putSymbol(date, strike)

/** A quiet day: the same three puts at 10:00, 10:05 and 15:50, cheaper each time. */
export const QUIET_DAY: MadeDay = {
  date: DATE,
  books: [
    {
      time: '10:00:00',
      spot: 746.5,
      rows: [
        [741, 0.3, 0.32],
        [745, 1.1, 1.12],
        [746, 1.4, 1.42],
      ],
    },
    {
      time: '10:05:00',
      spot: 747.5,
      rows: [
        [741, 0.2, 0.22],
        [745, 0.8, 0.82],
        [746, 1.05, 1.07],
      ],
    },
    {
      time: '15:40:00',
      spot: 748,
      rows: [
        [741, 0, 0.01],
        [745, 0.05, 0.06],
        [746, 0.1, 0.11],
      ],
    },
    {
      time: '15:50:00',
      spot: 748,
      rows: [
        [741, 0, 0.01],
        [745, 0.02, 0.03],
        [746, 0.04, 0.05],
      ],
    },
  ],
  bars: [
    ['09:58', 746, 746.4, 745.9, 746.2],
    ['09:59', 746.2, 746.6, 746.1, 746.5],
    ['10:00', 746.5, 746.7, 746.4, 746.6],
    ['15:59', 748, 748.1, 747.9, 748],
  ],
}

export async function startSim(options: Partial<AlpacaSimOptions> = {}): Promise<AlpacaSim> {
  const sim = await startAlpacaSim({
    port: 0,
    source: { kind: 'seed', seed: 'test', startDate: DATE },
    paused: true,
    requestsPerMinute: 10_000,
    ...options,
  })
  cleanups.push(() => sim.close())
  return sim
}

export interface Keys {
  readonly keyId: string
  readonly secret: string
}
export const KEYS_25K: Keys = { keyId: 'PKSIM25K', secret: 'sim' }
export const KEYS_2K: Keys = { keyId: 'PKSIM2K', secret: 'sim' }

/** The unmodified SDK; only where its requests go is changed. */
export function sdk(sim: AlpacaSim, keys: Keys = KEYS_25K): Alpaca {
  return new Alpaca({
    ...keys,
    retry: false,
    rateLimit: false,
    fetchApi: (input, init) => {
      const { pathname, search } = new URL(String(input))
      return fetch(`${sim.url}${pathname}${search}`, init)
    },
  })
}

export async function call(
  sim: AlpacaSim,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  keys: Keys | null = KEYS_25K,
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const response = await fetch(`${sim.url}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(keys === null ? {} : { 'apca-api-key-id': keys.keyId, 'apca-api-secret-key': keys.secret }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text), headers: response.headers }
}

export async function step(
  sim: AlpacaSim,
  request: { seconds: number } | { to: string } | { books: number },
): Promise<{ now: string; stopped: string }> {
  const { status, body } = await call(sim, 'POST', '/sim/step', request)
  if (status !== 200) throw new Error(`step answered ${status}: ${JSON.stringify(body)}`)
  return { now: String(body.now), stopped: String(body.stopped) }
}

/** Steps to a New York time of the test's date (summer time). */
export const stepTo = (sim: AlpacaSim, time: string, date = DATE): Promise<{ now: string; stopped: string }> =>
  step(sim, { to: `${date}T${time}-04:00` })

type AnyStream =
  | ReturnType<Alpaca['trading']['stream']>
  | ReturnType<Alpaca['marketData']['stockStream']>
  | ReturnType<Alpaca['marketData']['optionStream']>

/** Connects and waits until it is authenticated; closed after the test. */
export async function connected<S extends AnyStream>(stream: S): Promise<S> {
  cleanups.push(() => stream.disconnect())
  stream.connect()
  const result = await stream.waitForAuthenticationResult(COMES_MS_MAX)
  if (!result.authenticated) throw new Error(`stream: ${result.status} ${result.message}`)
  return stream
}

export function onCleanup(cleanup: () => void | Promise<void>): void {
  cleanups.push(cleanup)
}

/** Polls until `probe` answers something. */
export const eventually = <T>(
  probe: () => T | null | undefined | false | Promise<T | null | undefined | false>,
): Promise<T> => comes('what the test waits for', async () => (await probe()) || null)
