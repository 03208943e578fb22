/** What a person is shown of a running desk: the same views answer the slash commands and the terminal. */

import type { Source } from '../broker/port.ts'
import type { LookaheadRun } from '../replay/lookahead-run.ts'
import type { TradeReview } from '../review/types.ts'
import type { ResumeGuard } from '../session/campaign.ts'
import type { DayLimit, DayLimitValues } from '../session/day-limits.ts'
import type { EngineLimits } from '../session/engine-limits.ts'
import type { CloseReason, JournalEntry, Plan } from '../session/events.ts'
import type { SessionMode, SessionPhase } from '../session/mode.ts'
import type { LastDecision } from '../session/state.ts'
import type { ProfileName, SkipReason, StrategyConfig, Structure } from '../strategy/types.ts'
import type { DayDocument } from './day/schema.ts'
import type { FeedProgress, StoreHealth } from './store-health.ts'

export interface PositionView {
  readonly tradeId: string
  readonly structure: Structure
  readonly strike: number
  readonly hedgeStrike: number | null
  readonly contracts: number
  /** Average fill of the opening order, dollars a share. */
  readonly entryFill: number
  readonly decisionMid: number
  /** Current mid and price of closing, dollars a share; null while no usable quote is known. */
  readonly mid: number | null
  readonly close: number | null
  readonly rulePnlCents: number | null
  readonly netPnlCents: number | null
  /** Mids at which the stop and the profit target fire. */
  readonly stopMid: number
  readonly targetMid: number
}

export interface StatusView {
  readonly accountId: string
  readonly source: Source
  readonly profile: ProfileName
  readonly plan: Plan
  readonly armed: boolean
  readonly date: string
  readonly phase: SessionPhase
  /** In force: the session's, or the account's switch where no session has taken it over yet. */
  readonly mode: SessionMode
  /** Why, where it is not ACTIVE. */
  readonly modeReason?: string
  /** Why two persons have to resume; absent: nothing is held, or one person resumes. */
  readonly guard?: ResumeGuard
  /** Limits set for today alone, each with what the campaign began with; absent: none. */
  readonly dayLimits?: readonly LimitOfToday[]
  readonly now_ms: number | null
  readonly open_ms: number
  readonly close_ms: number
  readonly windowOpen_ms: number
  readonly windowClose_ms: number
  /** From then on the desk holds nothing. */
  readonly sessionEnd_ms: number
  readonly spot: number | null
  /** Age of the newest market data in market seconds; null when none has come. */
  readonly dataAge_s: number | null
  readonly position: PositionView | null
  readonly entries: number
  /** Realised net P&L of the day plus, with a position, its net P&L now. */
  readonly dayNetPnlCents: number
  readonly lastDecision: LastDecision | null
  readonly skips: Readonly<Partial<Record<SkipReason, number>>>
  readonly health: {
    readonly worker: string | null
    /** Wall milliseconds since the owning worker last wrote. */
    readonly heartbeatAge_ms: number | null
    readonly streams: Readonly<Record<'orders' | 'stock' | 'options', 'connected' | 'disconnected'>>
    /** Wall milliseconds since each stream brought something, when the worker last wrote; absent: not told. */
    readonly streamAges_ms?: Readonly<Record<'orders' | 'stock' | 'options', number | null>>
    readonly lastReconciled_ms: number | null
  }
  /** Critical alerts that nobody has acknowledged, oldest first; absent: none. */
  readonly openAlerts?: readonly OpenAlert[]
  readonly feedNo: number
}

export interface OpenAlert {
  /** Its number in the feed. */
  readonly alertNo: number
  /** What its post says, in a line. */
  readonly title: string
  /** Wall milliseconds since it happened. */
  readonly age_ms: number
}

/** Dollars or plain numbers, as `DAY_LIMIT_ENTRIES` says of each. */
export interface LimitOfToday {
  readonly limit: DayLimit
  readonly value: number
  readonly configured: number
}

/** Stopped and over: no session runs and none will, until `/start`. */
export function isOver({ armed, phase }: Pick<StatusView, 'armed' | 'phase'>): boolean {
  return !armed && phase === 'ended'
}

