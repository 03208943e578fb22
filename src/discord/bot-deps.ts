/** What the bot is made of: stores, queues and Discord, each behind its own port. */
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import type { DiscordConfig } from '../config/config.ts'
import type { FeedSource, FeedStore } from '../feed/port.ts'
import type { ChartFile, ChartRequest } from '../report/chart.ts'
import type { DeskReader } from '../report/views.ts'
import type { ReviewDesk } from '../review/port.ts'
import type { AuthorityStore } from '../store/authority-store.ts'
import type { CardStore } from '../store/card-store.ts'
import type { Leases } from '../store/lease.ts'
import type { TradeCardStore } from '../store/trade-card-store.ts'
import type { EngineWatchPorts } from '../watchdog/engine-watch.ts'
import type { CommandSubmitter } from './desk.ts'
import type { ScheduleStores } from './follow-schedule.ts'
import type { Handlers } from './handlers.ts'
import type { StudyPorts } from './study/study-desk.ts'

export interface BotDeps {
  readonly discord: DiscordConfig
  readonly handlers: Handlers
  readonly reader: DeskReader
  readonly commands: CommandSubmitter
  readonly source: FeedSource
  readonly feedStore: FeedStore
  readonly leases: Leases
  /** Where silent engines are seen; null: nobody looks. */
  readonly engines: Pick<EngineWatchPorts, 'silences' | 'sessions'> | null
  /** Where the schedules of the accounts are followed; absent: nobody looks. */
  readonly schedule?: ScheduleStores
  /** Where the live cards are remembered; absent: there are none. */
  readonly cards?: CardStore
  /** Where the trades' cards and threads are remembered; absent: there are none. */
  readonly tradeCards?: TradeCardStore
  readonly reviews: ReviewDesk
  /** Where approvals, alerts and audit lines are kept. */
  readonly authority: AuthorityStore
  /** Backtests and the like, asked for in the channel; absent: there are none. */
  readonly studies?: StudyPorts
  readonly draw: (chart: ChartRequest) => Promise<ChartFile>
  readonly wall: WallClock
  readonly log: Logger
  /** Which process this is, for people. */
  readonly owner: string
  /** Called when it stands by, and each time it is logged in. */
  readonly onState?: (state: 'standby' | 'active') => void
}
