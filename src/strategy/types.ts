/**
 * The vocabulary of the Phase 4D rules. Prices are dollars a share, P&L dollars a position, percentages in percent.
 * A price is a `number` that stands for the decimal it prints as; arithmetic on it goes through `exact.ts`.
 * Instants are epoch milliseconds of market time (`_ms`).
 */

export const PROFILE_NAMES = ['2k', '25k'] as const
export type ProfileName = (typeof PROFILE_NAMES)[number]

export const STRUCTURES = ['short_put', 'put_spread'] as const
export type Structure = (typeof STRUCTURES)[number]

/** A profile with every number that configuration may change. Money in dollars, `*Pct` in percent of gross premium. */
export interface Profile {
  readonly name: ProfileName
  readonly contracts: number
  readonly targetDailyPnl: number
  readonly maxDailyLoss: number
  readonly maxLossPerTrade: number
  readonly commissionPerContract: number
  readonly bidAskCostPct: number
  readonly slippagePct: number
  readonly accountEquity: number
}

/** The limits of the rules that do not depend on the profile; defaults in `rules.ts`. */
export interface RuleLimits {
  readonly entryAfterOpenMin: number
  readonly entryBeforeCloseMin: number
  readonly sessionEndBeforeCloseMin: number
  readonly maxDailyTrades: number
  readonly barsMin: number
  readonly vixMax: number
  readonly rangeExtremePct: number
  readonly rangeModeratePct: number
  readonly premiumMin: number
  readonly premiumMax: number
  readonly spreadMax: number
  readonly profitTargetShare: number
  readonly quoteAgeMax_s: number
}

/** Everything `decide` and `evaluateExit` are configured by: fixed for a whole campaign. */
export interface StrategyConfig {
  readonly profile: Profile
  readonly limits: RuleLimits
  readonly structure: Structure
  /** Distance of the long put below the short one, dollars; used by `put_spread` only. */
  readonly width: number
}

/** Regular trading hours of one day, epoch milliseconds. */
export interface SessionHours {
  /** Trading date, `YYYY-MM-DD` in New York. */
  readonly date: string
  readonly open_ms: number
  readonly close_ms: number
}

/** A one-minute bar; `t_ms` is its start. */
export interface Bar {
  readonly t_ms: number
  readonly o: number
  readonly h: number
  readonly l: number
  readonly c: number
}

/** A two-sided quote; null is a side that is missing. `t_ms` is the quote's own time, null when unknown (taken as fresh). */
export interface Quote {
  readonly bid: number | null
  readonly ask: number | null
  readonly t_ms: number | null
}

/** One put of today's expiry. */
export interface ChainRow {
  readonly strike: number
  readonly bid: number | null
  readonly ask: number | null
}

/** What the trading day looks like to the gates. `netPnl` is realised, dollars, the open position excluded. */
export interface DayState {
  readonly entries: number
  readonly netPnl: number
  readonly open: boolean
}

/** Inputs of one entry decision at `now_ms`. */
export interface DecisionInput {
  readonly now_ms: number
  readonly session: SessionHours
  readonly spot: Quote
  readonly bars: readonly Bar[]
  readonly chain: readonly ChainRow[]
  readonly day: DayState
}

export const SKIP_REASONS = [
  'outside_entry_window',
  'position_open',
  'max_daily_trades',
  'daily_loss_limit',
  'warming_up',
  'high_vix',
  'extreme_volatility',
  'moderate_volatility',
  'stale_quote',
  'no_chain',
  'premium_low',
  'premium_high',
  'spread_wide',
  'no_hedge',
] as const
export type SkipReason = (typeof SKIP_REASONS)[number]

/** The backtest's cost model on one trade, dollars, each figure rounded once to the cent. */
export interface Costs {
  readonly commission: number
  readonly spread: number
  readonly slippage: number
  readonly total: number
}

/** The volatility indicators, unrounded; null with too few bars. */
export interface Indicators {
  readonly vixEstimate: number | null
  readonly rangePct: number | null
}

export interface EnterDecision extends Indicators {
  readonly action: 'enter'
  readonly strike: number
  readonly hedgeStrike: number | null
  /** Mid of the position (spread: short mid − long mid), dollars a share, exact. */
  readonly mid: number
  /** What selling the position yields at the touch (spread: short bid − long ask), dollars a share. */
  readonly sellPrice: number
  readonly costs: Costs
  readonly targetStrike: number
  readonly spot: number
}

export interface SkipDecision extends Indicators {
  readonly action: 'skip'
  readonly reason: SkipReason
  /** The number that decided and the limit it was held against, for people; null where the reason has none. */
  readonly measured: { readonly value: number | null; readonly limit: number | null }
}

export type Decision = EnterDecision | SkipDecision

export const EXIT_REASONS = ['daily_loss_limit', 'stop_loss', 'profit_target', 'session_end', 'operator_stop'] as const
export type ExitReason = (typeof EXIT_REASONS)[number]

/** An open position as the exits see it. Prices are those of the whole position (net, for a spread), dollars a share. */
export interface PositionInput {
  readonly decisionMid: number
  readonly entryFill: number
  readonly contracts: number
  /** Current mid and current price of closing (one leg: ask; spread: short ask − long bid); null: not usable. */
  readonly mid: number | null
  readonly close: number | null
}

export interface ExitInput {
  readonly now_ms: number
  readonly session: SessionHours
  readonly day: Pick<DayState, 'netPnl'>
  readonly position: PositionInput
  readonly operatorStop: boolean
}

export interface PositionPnl {
  /** Dollars, rounded to the cent; null when the quote was not usable. */
  readonly rulePnl: number | null
  readonly netPnl: number | null
}

export type ExitDecision = PositionPnl &
  (
    | { readonly action: 'hold'; readonly reason: null }
    | { readonly action: 'exit'; readonly reason: ExitReason; readonly alsoFired: readonly ExitReason[] }
  )
