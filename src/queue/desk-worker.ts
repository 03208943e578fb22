/**
 * A worker: processes commands and runs sessions. Entry point: `startDeskWorker`.
 *
 * 1. A worker that is told to stop hands its sessions to another living worker; the last one closes what is open first.
 * 2. A campaign that is armed has a session job: made sure of again and again, whatever was lost.
 */
import { hostname } from 'node:os'
import { type Job, WaitingError, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { MarketClock, WallClock } from '../config/clock.ts'
import type { StrategySettings } from '../config/config.ts'
import { KnownFor } from '../config/known-for.ts'
import { programVersion } from '../config/version.ts'
import { gatherStore } from '../preflight/gather-store.ts'
import type { SessionHealth } from '../session/health.ts'
import type { SessionHandle } from '../session/runner/runner.ts'
import type { OpenTape } from '../session/runner/tape-port.ts'
import { KEY_PREFIX, type Store } from '../store/open-store.ts'
import type { ProfileName } from '../strategy/types.ts'
import { MINUTE_MS } from '../time/units.ts'
import { adoptOrphans } from './adopt-orphans.ts'
import { applyApproved } from './apply-approved.ts'
import { auditTerminal } from './audit-terminal.ts'
import type { Brokers } from './brokers.ts'
import { controlCampaign } from './control-campaign.ts'
import { drillCampaign, endLeftDrills } from './drill-campaign.ts'
import { forEachAccount, profileOf } from './each-account.ts'
import { createHeartbeats, HEARTBEAT_MS } from './heartbeats.ts'
import { type CommandJob, type CommandResult, commandJobSchema, sessionJobSchema } from './jobs.ts'
import { leaveSessions } from './leaving.ts'
import { limitCampaign } from './limit-campaign.ts'
import { validateAccount } from './preflight.ts'
import { COMMANDS_QUEUE, createQueues, LOCK_MS, SESSIONS_QUEUE, STALLED_CHECK_MS, STALLED_MAX } from './queues.ts'
import { refused } from './refused.ts'
import type { VerdictFacts } from './register-campaign.ts'
import { processSession, type SessionProcessorDeps } from './session-processor.ts'
import { settleExpired } from './settle-expired.ts'
import { startCampaign } from './start-campaign.ts'
import { stopCampaign } from './stop-campaign.ts'

const COMMANDS_AT_ONCE = 8
const SESSIONS_AT_ONCE = 256
const ENSURE_EVERY_MS = 5000
const ORPHANS_EVERY_MS = MINUTE_MS
const DRILLS_EVERY_MS = 5_000
const SETTLE_EVERY_MS = 15_000
const CLOSE_MS_MAX = 5000

export interface DeskWorkerOptions {
  readonly redisUrl: string
  readonly store: Store
  readonly brokers: Brokers
  readonly clock: MarketClock
  readonly wall: WallClock
  readonly log: Logger
  readonly prefix?: string
  /** How long a second person has to decide; absent: a quarter of an hour. */
  readonly approvalExpires_ms?: number
  /** Where decisions are taped; absent: nowhere. */
  readonly openTape?: OpenTape
  /** See `CampaignDeps`. */
  readonly lastFeedNo?: (accountId: string) => Promise<number>
  /** Absent: campaigns are armed without a registration, and their days without proof. */
  readonly verdictFacts?: VerdictFacts
  settingsFor(profile: ProfileName): StrategySettings
}

export interface DeskWorker {
  readonly name: string
  /** The sessions it runs now, and whether it can take jobs. */
  health(): { readonly sessions: readonly SessionHealth[]; readonly queue: 'ok' | 'away' }
  /** Hands the sessions over, or closes what is open; false: something was left open, because it had to leave. */
  stop(): Promise<boolean>
}

export async function startDeskWorker(options: DeskWorkerOptions): Promise<DeskWorker> {
  const { redisUrl, store, wall, log, prefix = KEY_PREFIX } = options
  const name = `${hostname()}-${process.pid}`
  const queues = await createQueues(redisUrl, prefix)
  const running = new Map<string, SessionHandle>()
  const leaving = { hasBegun: false }
  const deps: SessionProcessorDeps = {
    ...options,
    store: store.sessions,
    leases: store.leases,
    worker: name,
    runs: store.runs,
    leaseName: store.keys.sessionLease,
    addSession: queues.addSession,
    readStore: () => gatherStore(store.redis, wall),
    onSession: (accountId, handle) => {
      if (handle === null) running.delete(accountId)
      else running.set(accountId, handle)
    },
  }
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null })
  connection.on('error', (error) => log.warn({ err: error }, 'the connection to Redis failed; connecting again'))
  const settings = { connection, prefix, lockDuration: LOCK_MS, stalledInterval: STALLED_CHECK_MS }
  const commands = new Worker(COMMANDS_QUEUE, (job) => runCommand(job, deps), {
    ...settings,
    concurrency: COMMANDS_AT_ONCE,
  })
  const sessions = new Worker(SESSIONS_QUEUE, (job, token) => runSessionJob(job, token, deps, leaving), {
    ...settings,
    concurrency: SESSIONS_AT_ONCE,
    maxStalledCount: STALLED_MAX,
  })
  for (const worker of [commands, sessions]) {
    worker.on('error', (error) => log.warn({ err: error }, 'the queue failed; it goes on by itself'))
    worker.on('failed', (job, error) => log.error({ err: error, job: job?.id }, 'a job failed'))
  }
  const subscriber = await watchCampaigns(redisUrl, store, running, log)
  const heart = keepBeating(options, name)
  const guard = keepSessionsQueued(deps)
  log.info({ worker: name }, 'worker ready')

  return {
    name,
    health: () => ({
      sessions: [...running.values()].map((handle) => handle.health()),
      queue: sessions.isRunning() && connection.status === 'ready' ? 'ok' : 'away',
    }),
    async stop() {
      leaving.hasBegun = true
      guard.stop()
      heart.stop()
      const isSafe = await leaveSessions({
        ...{ sessions, running, leave: heart.leave, wall, log },
        isTaken: async (accountId) => {
          const holder = await store.leases.holder(store.keys.sessionLease(accountId))
          return holder !== null && holder !== name
        },
        takeBack: (job, signal) => processSession(job, deps, signal),
      })
      // What follows a session (the next day's job) and a command is still being done, within a bound.
      await Promise.race([Promise.allSettled([sessions.close(), commands.close()]), wall.sleep(CLOSE_MS_MAX)])
      const closed = Promise.allSettled([sessions.close(true), commands.close(true), queues.close()])
      await Promise.race([closed, wall.sleep(CLOSE_MS_MAX)])
      subscriber.disconnect()
      connection.disconnect()
      return isSafe
    },
  }
}

