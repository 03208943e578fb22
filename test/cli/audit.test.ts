import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, describe, expect, test } from 'vitest'
import { type AuditOptions, runAudit } from '../../src/cli/audit.ts'
import { baselineOf } from '../../src/validation/verdict/baseline-record.ts'
import { RESETTLED_DAILY_CENTS } from '../../src/validation/verdict/registration.ts'
import { ABSENT, sharedFile } from '../support/shared-data.ts'
import { DAILY_LINES, MadeFiles, TRADE_LINES } from '../validation/audit-table.ts'

const files = new MadeFiles()
const trades = files.write('trades.csv', TRADE_LINES)
const daily = files.write('daily.csv', DAILY_LINES)
afterAll(() => files.remove())

async function run(
  options: AuditOptions,
  baselineSet: string | null = null,
): Promise<{ status: number; out: string; err: string }> {
  const out = new PassThrough().setEncoding('utf8')
  const err = new PassThrough().setEncoding('utf8')
  const status = await runAudit(options, { out, err, dataDir: files.folder, baselineSet })
  out.end()
  err.end()
  return { status, out: (await out.toArray()).join(''), err: (await err.toArray()).join('') }
}

/** The made table with one line changed; what the command says to it. */
async function refused(lines: readonly string[], line: number, text: string, kind: 'trades' | 'daily' = 'trades') {
  const changed = lines.map((old, index) => (index === line - 1 ? text : old))
  const file = files.write('changed.csv', changed)
  const { status, out, err } = await run(kind === 'trades' ? { trades: file, daily } : { trades, daily: file })
  expect(out).toBe('')
  expect(status).toBe(2)
  return err
}

