/**
 * The archive of a worker: while it holds the lease `archive`, the journal is written to daily files as it grows. Entry
 * point: `startArchive`.
 *
 * 1. One process archives at a time; another takes over and completes its own files from the store.
 * 2. What is committed is on the disk within about a second, and before `stop` resolves, as long as the store answers
 *    and the disk takes it.
 * 3. A disk that does not take it stops no trading: it is logged, posted once an outage, and tried again for ever.
 */
import { hostname } from 'node:os'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { MarketClock, WallClock } from '../../config/clock.ts'
import { holdLease } from '../hold-lease.ts'
import type { Store } from '../open-store.ts'
import { StoreUnreachable } from '../port.ts'
import { createArchiveAlerts } from './alerts.ts'
import { Archiver } from './archiver.ts'
import { createDayReports } from './day-reports.ts'
import { keepDeskRecords, readDeskRecords } from './desk-records.ts'
import { journalFolder } from './paths.ts'

export const ARCHIVE_LEASE = 'archive'

/** Entries that are not published wake nobody; they are looked for this often. */
const POLL_MS = 500
const SWEEP_MS = 30_000
const RETRY_MS = 2000
/** How long a stopping worker waits for the last entries to be written. */
const LAST_PASS_MS_MAX = 5000
const LEASE = { ttl_ms: 5000, renewEvery_ms: 1000, tryEvery_ms: 1000 } as const

export interface ArchiveOptions {
  readonly store: Store
  readonly dataDir: string
  /** Where the report of each day that ends is written; absent: nowhere. */
  readonly reportsDir?: string
  readonly clock: Pick<MarketClock, 'now_ms'>
  readonly wall: WallClock
  readonly log: Logger
}

export interface Archive {
  /** Writes what was committed until now, then gives the lease back. */
  stop(): Promise<void>
}

export function startArchive(options: ArchiveOptions): Archive {
  const { store, wall, log } = options
  const stopping = new AbortController()
  const hold = { name: ARCHIVE_LEASE, owner: `${hostname()}-${process.pid}`, ...LEASE }
  const running = holdLease(store.leases, hold, { wall, log }, stopping.signal, (_lease, signal) =>
    archiveWhile(signal, stopping.signal, options),
  ).catch((error: unknown) => log.error({ err: error }, 'the archive ended'))
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** Until `signal` aborts; when that is because of `stopping`, a last pass follows. */
async function archiveWhile(signal: AbortSignal, stopping: AbortSignal, options: ArchiveOptions): Promise<void> {
  const { store, dataDir, wall, log } = options
  const alerts = createArchiveAlerts(options)
  const { reportsDir } = options
  const reports = reportsDir === undefined ? null : createDayReports({ store, dataDir, reportsDir, wall, log })
  const archiver = new Archiver({
    redis: store.redis,
    keys: store.keys,
    folder: journalFolder(dataDir),
    wall,
    log,
    lost: () => signal.aborted && !stopping.aborted,
    onRows: (accountId, date, rows) => reports?.noteRows(accountId, date, rows),
    onDamage: (message) => alerts.damaged(message),
  })
  const wakeUps = listen(store, log)
  try {
    for (let swept_ms = Number.NEGATIVE_INFINITY; !signal.aborted; ) {
      const due = wall.monotonic_ms() - swept_ms >= SWEEP_MS
      if (due) swept_ms = wall.monotonic_ms()
      if (due) await keepRecords(options)
      const done = await pass(archiver, due ? null : wakeUps.take(), options, alerts)
      if (!done) swept_ms = Number.NEGATIVE_INFINITY
      else await reports?.write(due)
      await wakeUps.wait(done ? POLL_MS : RETRY_MS, !done, signal, wall)
    }
    if (!stopping.aborted) return
    const last = pass(archiver, null, options, alerts).then(() => reports?.write(false))
    await Promise.race([last, wall.sleep(LAST_PASS_MS_MAX)])
  } finally {
    wakeUps.close()
    await alerts.settled()
  }
}

/** Beside the journal files: what was tried and checked. Its failure stops no journal; the next sweep tries again. */
async function keepRecords({ store, dataDir, log }: ArchiveOptions): Promise<void> {
  try {
    await keepDeskRecords(journalFolder(dataDir), await readDeskRecords(store, dataDir))
  } catch (error) {
    log.warn({ err: error }, 'what was tried and checked could not be written beside the journal files; trying again')
  }
}

/** False when it failed and is to be tried again. `accountIds` null: everything. */
async function pass(
  archiver: Archiver,
  accountIds: readonly string[] | null,
  { log }: ArchiveOptions,
  alerts: ReturnType<typeof createArchiveAlerts>,
): Promise<boolean> {
  try {
    await (accountIds === null ? archiver.sweep() : archiver.follow(accountIds))
    alerts.works()
    return true
  } catch (error) {
    if (error instanceof StoreUnreachable) log.warn({ err: error }, 'the journal files wait for the store')
    else alerts.failed(error)
    return false
  }
}

interface WakeUps {
  /** Accounts heard of since the last call. */
  take(): readonly string[]
  /** Until an account is heard of (unless `deaf`), at most `wait_ms`. */
  wait(wait_ms: number, deaf: boolean, signal: AbortSignal, wall: WallClock): Promise<void>
  close(): void
}

function listen({ redis, keys }: Store, log: Logger): WakeUps {
  const heard = new Set<string>()
  let wake: (() => void) | null = null
  const subscriber: Redis = redis.duplicate({ enableOfflineQueue: true, maxRetriesPerRequest: null })
  subscriber.on('error', (error) => log.debug({ err: error }, 'the archive’s subscription failed; connecting again'))
  subscriber.on('message', (_channel: string, accountId: string) => {
    heard.add(accountId)
    wake?.()
  })
  // Not waited for: the files are also looked after without wake-ups.
  subscriber.subscribe(keys.feedChannel, keys.campaignChannel).catch(() => undefined)
  return {
    take() {
      const accounts = [...heard]
      heard.clear()
      return accounts
    },
    async wait(wait_ms, deaf, signal, wall) {
      if (signal.aborted || (!deaf && heard.size > 0)) return
      const over = new AbortController()
      const finish = (): void => over.abort()
      if (!deaf) wake = finish
      signal.addEventListener('abort', finish, { once: true })
      await wall.sleep(wait_ms, over.signal)
      signal.removeEventListener('abort', finish)
      wake = null
    },
    close: () => subscriber.disconnect(),
  }
}