async function runCommand(job: Job, deps: SessionProcessorDeps): Promise<CommandResult> {
  const command = commandJobSchema.parse(job.data)
  const log = deps.log.child({ job: job.id, actor: command.actor.name })
  log.info({ command: command.kind, profile: command.profile }, 'command')
  const result = await answer(command, { ...deps, log })
  log.info({ ok: result.ok, code: result.ok ? null : result.refusal.code }, 'command answered')
  if (command.actor.via === 'cli') {
    // Nobody waits for it: stopping is answered at once.
    void auditTerminal(command, result, deps).catch((error: unknown) =>
      log.error({ err: error, command }, 'a command of the terminal is in no journal'),
    )
  }
  return result
}

/**
 * A command that raises risk and waited this long for a worker is refused: the team has moved on. Stopping always
 * passes.
 */
const COMMAND_AGE_MS_MAX = 60_000

function isStale(command: CommandJob, now_ms: number): boolean {
  const isSwitch = command.kind === 'control' && command.mode === 'ACTIVE'
  const isDrill = command.kind === 'drill' && command.step === 'begin'
  const raisesRisk = command.kind === 'start' || command.kind === 'limit' || isSwitch || isDrill
  return raisesRisk && now_ms - command.requestedAt_ms > COMMAND_AGE_MS_MAX
}

