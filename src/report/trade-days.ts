/** Several days' trades at a glance, out of the feed's entries. Pure. Entry points: `tradeDays`, `sumOfDays`. */
import type { JournalEntry } from '../session/events.ts'
import { tradesOf } from './trade-view.ts'
import type { TradeView } from './views.ts'

export interface TradeDay {
  readonly date: string
  readonly trades: readonly TradeView[]
}

/** Days with a session, newest first. */
export function tradeDays(entries: readonly JournalEntry[]): readonly TradeDay[] {
  const byDate = new Map<string, JournalEntry[]>()
  for (const entry of entries) {
    const day = byDate.get(entry.date)
    if (day === undefined) byDate.set(entry.date, [entry])
    else day.push(entry)
  }
  return [...byDate]
    .filter(([, day]) => day.some(({ event }) => event.type === 'session_started'))
    .map(([date, day]) => ({ date, trades: tradesOf(day.map(({ event }) => event)) }))
    .sort((a, b) => (a.date < b.date ? 1 : -1))
}

interface DaysSum {
  readonly days: number
  readonly tradedDays: number
  readonly closed: number
  readonly wins: number
  readonly open: number
  readonly netPnlCents: number
  readonly bestCents: number | null
  readonly worstCents: number | null
}

/** A win is a closed trade with a net P&L above zero; an open one is in no sum. */
export function sumOfDays(days: readonly TradeDay[]): DaysSum {
  const trades = days.flatMap((day) => day.trades)
  const results = trades.flatMap(({ netPnlCents }) => (netPnlCents === null ? [] : [netPnlCents]))
  return {
    days: days.length,
    tradedDays: days.filter((day) => day.trades.length > 0).length,
    closed: results.length,
    wins: results.filter((cents) => cents > 0).length,
    open: trades.length - results.length,
    netPnlCents: results.reduce((sum, cents) => sum + cents, 0),
    bestCents: results.length === 0 ? null : Math.max(...results),
    worstCents: results.length === 0 ? null : Math.min(...results),
  }
}
