/**
 * What a worker answers on `/health`, kept ready so that an answer waits for nothing. Entry point:
 * `startHealthReporter`.
 *
 * 1. What the store says is read in the background; while it is away, the sessions of this process still answer.
 * 2. Ages are of the moment of the answer, not of the reading; those of other workers' sessions are timed here
 *    (`life-signs.ts`), as their clocks may be wrong.
 */
import type { WallClock } from '../config/clock.ts'
import type { SessionHealth } from '../session/health.ts'
import type { EngineRecord } from '../store/engine-records.ts'
import type { LiveRecord } from '../store/port.ts'
import { newYorkDate } from '../strategy/newyork-time.ts'
import type { WorkerHealth } from './health.ts'
import { LifeSigns } from './life-signs.ts'

export interface HealthReporterOptions {
  readonly worker: {
    readonly name: string
    health(): { readonly sessions: readonly SessionHealth[]; readonly queue: 'ok' | 'away' }
  }
  /** Every armed account and what its engine last said. Rejects while the store is away. */
  readonly engines: () => Promise<readonly EngineRecord[]>
  readonly wall: WallClock
  readonly version: string
  readonly pid: number
}

export interface HealthReporter {
  answer(): WorkerHealth
  close(): Promise<void>
}

const READ_EVERY_MS = 1000
/** A reading older than this says nothing of now. */
const READ_AGE_MAX_MS = 5000
const LAG_PROBE_MS = 250
/** Probes whose longest delay is shown: about the last ten seconds. */
const LAG_PROBES = 40

/** By the record's own market time: a session of another day watches nothing of today. */
function isOfToday({ session }: EngineRecord['campaign'], live: LiveRecord): boolean {
  return newYorkDate(live.now_ms) === session.date
}

export function startHealthReporter(options: HealthReporterOptions): HealthReporter {
  const { worker, engines, wall, version, pid } = options
  const startedAt = new Date(wall.now_ms()).toISOString()
  const stopped = new AbortController()
  const { signal } = stopped
  let read: { readonly at_ms: number; readonly records: readonly EngineRecord[] } | null = null
  let lags_ms: readonly number[] = []
  const signs = new LifeSigns()

  async function readEngines(): Promise<void> {
    while (!signal.aborted) {
      const records = await engines().catch(() => null)
      if (records !== null) {
        read = { at_ms: wall.monotonic_ms(), records }
        signs.look(records, read.at_ms)
      }
      await wall.sleep(READ_EVERY_MS, signal)
    }
  }

  async function probeLag(): Promise<void> {
    while (!signal.aborted) {
      const before_ms = wall.monotonic_ms()
      await wall.sleep(LAG_PROBE_MS, signal)
      const late_ms = Math.max(0, wall.monotonic_ms() - before_ms - LAG_PROBE_MS)
      lags_ms = [...lags_ms.slice(1 - LAG_PROBES), late_ms]
    }
  }

  function elsewhere(own: readonly SessionHealth[], now_ms: number): WorkerHealth['elsewhere'] {
    if (read === null || !isFresh()) return []
    const mine = new Set(own.map(({ accountId }) => accountId))
    return read.records.flatMap(({ campaign, live }) =>
      live === null || live.worker === worker.name || mine.has(campaign.accountId) || !isOfToday(campaign, live)
        ? []
        : [{ accountId: campaign.accountId, worker: live.worker, age_ms: age_ms(campaign.accountId, live, now_ms) }],
    )
  }

  /** What has not moved since this worker began to look is as old as it says, and no younger than that. */
  function age_ms(accountId: string, live: LiveRecord, now_ms: number): number {
    const seen = signs.of(accountId)
    const seen_ms = seen === null ? 0 : wall.monotonic_ms() - seen.since_ms
    return Math.round(seen?.isMoving === true ? seen_ms : Math.max(seen_ms, now_ms - live.atWall_ms))
  }

  const isFresh = () => read !== null && wall.monotonic_ms() - read.at_ms < READ_AGE_MAX_MS
  const loops = [readEngines(), probeLag()]
  return {
    answer() {
      const now_ms = wall.now_ms()
      const { sessions, queue } = worker.health()
      return {
        worker: worker.name,
        version,
        pid,
        startedAt,
        now: new Date(now_ms).toISOString(),
        sessions: [...sessions],
        elsewhere: elsewhere(sessions, now_ms),
        queue,
        store: isFresh() ? 'ok' : 'away',
        eventLoopLag_ms: Math.round(Math.max(0, ...lags_ms)),
      }
    },
    async close() {
      stopped.abort()
      await Promise.all(loops)
    },
  }
}
