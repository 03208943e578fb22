import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backtestSchema } from '../../src/backtest/document.ts'
import { lookaheadSchema } from '../../src/backtest/lookahead/lookahead.ts'
import { type BacktestCommandOptions, runBacktestCommand } from '../../src/cli/backtest.ts'
import { type LookaheadCommandOptions, runLookaheadCommand } from '../../src/cli/lookahead.ts'
import { ProgressBar } from '../../src/cli/progress-bar.ts'
import { UsageError } from '../../src/cli/usage.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../src/strategy/rules.ts'
import type { ProfileName } from '../../src/strategy/types.ts'
import { ABSENT, recordedFiles } from '../support/shared-data.ts'

let folder = ''
let quotes = ''
let bars = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'phase4d-backtest-'))
  quotes = join(folder, 'quotes.csv')
  bars = join(folder, 'bars.csv')
  const books = [
    ['2026-07-16', '09:50:00', 1.19, 1.21],
    ['2026-07-16', '10:00:00', 0.39, 0.41],
    ['2026-07-17', '09:50:00', 1.19, 1.21],
    ['2026-07-17', '10:00:00', 1.59, 1.61],
  ]
  const quoteRows = books.map(([date, time, bid, ask]) => `${date},${time},600.2,601,${bid},${ask}`)
  const barRows = ['2026-07-16', '2026-07-17'].flatMap((date) =>
    Array.from({ length: 25 }, (_, at) => `${date},09:${30 + at},600,600.1,599.9,${at % 2 === 0 ? 600 : 600.05}`),
  )
  writeFileSync(quotes, ['date,time,spot,strike,bid,ask', ...quoteRows, ''].join('\n'))
  writeFileSync(bars, ['date,time,open,high,low,close', ...barRows, ''].join('\n'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const strategyFor = (name: ProfileName) => ({ profile: PROFILES[name], limits: DEFAULT_LIMITS, width: 5 })

async function run<T>(command: (options: T, context: never) => Promise<number>, options: T, signal?: AbortSignal) {
  const out = new PassThrough().setEncoding('utf8')
  const err = new PassThrough().setEncoding('utf8')
  const context = {
    out,
    err,
    strategyFor,
    structureFor: async () => 'short_put',
    clock: systemWallClock,
    signal: signal ?? new AbortController().signal,
    cache: { folder: join(folder, 'cache'), unique: '1', say: (note: string) => void err.write(`${note}\n`) },
    remember: async () => 1,
    rememberLookahead: async () => 'remembered',
    alpaca: async () => {
      throw new UsageError('--source alpaca: expected ALPACA_API_KEY')
    },
  }
  const status = await command(options, context as never)
  out.end()
  err.end()
  return { status, out: (await out.toArray()).join(''), err: (await err.toArray()).join('') }
}
const backtest = (options: BacktestCommandOptions, signal?: AbortSignal) => run(runBacktestCommand, options, signal)
const lookahead = (options: LookaheadCommandOptions) => run(runLookaheadCommand, options)

describe('the backtest command', () => {
  test('prints one document with --json, and writes it with a picture', async () => {
    const folderOut = join(folder, 'out')
    const { status, out } = await backtest({ quotes, bars, fills: 'touch', json: true, out: folderOut })
    expect(status).toBe(0)
    const result = backtestSchema.parse(JSON.parse(out))
    expect(result.summary).toMatchObject({ closed: 2, wins: 1, pnlCents: 191_750 - 108_250 })
    expect(JSON.parse(readFileSync(join(folderOut, 'backtest.json'), 'utf8'))).toEqual(result)
    const pictures = ['equity', 'trades', 'conditions'].map((part) => join(folderOut, `tear-sheet-${part}.png`))
    expect(pictures.map((file) => existsSync(file))).toEqual([true, true, true])
  })

  test('with --json a no is one document as well: no day, or cancelled', async () => {
    const stopped = new AbortController()
    stopped.abort()
    const cancelled = await backtest({ quotes, bars, fills: 'touch', json: true }, stopped.signal)
    expect(cancelled.status).toBe(1)
    expect(JSON.parse(cancelled.out)).toMatchObject({ ok: false, refusal: { code: 'cancelled' } })
    const dates = { quotes, bars, from: '2027-01-04', json: true }
    for (const { status, out } of [await backtest({ ...dates, fills: 'touch' }), await lookahead(dates)]) {
      expect(status).toBe(1)
      expect(JSON.parse(out)).toMatchObject({ ok: false, refusal: { code: 'no_data' } })
    }
  })

  test('says in words what came out, what was tried and what the data lacked', async () => {
    const { out, err } = await backtest({ quotes, bars, fills: 'seed', sweep: ['profitTargetShare=0.3,0.5'] })
    expect(out).toMatch(/fills seed · best of 2 variants/)
    expect(out).toMatch(/2 variants, by daily Sharpe ratio/)
    expect(out).toMatch(/minutes without a bar/)
    expect(err).toMatch(/100 % 4\/4 variant-days/)
  })

  test.each<[string, BacktestCommandOptions, RegExp]>([
    ['without a fill model', { quotes: 'q', bars: 'b' }, /--fills: expected one of touch, mid, seed/],
    ['without days', { fills: 'touch' }, /expected --quotes and --bars, or --seed/],
    ['with half of the files', { fills: 'touch', quotes: 'q' }, /expected both --quotes and --bars/],
    [
      'with a file that is not there',
      { fills: 'touch', quotes: '/none.csv', bars: '/none.csv' },
      /expected a file, found none/,
    ],
    [
      'with a mixture of sources',
      { fills: 'touch', quotes: 'q', bars: 'b', seed: '1' },
      /--seed: not an option of --source recorded/,
    ],
    [
      'with dates backwards',
      { fills: 'mid', source: 'alpaca', from: '2026-07-17', to: '2026-07-16' },
      /not after --to/,
    ],
    [
      'without an account for its history',
      { fills: 'mid', source: 'alpaca', from: '2026-07-16', to: '2026-07-17' },
      /ALPACA_API_KEY/,
    ],
    ['with an unknown number', { fills: 'touch', seed: '1', set: ['stop=1'] }, /expected one of contracts/],
    ['with no threads', { fills: 'touch', seed: '1', workers: '0' }, /--workers: /],
  ])('%s it says what was expected', async (_name, options, reason) => {
    const { status, out, err } = await backtest(options)
    expect({ status, out }).toEqual({ status: 2, out: '' })
    expect(err).toMatch(reason)
  })

  test('is the same from the cache, and the market model needs no files', async () => {
    const options = { seed: '7', days: '2', fills: 'mid', json: true }
    const first = await backtest(options)
    expect(first.status).toBe(0)
    expect((await backtest(options)).out).toBe(first.out)
    expect(JSON.parse(first.out)).toMatchObject({ source: { kind: 'market' }, period: { days: 2 } })
  })

  test('that is cancelled prints nothing', async () => {
    const abort = new AbortController()
    abort.abort()
    expect(await backtest({ quotes, bars, fills: 'touch' }, abort.signal)).toMatchObject({ status: 1, out: '' })
  })

  test('without a day in the range says so', async () => {
    const { status, err } = await backtest({ quotes, bars, fills: 'touch', from: '2027-01-01' })
    expect(status).toBe(1)
    expect(err).toMatch(/no day in the range/)
  })
})

describe('the look-ahead command', () => {
  const files = recordedFiles()

  test('takes each decision again, and says so', async () => {
    const { status, out } = await lookahead({ quotes, bars, json: true })
    const result = lookaheadSchema.parse(JSON.parse(out))
    expect(status).toBe(0)
    expect(result).toMatchObject({ days: 2, decisions: 4, trials: 8, leaks: 0 })
    expect((await lookahead({ quotes, bars })).out).toMatch(/no decision changes/)
  })

  test.skipIf(files === null)(`finds every planted leak on recorded days ${files === null ? ABSENT : ''}`, async () => {
    const { out } = await lookahead({ ...files, to: '2026-07-21', json: true })
    const { planted, leaks } = lookaheadSchema.parse(JSON.parse(out))
    expect(leaks).toBe(0)
    expect(planted.filter(({ foundOn }) => foundOn === null)).toEqual([])
  })
})

describe('the progress bar', () => {
  const draw = (isTTY: boolean): string => {
    let text = ''
    let now_ms = 0
    const clock = { ...systemWallClock, monotonic_ms: () => (now_ms += 40) }
    const bar = new ProgressBar({ isTTY, write: (part: string) => (text += part) }, 'days', clock)
    for (let done = 1; done <= 20; done++) bar.update({ done, total: 20 })
    bar.end()
    return text
  }

  test('is redrawn in place in a terminal, and leaves its line free', () => {
    const text = draw(true)
    expect(text).not.toContain('\n')
    expect(text).toContain('100 % 20/20 days')
    expect(text.endsWith('\r\x1b[K')).toBe(true)
  })

  test('is a line a tenth elsewhere', () => {
    expect(draw(false).trimEnd().split('\n')).toHaveLength(10)
  })
})