async function answer(command: CommandJob, deps: SessionProcessorDeps): Promise<CommandResult> {
  if (isStale(command, deps.wall.now_ms())) {
    return refused('stale_command', 'No worker was there when this was asked, so it was not done. Ask again.')
  }
  switch (command.kind) {
    case 'start':
      return startCampaign(command, deps)
    case 'stop':
      return stopCampaign(command, deps)
    case 'control':
      return controlCampaign(command, deps)
    case 'validate':
      return validateAccount(command, deps)
    case 'limit':
      return limitCampaign(command, deps)
    case 'approved':
      return applyApproved(command, deps)
    case 'drill':
      return drillCampaign(command, deps)
  }
}

async function runSessionJob(
  job: Job,
  token: string | undefined,
  deps: SessionProcessorDeps,
  leaving: { readonly hasBegun: boolean },
): Promise<string> {
  // A fetch that was under way as the worker was paused may bring back what it has just handed over.
  if (leaving.hasBegun) return backToTheQueue(job, token)
  const outcome = await processSession(sessionJobSchema.parse(job.data), { ...deps, isLeaving: () => leaving.hasBegun })
  if (outcome === 'lost') throw new Error('another worker runs this session')
  return outcome === 'handed_over' ? backToTheQueue(job, token) : outcome
}

async function backToTheQueue(job: Job, token: string | undefined): Promise<never> {
  await job.moveToWait(token)
  throw new WaitingError()
}

/** A stop reaches its session at once; the session also looks by itself, once a second. */
async function watchCampaigns(
  redisUrl: string,
  store: Store,
  running: ReadonlyMap<string, SessionHandle>,
  log: Logger,
): Promise<Redis> {
  const subscriber = new Redis(redisUrl, { maxRetriesPerRequest: null })
  subscriber.on('error', (error) => log.warn({ err: error }, 'the subscription failed; connecting again'))
  subscriber.on('message', (_channel, accountId) => running.get(accountId)?.campaignChanged())
  await subscriber.subscribe(store.keys.campaignChannel)
  return subscriber
}

interface Heart {
  stop(): void
  leave(): Promise<boolean>
}

function keepBeating({ store, wall, log }: DeskWorkerOptions, name: string): Heart {
  const heartbeats = createHeartbeats(store.redis, store.keys, {
    name,
    version: `${programVersion()}, Node ${process.versions.node}`,
  })
  const stopped = new AbortController()
  void (async () => {
    while (!stopped.signal.aborted) {
      await heartbeats.beat().catch((error: unknown) => log.warn({ err: error }, 'no heartbeat: the store is away'))
      await wall.sleep(HEARTBEAT_MS, stopped.signal)
    }
  })()
  return { stop: () => stopped.abort(), leave: heartbeats.leave }
}

/** Every armed campaign has its session's job, and every open position a campaign, whatever was lost between. */
function keepSessionsQueued(deps: SessionProcessorDeps): { stop(): void } {
  const stopped = new AbortController()
  const keep = async (what: string, every_ms: number, ensure: () => Promise<void>) => {
    while (!stopped.signal.aborted) {
      await ensure().catch((error: unknown) =>
        deps.log.warn({ err: error }, `${what} could not be made sure of; trying again`),
      )
      await deps.wall.sleep(every_ms, stopped.signal)
    }
  }
  void keep('the session jobs', ENSURE_EVERY_MS, () => ensureSessions(deps))
  void keep('the campaigns of open positions', ORPHANS_EVERY_MS, () => adoptOrphans(deps))
  const drills = new KnownFor(deps.wall)
  void keep('the end of drills', DRILLS_EVERY_MS, () => endLeftDrills(deps, drills))
  void keep('the settlement of expired positions', SETTLE_EVERY_MS, () => settleExpired(deps))
  return { stop: () => stopped.abort() }
}

async function ensureSessions(deps: SessionProcessorDeps): Promise<void> {
  await forEachAccount(await deps.store.campaigns(), profileOf, async ({ active, accountId, session: { date } }) => {
    if (active) await deps.addSession({ accountId, date })
  })
}
