/** A made-up table of published trades and its official closes, as rows and as CSV files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sessionsBetween } from '../../src/strategy/exchange-calendar.ts'
import type { PublishedTrade } from '../../src/validation/audit/published-trades.ts'

export const sessions = (from: string, to: string): string[] => sessionsBetween(from, to).map(({ date }) => date)

/** Exact dollars of a put of ten contracts sold at `premium` and settled at `close`; costs $1 a contract and 2 %. */
export function settled(strike: number, premium: number, close: number): number {
  const size = 1000
  const intrinsic = Math.max(0, Math.round((strike - close) * 100))
  return Math.round(premium * 100 * size - intrinsic * size - 1000 - premium * 2 * size) / 100
}

interface MadeRow {
  readonly date: string
  readonly strike: number
  readonly premium: number
  readonly close: number
  readonly official: number
  /** Published P&L where it is not what its own close gives. */
  readonly published?: number
}

export const ROWS: readonly MadeRow[] = [
  { date: '2023-05-01', strike: 416, premium: 0.5, close: 416.2, official: 416.2 },
  { date: '2023-05-02', strike: 411, premium: 1.1, close: 411.3, official: 409.7 },
  { date: '2023-05-04', strike: 405, premium: 0.2, close: 404.5, official: 404.5 },
  { date: '2023-05-05', strike: 413, premium: 0.35, close: 411, official: 411, published: -1000 },
  { date: '2023-05-08', strike: 413, premium: 0.4, close: 412.9, official: 412.9 },
]

export function madeTrade(row: MadeRow, line: number): PublishedTrade {
  return {
    line,
    date: row.date,
    contracts: 10,
    strike: row.strike,
    premium: row.premium,
    publishedClose: row.close,
    publishedPnlCents: Math.round((row.published ?? settled(row.strike, row.premium, row.close)) * 100),
    statedClose: null,
    statedTruncated: null,
  }
}

export const TRADES = ROWS.map((row, index) => madeTrade(row, index + 2))
export const CLOSES: ReadonlyMap<string, number> = new Map(ROWS.map(({ date, official }) => [date, official]))

const HEADER = 'date,contracts,strike,premium,published_close,published_pnl'
const rowText = ({ date, strike, premium, close, published }: MadeRow): string =>
  `${date},10,${strike},${premium},${close},${published ?? settled(strike, premium, close)}`

export const TRADE_LINES = [HEADER, ...ROWS.map(rowText)]
export const DAILY_LINES = [
  'date,open,high,low,close',
  ...sessions('2023-05-01', '2023-05-09').map((date) => `${date},410,420,400,${CLOSES.get(date) ?? 410}`),
]

/** A folder for the files of a test. */
export class MadeFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'phase4d-audit-'))

  write(name: string, lines: readonly string[]): string {
    const path = join(this.folder, name)
    writeFileSync(path, `${lines.join('\n')}\n`)
    return path
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
