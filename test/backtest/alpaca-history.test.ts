import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { historyDay, strikesOf } from '../../src/backtest/alpaca/history-day.ts'
import { HistoryError } from '../../src/backtest/alpaca/history-error.ts'
import { HistoryReads } from '../../src/backtest/alpaca/history-reads.ts'
import { historySource } from '../../src/backtest/alpaca/history-source.ts'
import { createClients } from '../../src/broker/clients.ts'
import { occOf } from '../../src/broker/occ.ts'
import { parseBrokerOptions } from '../../src/broker/options.ts'
import type { WallClock } from '../../src/config/clock.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { type PackedDay, unpackDay } from '../../src/replay/packed-day.ts'
import { noCounts } from '../../src/replay/quality.ts'
import { replayDay } from '../../src/replay/replay-day.ts'
import { sessionHours } from '../../src/strategy/exchange-calendar.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import { config } from '../strategy/fixtures.ts'

let root = ''
let count = 0
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'phase4d-history-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const URL_OF_DATA = 'http://127.0.0.1:4599'
const BARS_A_DAY = 40
/** Rows a page: less than a day, so that pages are turned. */
const PAGE = 25
/** No pause of a repeat is waited for. */
const clock: WallClock = { ...systemWallClock, sleep: async () => undefined }

interface Row {
  readonly t: string
  readonly o: number
  readonly h: number
  readonly l: number
  readonly c: number
  readonly v: number
  readonly n: number
  readonly vw: number
}

/** SPY at 600.2, moving a cent; the puts a dollar apart, the one at 601 falling to its target. */
function rowsOf(symbol: string, start: string): Row[] {
  const open_ms = Date.parse(start)
  const strike = occOf(symbol)?.strike
  return Array.from({ length: BARS_A_DAY }, (_, minute) => {
    const spy = minute % 2 === 0 ? 600.2 : 600.21
    const put = strike === undefined ? 0 : Math.max(0.05, 1.2 + (strike - 601) * 0.4 - (minute > 25 ? 0.8 : 0))
    const c = strike === undefined ? spy : Math.round(put * 100) / 100
    return { t: new Date(open_ms + minute * MINUTE_MS).toISOString(), o: c, h: c, l: c, c, v: 1, n: 1, vw: c }
  })
}

/** Alpaca's two endpoints of bars, in pages; what was asked stands in `asked`. */
function scripted(answer: (url: URL) => Response | null = () => null) {
  const asked: URL[] = []
  const send = async (input: string): Promise<Response> => {
    const url = new URL(input)
    asked.push(url)
    const special = answer(url)
    if (special !== null) return special
    const symbols = (url.searchParams.get('symbols') ?? '').split(',')
    const start = url.searchParams.get('start') ?? ''
    const all = symbols.flatMap((symbol) => rowsOf(symbol, start).map((row) => ({ symbol, row })))
    const from = Number(url.searchParams.get('page_token') ?? 0)
    const bars: Record<string, Row[]> = {}
    for (const { symbol, row } of all.slice(from, from + PAGE)) bars[symbol] = [...(bars[symbol] ?? []), row]
    const next = from + PAGE < all.length ? String(from + PAGE) : null
    return Response.json({ bars, next_page_token: next })
  }
  return { asked, send }
}

function sourceWith(
  answer?: (url: URL) => Response | null,
  {
    folder = join(root, `${++count}`),
    from = '2026-07-16',
    to = '2026-07-17',
    signal = new AbortController().signal,
  } = {},
) {
  const { asked, send } = scripted(answer)
  const settings = parseBrokerOptions({
    keyId: 'PKTEST',
    secret: 'secret',
    tradingUrl: URL_OF_DATA,
    dataUrl: URL_OF_DATA,
    tradingStreamUrl: 'ws://127.0.0.1:4599/stream',
    requestsPerMinute: 1_000_000,
  })
  const reads = new HistoryReads(createClients(settings, clock, send), 'iex', clock, signal)
  const said: string[] = []
  const cache = { folder, unique: '1', say: (note: string) => said.push(note) }
  const now_ms = Date.parse('2026-07-20T14:00:00Z')
  const source = historySource({ from, to, reads, feed: 'iex', isSimulated: false, cache, now_ms })
  const load = async (): Promise<PackedDay[]> => {
    const days: PackedDay[] = []
    for await (const day of source.days(noCounts())) days.push(day)
    return days
  }
  return { source, asked, said, folder, load }
}

const session = sessionHours('2026-07-17')

describe('a day of bars', () => {
  test('has a book as each minute completes, with what traded in it', () => {
    if (session === null) throw new Error('expected a session')
    const bar = (minute: number, c: number) => ({ t_ms: session.open_ms + minute * MINUTE_MS, o: c, h: c, l: c, c })
    const puts = new Map([
      [602, [bar(0, 1.9)]],
      [601, [bar(0, 1.2), bar(2, 1.1)]],
    ])
    const day = historyDay(session, [bar(0, 600), bar(1, 600.5), bar(2, 601)], puts, noCounts())
    if (day === null) throw new Error('expected a day')
    expect(unpackDay(day).books).toEqual([
      {
        t_ms: session.open_ms + 60_000,
        time: '09:31:00',
        spot: 600,
        rows: [
          { strike: 601, bid: 1.2, ask: 1.2 },
          { strike: 602, bid: 1.9, ask: 1.9 },
        ],
      },
      { t_ms: session.open_ms + 180_000, time: '09:33:00', spot: 601, rows: [{ strike: 601, bid: 1.1, ask: 1.1 }] },
    ])
    expect(historyDay(session, [bar(5, 600)], puts, noCounts())).toBeNull()
  })

  test('asks for the strikes that a decision or a hedge of the day may need', () => {
    const strikes = strikesOf([{ t_ms: 0, o: 600, h: 604.2, l: 598.7, c: 600 }])
    expect([strikes[0], strikes.at(-1)]).toEqual([586, 608])
    expect(strikesOf([])).toEqual([])
  })
})

