/**
 * `report` in a terminal: a day and several, as rows and as the published documents, out of a store with a session in
 * it.
 */
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runPeriodReport, runReport } from '../../src/cli/desk.ts'
import { documentText } from '../../src/cli/desk-text.ts'
import { parseConfig } from '../../src/config/env.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { dayDocumentSchema } from '../../src/report/day/schema.ts'
import { openStore } from '../../src/store/open-store.ts'
import { EVENTS_ALONE } from '../../src/store/port.ts'
import { ACCOUNT_ID, DATE, SOURCE } from '../support/desk-samples.ts'
import { DOCUMENT, journalOf } from '../support/journal-samples.ts'
import { type OwnRedis, startOwnRedis } from '../support/own-redis.ts'
import { problemsBy } from '../support/published-schema.ts'
import { arbitraryOf } from '../support/schema-arbitrary.ts'

let redis: OwnRedis
beforeAll(async () => {
  redis = await startOwnRedis()
  const store = await openStore({ redisUrl: redis.url, wall: systemWallClock, log: pino({ level: 'silent' }) })
  for (const { event, atMarket_ms } of journalOf()) {
    const commit = { accountId: ACCOUNT_ID, profile: '25k', source: SOURCE, date: DATE, atMarket_ms } as const
    expect(await store.sessions.commit({ ...commit, atWall_ms: 0, events: [event], ...EVENTS_ALONE })).toMatchObject({
      ok: true,
    })
  }
  store.close()
})
afterAll(() => redis.close())

interface Printed {
  readonly status: number
  readonly out: string
  readonly err: string
}

async function printed(run: () => Promise<number>): Promise<Printed> {
  const [out, err]: [string[], string[]] = [[], []]
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0),
  ]
  try {
    const status = await run()
    return { status, out: out.join(''), err: err.join('') }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

const config = () => parseConfig({ REDIS_URL: redis.url })
const PERIOD = { unit: null, date: null, from: null, to: null } as const
const plainText = (text: string): string => text.replaceAll('\u2060', '')
/** What stands behind a row's name, one line a row of that name. */
const rowsNamed = (text: string, name: string): readonly string[] =>
  plainText(text)
    .split('\n')
    .filter((line) => line.startsWith(`  ${name}  `))
    .map((line) => line.slice(name.length + 2).trim())

describe('report', () => {
  test('shows a day: what it came to, then each thing measured on a row of its own', async () => {
    const { status, out, err } = await printed(() => runReport(config(), { date: DATE }))
    expect([status, err]).toEqual([0, ''])
    expect(out.split('\n')[0]).toBe('25k · SIM seed 7 · Fri 17 Jul 2026 · traded')
    expect(rowsNamed(out, 'net P&L')).toEqual(['+$1,310.00 of +$341.77'])
    expect(rowsNamed(out, 'configuration')).toEqual(['c0ffee00c0ffee00'])
    expect(rowsNamed(out, 'light')).toEqual(['🔴 concerning'])
    expect(plainText(out)).toMatch(/\n +🟢 Win rate: 100\.0 %: 1 of 1 closed trades\n/)
    expect(rowsNamed(out, 'range')).toHaveLength(5)
    expect(rowsNamed(out, 'costs')).toEqual([
      '$132.50 (4.3 % of premium), estimated $164.73; both with $32.50 of estimated commission',
      'commission not known, estimated $32.50 · spread $100.00, estimated $107.63',
      'slippage $0.00 (0.00 % of premium), estimated $24.60 (0.8 %): not proved by a made-up market',
      'impact no figure: the plan has market impact within its slippage; not measurable: the made-up market is not moved by orders',
    ])
    expect(rowsNamed(out, 'execution')).toEqual([
      '25 of 25 contracts ordered were filled, 38 min 4 s to fill (median), 1 in several parts',
    ])
    expect(rowsNamed(out, 'while held')).toEqual(['worst −$814.91 at 10:51, best +$1,319.31 at 13:12'])
    expect(rowsNamed(out, 'run again')[0]).toMatch(/^Not run again: /)
    expect(rowsNamed(out, 'data')[0]).toMatch(/^16 of 19 minutes decided/)
    expect(rowsNamed(out, 'books')).toEqual(['fills $0.00 apart · broker’s records not read'])
  })

  test('without a date shows the latest; with --json the published document and nothing else', async () => {
    const latest = await printed(() => runReport(config(), { date: null }))
    expect(latest.out).toBe((await printed(() => runReport(config(), { date: DATE }))).out)
    const { out } = await printed(() => runReport(config(), { date: DATE, account: '25k', json: true }))
    expect(problemsBy('day-4')(JSON.parse(out))).toEqual([])
  })

  test('of a day or an account that is not known says so, with exit status 1', async () => {
    expect(await printed(() => runReport(config(), { date: '2026-07-16' }))).toEqual({
      status: 1,
      out: '',
      err: 'phase4d: nothing to show: no session of 2026-07-16 is known; without --date the latest is shown\n',
    })
    const other = await printed(() => runReport(config(), { date: null, account: '2k', json: true }))
    expect(other.status).toBe(1)
    expect(JSON.parse(other.out)).toMatchObject({ ok: false, refusal: { code: 'no_data' } })
  })

  test('shows several days together: a week, a month, any range', async () => {
    const week = await printed(() => runPeriodReport(config(), { ...PERIOD, unit: 'week' }))
    expect(week.out.split('\n')[0]).toBe('25k · SIM seed 7 · 2026-07-13 to 2026-07-19')
    for (const name of ['net', 'p&l', 'costs', 'orders', 'loss limits', 'run again', 'books', 'missing', 'decisions'])
      expect(rowsNamed(week.out, name)).toHaveLength(1)
    expect(plainText(week.out)).toContain('targets $341.77, variance +$968.23 (283.3 %)')
    expect(week.out).toContain('2026-07-17    🔴 traded, +$1,310.00')
    const month = await printed(() => runPeriodReport(config(), { ...PERIOD, unit: 'month', date: DATE, json: true }))
    expect(JSON.parse(month.out)).toMatchObject({ from: '2026-07-01', to: '2026-07-31' })
    expect(problemsBy('period-4')(JSON.parse(month.out))).toEqual([])
    const range = await printed(() => runPeriodReport(config(), { ...PERIOD, from: '2026-07-01', to: '2026-07-16' }))
    expect(range).toMatchObject({ status: 1, err: expect.stringContaining('no session of those days is known') })
  })
})

describe('the rows of a day', () => {
  test('prop_rows: are there for any report, each on one line with its name, and never show what is no value', () => {
    fc.assert(
      fc.property(arbitraryOf(dayDocumentSchema), (document) => {
        const text = documentText(document)
        for (const name of ['net P&L', 'configuration', 'light', 'execution', 'books'])
          expect(text).toMatch(new RegExp(`^  ${name} `, 'm'))
      }),
      { numRuns: 60 },
    )
    const rows = documentText(DOCUMENT).split('\n')
    for (const row of rows) expect(row).not.toMatch(/undefined|NaN|\[object|null/)
    // Values begin in one column.
    const columns = rows.filter((row) => /^ {2}\S/.test(row)).map((row) => /^ {2}(\S+ )+ */.exec(row)?.[0].length)
    expect(new Set(columns).size).toBe(1)
  })
})
