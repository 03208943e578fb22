/** What a simulated day is made of, shared by all its processes. */
import { type Logger, pino } from 'pino'
import type { StrategySettings } from '../../config/config.ts'
import type { RandomSequence } from '../../config/prng.ts'
import type { LeaseTimes } from '../../queue/session-processor.ts'
import type { SessionPace } from '../../session/runner/pace.ts'
import type { DataStreams } from '../broker/data-streams.ts'
import type { DayMarket } from '../broker/day-market.ts'
import type { SimBroker } from '../broker/sim-broker.ts'
import type { SimChat } from '../chat/sim-chat.ts'
import type { FaultCounts, FaultPlan } from '../faults/fault.ts'
import { Gate } from '../faults/gate.ts'
import type { Checks } from '../invariants/checks.ts'
import type { MemoryStore } from '../store/memory-store.ts'
import { type Epochs, SimProcess } from '../time/sim-process.ts'
import type { VirtualTime } from '../time/virtual-time.ts'
import type { FeedBell } from './feed-bell.ts'
import type { JobQueue } from './job-queue.ts'
import type { StoreLoss } from './store-loss.ts'

export interface World {
  readonly time: VirtualTime
  readonly epochs: Epochs
  readonly market: DayMarket
  readonly broker: SimBroker
  readonly streams: DataStreams
  readonly chat: SimChat
  readonly store: MemoryStore
  readonly queue: JobQueue
  readonly bell: FeedBell
  readonly plan: FaultPlan
  readonly counts: FaultCounts
  readonly checks: Checks
  readonly random: RandomSequence
  /** For what happens in the day's last minutes: nothing before them depends on it. */
  readonly late: RandomSequence
  readonly pace: ChaosPace
  readonly log: Logger
  readonly trace: ((line: string) => void) | null
  readonly accountId: string
  /** How its campaign is set up, as the environment would say. */
  readonly settings: StrategySettings
  readonly loss: StoreLoss
  /** No worker is started before then. */
  readonly absence: { until_ms: number }
  now_ms(): number
}

/** How often what only polls is done. Less often than live where nothing depends on it: a day must be quick. */
export interface ChaosPace {
  readonly session: SessionPace
  readonly lease: LeaseTimes
  readonly ensure_ms: number
  readonly orphans_ms: number
  readonly settle_ms: number
  readonly feedScan_ms: number
}

/** Every timer as it runs live. */
export const LIVE_PACE: ChaosPace = {
  session: { reconcile_ms: 30_000, reconcileRetry_ms: 1000, campaign_ms: 1000, reach_ms: 1000, live_ms: 500 },
  lease: { ttl_ms: 4000, renewEvery_ms: 1000, tryEvery_ms: 200 },
  ensure_ms: 5000,
  orphans_ms: 60_000,
  settle_ms: 15_000,
  feedScan_ms: 5000,
}

/** What reconciles and decides runs as live; what only polls runs seldom. */
export const FAST_PACE: ChaosPace = {
  session: { reconcile_ms: 30_000, reconcileRetry_ms: 1000, campaign_ms: 240_000, reach_ms: 240_000, live_ms: 600_000 },
  lease: { ttl_ms: 150_000, renewEvery_ms: 100_000, tryEvery_ms: 10_000 },
  ensure_ms: 600_000,
  orphans_ms: 1_200_000,
  settle_ms: 120_000,
  feedScan_ms: 600_000,
}

export const SILENT: Logger = pino({ level: 'silent' })

const RESTART_MS_MIN = 300
const RESTART_MS_MAX = 6000

export interface StartedProcess {
  readonly process: SimProcess
  readonly gate: Gate
  /** Ends the process; something starts it anew after a while. */
  end(): void
}

/** A process with its gate; `again` is called once it has died and something has started it anew. */
export function startProcess(world: World, name: string, again: () => void): StartedProcess {
  const { time, epochs, plan, counts, queue, trace, random } = world
  const process = new SimProcess(name, time, epochs)
  const onSilence = (): void => {
    queue.silent(process)
    if (process.isAlive) return
    trace?.(`${name} † died`)
    time.after(RESTART_MS_MIN + (RESTART_MS_MAX - RESTART_MS_MIN) * random.uniform(), again)
  }
  const end = (): void => {
    if (!process.isAlive) return
    process.kill()
    onSilence()
  }
  return { process, gate: new Gate({ process, plan, counts, onSilence, trace }), end }
}
