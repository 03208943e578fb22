/** What a replayed day comes to, and a run of days. Money in dollars rounded to the cent, prices dollars a share. */
import type { Costs, ExitReason, ProfileName, SkipReason, Structure } from '../strategy/types.ts'

export interface ReplayEntry {
  readonly t_ms: number
  /** The book's own time, `HH:MM:SS`. */
  readonly time: string
  readonly strike: number
  readonly hedgeStrike: number | null
  readonly targetStrike: number
  readonly spot: number
  readonly mid: number
  /** The sell price of the same book. */
  readonly fill: number
  readonly costs: Costs
  readonly vixEstimate: number | null
  readonly rangePct: number | null
}

export interface ReplayExit {
  readonly t_ms: number
  readonly time: string
  readonly reason: ExitReason
  readonly alsoFired: readonly ExitReason[]
  readonly mid: number
  /** The buy price of the same book. */
  readonly fill: number
}

/** Reasons of the decisions taken while flat and before the trade, `outside_entry_window` excepted. */
type SkipCounts = Readonly<Partial<Record<SkipReason, number>>>

export type DayResult = { readonly date: string; readonly skips: SkipCounts; readonly decisions: number } & (
  | { readonly status: 'traded'; entry: ReplayEntry; exit: ReplayExit; rulePnl: number; netPnl: number }
  | { readonly status: 'no_trade'; entry: null; exit: null; rulePnl: 0; netPnl: 0 }
  /** The data ended with the position open: in no sum, never a win or a loss. */
  | { readonly status: 'incomplete'; entry: ReplayEntry; exit: null; rulePnl: null; netPnl: null }
)

export interface ReplaySummary {
  readonly profile: ProfileName
  readonly structure: Structure
  readonly days: number
  readonly entries: number
  readonly closed: number
  readonly incomplete: number
  readonly noTrade: number
  /** Closed trades with netPnl above 0, and below. */
  readonly wins: number
  readonly losses: number
  /** Sums of the days' rounded values. */
  readonly netPnl: number
  readonly rulePnl: number
  /** Wins of closed trades, entries of days: 0 to 1, null where there are none. */
  readonly winRate: number | null
  readonly executionRate: number | null
}