/** One trade of the day's report. */
export interface TradeView {
  readonly tradeId: string
  readonly structure: Structure
  readonly strike: number
  readonly hedgeStrike: number | null
  /** Contracts (or spreads) sold. */
  readonly contracts: number
  /** Of the first opening fill; the price is the average of all. */
  readonly entry_ms: number
  readonly entryFill: number
  readonly decisionMid: number
  /** Of the last closing fill. */
  readonly exit_ms: number | null
  readonly exitFill: number | null
  readonly reason: CloseReason | null
  readonly netPnlCents: number | null
  readonly rulePnlCents: number | null
  readonly brokerPnlCents: number | null
}

/** A day's report, derived from the journal alone; `final` once the session has ended. */
export interface DayReport {
  readonly schema: 'phase4d.day/1'
  readonly accountId: string
  readonly source: Source
  readonly profile: ProfileName
  readonly date: string
  readonly plan: Plan
  readonly final: boolean
  readonly open_ms: number
  readonly close_ms: number
  readonly status: 'traded' | 'no_trade' | 'stopped' | 'incomplete' | 'running'
  readonly netPnlCents: number
  readonly brokerPnlCents: number
  /** Null: not known, as a trade was closed without a usable quote. */
  readonly rulePnlCents: number | null
  readonly targetDailyCents: number
  /** The loss limit of the day where another than the plan's was set for it. */
  readonly dailyLimitCents?: number
  readonly trades: readonly TradeView[]
  readonly decisions: number
  readonly skips: Readonly<Partial<Record<SkipReason, number>>>
  /** Minutes of the entry window in which nothing was decided, up to the last decision. */
  readonly minutesMissed: number
  /** Day's net P&L over time, one point a market minute while holding, and one at each fill. */
  readonly pnlPoints: readonly { readonly at_ms: number; readonly netPnlCents: number }[]
  readonly alerts: readonly { readonly at_ms: number; readonly code: string; readonly message: string }[]
}

/** What a campaign is bound by: fixed from `/start` to `/stop`, and free of secrets. */
export interface ConfigView {
  readonly source: Source
  readonly armed: boolean
  readonly armedBy: string
  readonly plan: Plan
  readonly strategy: StrategyConfig
  readonly engine: EngineLimits
  /** Limits set for today alone, in force instead of the campaign's own; absent: none. */
  readonly dayLimits?: DayLimitValues
  /** The account's switch. */
  readonly mode: SessionMode
  readonly modeBy: string
  readonly modeReason: string
}

/** Everything a reading process (bot, terminal) needs; implemented by the store. Throws `StoreUnreachable`. */
export interface DeskReader {
  /** Armed accounts and those with a session today, newest first. */
  accounts(): Promise<readonly { accountId: string; profile: ProfileName; source: Source; armed: boolean }[]>
  status(accountId: string): Promise<StatusView | null>
  /** Report of `date`, or of the latest session where null. */
  report(accountId: string, date: string | null): Promise<DayReport | null>
  /** The same as published, with all its parts. */
  document(accountId: string, date: string | null): Promise<DayDocument | null>
  /** Trading dates with a journal, `YYYY-MM-DD`, newest first. */
  dates(accountId: string): Promise<readonly string[]>
  /** Publishable entries after `afterFeedNo`, in feed order, at most `count`. */
  feed(accountId: string, afterFeedNo: number, count: number): Promise<readonly JournalEntry[]>
  /** The newest publishable entries, in feed order, at most `count`. */
  latestFeed(accountId: string, count: number): Promise<readonly JournalEntry[]>
  /** Everything that happened in the session of `date`, in order. */
  journal(accountId: string, date: string): Promise<readonly JournalEntry[]>
  /**
   * By date, what is another one once the day's journal or report has changed. Absent: every day must be read again.
   */
  dayVersions?(accountId: string): Promise<ReadonlyMap<string, string>>
  /** Null: the account was never started. */
  config(accountId: string): Promise<ConfigView | null>
  /** Every closed trade with what may be seen of its review, oldest first. */
  reviews(accountId: string): Promise<readonly TradeReview[]>
  /** The last look-ahead check of each version of the rules. */
  lookaheads(): Promise<readonly LookaheadRun[]>
  feedProgress(accountId: string): Promise<FeedProgress>
  health(): Promise<StoreHealth>
}