describe('the audit command', () => {
  test('with --json prints one document with the period, the sums and every trade', async () => {
    const { status, out, err } = await run({ trades, daily, from: '2023-05-01', to: '2023-05-09', json: true })
    expect([status, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject({
      schema: 'phase4d.audit/1',
      period: { from: '2023-05-01', to: '2023-05-09', tradingDays: 7 },
      trades: 5,
      published: { total: 516, perDay: 73.71, winners: 3 },
      resettled: { total: -1451, perDay: -207.29 },
      closeDiffers: 1,
      costs: { perContract: 1, pctOfPremium: 2, explained: 4 },
    })
  })

  test('prints Markdown, and draws a chart where asked to', async () => {
    const chart = join(files.folder, 'audit.png')
    const { status, out } = await run({ trades, daily, chart })
    expect(status).toBe(0)
    expect(out).toMatch(/^# Audit of a published baseline\n/)
    expect(existsSync(chart) && readFileSync(chart).subarray(1, 4).toString()).toBe('PNG')
  })

  test('refuses corrupt trades with the line and the reason', async () => {
    expect(await refused(TRADE_LINES, 3, '2023-05-02,10,411,nan,411.3,1000')).toContain(
      'changed.csv:3: premium: expected',
    )
    expect(await refused(TRADE_LINES, 3, '2023-05-02,2.5,411,1,411.3,1000')).toContain(':3: contracts: expected')
    expect(await refused(TRADE_LINES, 3, '2023-05-02,10,411,1,411.3')).toContain(':3: expected 6 fields, got 5')
    expect(await refused(TRADE_LINES, 3, '2023-05-06,10,411,1,411.3,5')).toContain(':3: expected a trading day')
    expect(await refused(TRADE_LINES, 3, '2023-13-02,10,411,1,411.3,5')).toContain(':3: expected')
    expect(await refused(TRADE_LINES, 4, TRADE_LINES[2] ?? '')).toContain(
      ':4: expected each trade once, this repeats line 3',
    )
    expect(await refused(TRADE_LINES, 5, '2023-05-01,10,411,1,411.3,5')).toContain(':5: expected rows sorted by date')
    expect(await refused(TRADE_LINES, 1, 'date,strike')).toContain('the header lacks contracts')
  })

  test('refuses corrupt closes with the line and the reason', async () => {
    expect(await refused(DAILY_LINES, 2, '2023-05-01,1,1,1,-4', 'daily')).toContain(
      'changed.csv:2: close: expected a price',
    )
    expect(await refused(DAILY_LINES, 3, DAILY_LINES[1] ?? '', 'daily')).toContain(':3: expected one row a day')
    expect(await refused(DAILY_LINES, 5, '2023-05-01,1,1,1,4', 'daily')).toContain(':5: expected rows sorted by date')
  })

  test('names the trade whose close the daily file lacks', async () => {
    const file = files.write('short.csv', DAILY_LINES.slice(0, -2))
    const { status, err } = await run({ trades, daily: file })
    expect(status).toBe(2)
    expect(err).toContain(':6: expected an official close of 2023-05-08')
  })

  test('refuses options that make no sense', async () => {
    expect(await run({ trades, daily, from: '2023-02-30' })).toMatchObject({ status: 2, out: '' })
    expect(await run({ trades, daily, from: '2023-05-09', to: '2023-05-01' })).toMatchObject({ status: 2 })
    expect(await run({ trades, daily, chart: 'chart.svg' })).toMatchObject({ status: 2 })
    expect(await run({ trades: 'no-such-file.csv', daily })).toMatchObject({ status: 2 })
    expect(await run({ trades, daily, from: '2024-01-01', to: '2024-02-01' })).toMatchObject({ status: 2 })
  })

  test('what it finds is what campaigns are held against, once it is registered', async () => {
    const before = await baselineOf(files.folder, '25k')
    expect(before).toEqual({ resettledDailyCents: RESETTLED_DAILY_CENTS['25k'], resettledFrom: { kind: 'built_in' } })
    const period = { from: '2023-05-01', to: '2023-05-09' }
    const { status, err } = await run({ trades, daily, ...period, register: true })
    expect([status, err]).toEqual([2, expect.stringContaining('expected a table of 2 or 25 contracts')])
    const small = TRADE_LINES.map((line) => line.replace(',10,', ',2,'))
    const table = files.write('small.csv', small)
    const found = JSON.parse((await run({ trades: table, daily, ...period, json: true })).out)
    expect(await baselineOf(files.folder, '2k')).toMatchObject({
      resettledDailyCents: null,
      resettledFrom: { kind: 'none' },
    })
    const registered = await run({ trades: table, daily, ...period, register: true })
    expect(registered.err).toMatch(/campaigns of 2k armed from now on are held against .* a day \(5 trades/)
    expect(await baselineOf(files.folder, '2k')).toEqual({
      resettledDailyCents: Math.round(found.resettled.perDay * 100),
      resettledFrom: {
        kind: 'audited',
        ...period,
        trades: 5,
        publishedDailyCents: Math.round(found.published.perDay * 100),
      },
    })
    expect(await baselineOf(files.folder, '25k')).toEqual(before)
    const beside = await run({ trades: table, daily, ...period, register: true }, 'mine')
    expect(beside.err).toContain('; tables of that size in BASELINE_SET (mine) come first')
    writeFileSync(join(files.folder, 'baseline', '2k.json'), '{}')
    await expect(baselineOf(files.folder, '2k')).rejects.toThrow()
  })

  const published = sharedFile('baseline_trades_25k.csv')
  const closes = sharedFile('spy_daily_2016_2026.csv')
  const absent = published === null || closes === null
  test.skipIf(absent)(`meets the published baseline to the cent ${absent ? ABSENT : ''}`, async () => {
    const options = { trades: published ?? '', daily: closes ?? '', from: '2024-03-01', to: '2024-07-05', json: true }
    const found = JSON.parse((await run(options)).out)
    expect(found).toMatchObject({
      period: { tradingDays: 87 },
      trades: 40,
      published: { total: 29_733.85, perDay: 341.77 },
      resettled: { total: 11_999.6, perDay: 137.93 },
      statedTruncated: 18,
    })
    expect(Math.round(found.resettled.perDay * 100)).toBe(RESETTLED_DAILY_CENTS['25k'])
    const byDate = new Map(
      found.perTrade.map((trade: { date: string; resettledPnl: number }) => [trade.date, trade.resettledPnl]),
    )
    expect([byDate.get('2024-04-15'), byDate.get('2024-04-04')]).toEqual([440.35, -1485.45])
    for (const trade of found.perTrade) if (trade.statedTruncated) expect(trade.statedClose).toBe(trade.officialClose)
  })

  test.skipIf(absent)(`follows a perturbed copy of it ${absent ? ABSENT : ''}`, async () => {
    const lines = readFileSync(published ?? '', 'utf8')
      .trimEnd()
      .split('\n')
    const raised = lines.map((line) => line.replace(/^2024-04-15,25,506\.0,/, '2024-04-15,25,507.0,'))
    const found = JSON.parse(
      (await run({ trades: files.write('raised.csv', raised), daily: closes ?? '', json: true })).out,
    )
    // A strike a dollar higher costs the position $2,500 more at the official close.
    expect(found.resettled.total).toBeCloseTo(11_999.6 - 2500, 9)
    expect(found.published.total).toBe(29_733.85)
    expect(found.costs.explained).toBe(38)
  })

  test.skipIf(absent)(
    `every figure follows a copy with other closes, sizes and rows ${absent ? ABSENT : ''}`,
    async () => {
      const [head = '', ...rows] = readFileSync(published ?? '', 'utf8')
        .trimEnd()
        .split('\n')
      const columns = head.split(',')
      const at = (name: string): number => columns.indexOf(name)
      const cellsOf = (row: string): string[] => row.split(',')
      const dailyLines = readFileSync(closes ?? '', 'utf8')
        .trimEnd()
        .split('\n')
      const closeAt = dailyLines[0]?.split(',').indexOf('close') ?? -1
      // Every official close is $3 lower, every size and published figure doubled, and the last trade is gone.
      const daily3 = dailyLines.map((line, index) => {
        const cells = line.split(',')
        if (index > 0) cells[closeAt] = (Number(cells[closeAt]) - 3).toFixed(2)
        return cells.join(',')
      })
      const kept = rows.slice(0, -1).map(cellsOf)
      const doubled = kept.map((cells) =>
        cells.map((cell, column) => {
          if (column === at('contracts')) return String(Number(cell) * 2)
          return column === at('published_pnl') ? (Number(cell) * 2).toFixed(2) : cell
        }),
      )
      const text = [head, ...doubled.map((cells) => cells.join(','))]
      const options = {
        trades: files.write('other.csv', text),
        daily: files.write('other-daily.csv', daily3),
        json: true,
      }
      const was = JSON.parse((await run({ trades: published ?? '', daily: closes ?? '', json: true })).out)
      const found = JSON.parse((await run(options)).out)
      expect(found.trades).toBe(39)
      const sum = (amounts: readonly number[]): number => amounts.reduce((total, one) => total + one, 0)
      expect(found.published.total).toBeCloseTo(sum(kept.map((cells) => 2 * Number(cells[at('published_pnl')]))), 2)
      for (const [index, trade] of found.perTrade.entries()) {
        const before = was.perTrade[index]
        const worth = (close: number): number => Math.max(0, before.strike - close)
        const more = worth(before.officialClose - 3) - worth(before.officialClose)
        expect(trade.officialClose).toBeCloseTo(before.officialClose - 3, 9)
        expect(trade.resettledPnl).toBeCloseTo(2 * (before.resettledPnl - 2500 * more), 1)
      }
      expect(found.resettled.total).toBeCloseTo(
        sum(found.perTrade.map((t: { resettledPnl: number }) => t.resettledPnl)),
        2,
      )
      // No published close is the official one any more.
      expect([was.closeDiffers < 40, found.closeDiffers]).toEqual([true, 39])
    },
  )
})
