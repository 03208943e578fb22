/** What the handlers of commands and components work with. */
import type { APIEmbed } from 'discord.js'
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import type { PostRef } from '../feed/port.ts'
import type { CheckLine } from '../preflight/line.ts'
import type { CommandBus } from '../queue/commands.ts'
import type { ChartFile, ChartRequest } from '../report/chart.ts'
import type { DeskReader } from '../report/views.ts'
import type { ReviewDesk } from '../review/port.ts'
import type { Actor } from '../session/events.ts'
import type { DrillStore } from './alert/drill.ts'
import type { Authority } from './approval/authority.ts'
import type { Later } from './approval/later.ts'
import type { Auditor } from './audit.ts'
import type { KeptReplies } from './kept-replies.ts'
import type { LimitsNow } from './limits-now.ts'
import type { RecentTrades } from './recent-trades.ts'
import type { Reply } from './reply.ts'
import type { SessionDates } from './session-dates.ts'
import type { StudyDesk } from './study/study-desk.ts'
import type { Versions } from './versions.ts'

/** The way to the worker. */
export type CommandSubmitter = Pick<CommandBus, 'submit' | 'depths'>

export interface Desk {
  readonly reader: DeskReader
  /** Where the feed is posted. */
  readonly feedChannelId: string
  readonly commands: CommandSubmitter
  readonly authority: Authority
  readonly audit: Auditor
  readonly later: Later
  readonly kept: KeptReplies
  readonly drills: DrillStore
  /** Makes one of the bot's own messages again, with these buttons or none. */
  readonly editMessage: (at: PostRef, embeds: readonly APIEmbed[], buttons?: Reply['buttons']) => Promise<unknown>
  readonly dates: SessionDates
  readonly trades: RecentTrades
  readonly limits: LimitsNow
  readonly reviews: ReviewDesk
  /** The way to a trade's card and thread, as text with links; null: it has none (yet). */
  readonly tradeLink: (accountId: string, tradeId: string) => Promise<string | null>
  /** Null: this bot runs without. */
  readonly studies: StudyDesk | null
  readonly versions: Versions
  /** Round trip of the last heartbeat to Discord; null before the first. */
  readonly gatewayPing_ms: () => number | null
  /** Discord's part of a preflight, read now. */
  readonly checkDiscord: () => Promise<readonly CheckLine[]>
  readonly draw: (chart: ChartRequest) => Promise<ChartFile>
  readonly wall: WallClock
}

/** Who asks, under which id, and where to log about it. */
export interface Request {
  /** The interaction's id: also the id of the job it causes. */
  readonly id: string
  readonly actor: Actor
  readonly log: Logger
}