describe('the history of Alpaca', () => {
  test('is read page by page, and trades as the rules say', async () => {
    const { load, asked, source } = sourceWith()
    const days = await load()
    expect(days.map(({ date }) => date)).toEqual(['2026-07-16', '2026-07-17'])
    expect(source).toMatchObject({ kind: 'alpaca', fills: ['mid', 'seed'], daysExpected: 2 })
    expect(days[0]?.times).toHaveLength(BARS_A_DAY)
    expect(asked.some(({ pathname }) => pathname === '/v1beta1/options/bars')).toBe(true)
    expect(asked.some(({ searchParams }) => searchParams.has('page_token'))).toBe(true)
    expect(asked.every(({ searchParams }) => searchParams.get('timeframe') === '1Min')).toBe(true)
    const result = replayDay(days[0] as PackedDay, config(), { fills: 'mid' })
    expect(result).toMatchObject({
      status: 'traded',
      entry: { strike: 601, mid: 1.2 },
      exit: { reason: 'profit_target' },
    })
  })

  test('is asked for once: the second run reads its days from disk', async () => {
    const first = sourceWith()
    const days = await first.load()
    const second = sourceWith(undefined, { folder: first.folder })
    expect(await second.load()).toEqual(days)
    expect(second.asked).toEqual([])
  })

  test('goes on where a run ended, and reads a damaged day anew', async () => {
    const failing = sourceWith((url) =>
      url.searchParams.get('start')?.startsWith('2026-07-17')
        ? Response.json({ message: 'no' }, { status: 422 })
        : null,
    )
    await expect(failing.load()).rejects.toThrow(HistoryError)
    const kept = readdirSync(join(failing.folder, 'alpaca'))
    expect(kept).toHaveLength(1)
    const again = sourceWith(undefined, { folder: failing.folder })
    expect(await again.load()).toHaveLength(2)
    expect(again.asked.every(({ searchParams }) => searchParams.get('start')?.startsWith('2026-07-17'))).toBe(true)
    const file = join(failing.folder, 'alpaca', kept[0] ?? '')
    writeFileSync(file, readFileSync(file).subarray(0, 3000))
    const repaired = sourceWith(undefined, { folder: failing.folder })
    expect(await repaired.load()).toHaveLength(2)
    expect(repaired.said).toEqual([expect.stringMatching(/is not used and read anew/)])
  })

  test('asks again after a limit or an outage, and gives up in the end with what to do', async () => {
    let refusals = 2
    const limited = sourceWith(() => (refusals-- > 0 ? Response.json({ message: 'slow' }, { status: 429 }) : null))
    expect(await limited.load()).toHaveLength(2)
    const away = sourceWith(() => Response.json({ message: 'down' }, { status: 503 }))
    await expect(away.load()).rejects.toThrow(/could not be read from Alpaca.*Days read so far are kept: run it again/)
  })

  test('passes over days without option bars and sessions that are not over, and says so', async () => {
    const none = sourceWith(
      (url) => (url.pathname.includes('options') ? Response.json({ bars: {}, next_page_token: null }) : null),
      { from: '2026-07-17', to: '2026-07-20' },
    )
    const counts = noCounts()
    for await (const day of none.source.days(counts)) throw new Error(`expected no day, got ${day.date}`)
    expect(counts.barDaysWithoutBooks).toBe(1)
    expect(none.said.join('\n')).toMatch(/1 sessions of the range are not over yet/)
    expect(none.said.join('\n')).toMatch(/2026-07-17: no option bars/)
  })

  test('asks again for a recent day that was answered with nothing, and no more for an old one', async () => {
    const empty = () => Response.json({ bars: {}, next_page_token: null })
    const recent = sourceWith(empty, { from: '2026-07-17', to: '2026-07-17' })
    expect(await recent.load()).toEqual([])
    const later = sourceWith(undefined, { folder: recent.folder, from: '2026-07-17', to: '2026-07-17' })
    expect(await later.load()).toHaveLength(1)
    const old = sourceWith(empty, { from: '2026-07-10', to: '2026-07-10' })
    expect(await old.load()).toEqual([])
    const again = sourceWith(undefined, { folder: old.folder, from: '2026-07-10', to: '2026-07-10' })
    expect(await again.load()).toEqual([])
    expect(again.asked).toEqual([])
  })

  test('stops when it is cancelled', async () => {
    const abort = new AbortController()
    const { load } = sourceWith(
      () => {
        abort.abort()
        return null
      },
      { signal: abort.signal },
    )
    await expect(load()).rejects.toThrow(/cancelled/)
  })
})
