/** How `replay` prints: JSON lines for programs, a table for people. */
import type { DayResult, ReplaySummary } from '../replay/day-result.ts'
import type { Structure } from '../strategy/types.ts'

/** One day as a JSON line. A spread's strike has its `hedgeStrike` beside it. */
export function dayLine(
  { date, status, entry, exit, rulePnl, netPnl, skips }: DayResult,
  structure: Structure,
): string {
  return JSON.stringify({
    date,
    status,
    entry: entry && {
      time: entry.time,
      strike: entry.strike,
      ...(structure === 'put_spread' ? { hedgeStrike: entry.hedgeStrike } : {}),
      mid: entry.mid,
      fill: entry.fill,
      costs: entry.costs,
    },
    exit: exit && { time: exit.time, reason: exit.reason, mid: exit.mid, fill: exit.fill },
    rulePnl,
    netPnl,
    skips,
  })
}

export function summaryLine(summary: ReplaySummary): string {
  return JSON.stringify({ summary })
}

const COLUMNS = [
  { title: 'date', width: -10 },
  { title: 'status', width: -10 },
  { title: 'strike', width: 9 },
  { title: 'entry', width: 8 },
  { title: 'fill', width: 6 },
  { title: 'exit', width: 8 },
  { title: 'fill', width: 6 },
  { title: 'reason', width: -16 },
  { title: 'net P&L', width: 10 },
  { title: 'rule P&L', width: 10 },
] as const

/** A negative width aligns to the left. */
const cell = (text: string, width: number): string => (width < 0 ? text.padEnd(-width) : text.padStart(width))

const row = (texts: readonly string[]): string =>
  COLUMNS.map(({ width }, index) => cell(texts[index] ?? '', width))
    .join('  ')
    .trimEnd()

export const TABLE_HEAD = row(COLUMNS.map(({ title }) => title))

function dollars(amount: number | null): string {
  if (amount === null) return '–'
  return amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
}

/** The reasons of a day's skips, most frequent first. */
function skipsText(skips: DayResult['skips']): string {
  const counts = Object.entries(skips).sort(([, a], [, b]) => b - a)
  return counts.map(([reason, count]) => `${reason} ×${count}`).join(', ')
}

export function dayRow({ date, status, entry, exit, rulePnl, netPnl, skips }: DayResult): string {
  if (entry === null) return `${row([date, status])}  ${skipsText(skips)}`.trimEnd()
  const strikes = entry.hedgeStrike === null ? `${entry.strike}` : `${entry.strike}/${entry.hedgeStrike}`
  const closing = [exit?.time ?? '–', exit === null ? '–' : `${exit.fill}`, exit?.reason ?? '–']
  return row([date, status, strikes, entry.time, `${entry.fill}`, ...closing, dollars(netPnl), dollars(rulePnl)])
}

const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)} %`)

export function summaryRows(summary: ReplaySummary): string[] {
  const { profile, structure, days, entries, closed, incomplete, noTrade, wins, losses } = summary
  return [
    `${profile} ${structure}: ${days} days, ${entries} entries, ${closed} closed, ${incomplete} incomplete, ${noTrade} without a trade`,
    `wins ${wins}, losses ${losses}, win rate ${percent(summary.winRate)}, execution rate ${percent(summary.executionRate)}`,
    `net P&L ${dollars(summary.netPnl)}, rule P&L ${dollars(summary.rulePnl)}`,
  ]
}
