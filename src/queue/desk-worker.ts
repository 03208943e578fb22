/**
 * A worker: processes commands and runs sessions. Entry point: `startDeskWorker`.
 *
 * 1. A worker that is told to stop hands its sessions to another living worker; the last one closes what is open first.
 * 2. A campaign that is armed has a session job: made sure of at the start, whatever was lost.
 */
import { hostname } from 'node:os'
import { type Job, WaitingError, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { MarketClock, WallClock } from '../config/clock.ts'
import type { StrategySettings } from '../config/config.ts'
import type { SessionHandle } from '../session/runner/runner.ts'
import { KEY_PREFIX, type Store } from '../store/open-store.ts'
import type { ProfileName } from '../strategy/types.ts'
import type { SessionHealth } from '../watchdog/health.ts'
import type { Brokers } from './brokers.ts'
import { createHeartbeats, HEARTBEAT_MS } from './heartbeats.ts'
import { type CommandResult, commandJobSchema, sessionJobSchema } from './jobs.ts'
import { COMMANDS_QUEUE, createQueues, LOCK_MS, SESSIONS_QUEUE, STALLED_CHECK_MS, STALLED_MAX } from './queues.ts'
import { processSession, type SessionProcessorDeps } from './session-processor.ts'
import { startCampaign } from './start-campaign.ts'
import { stopCampaign } from './stop-campaign.ts'

const COMMANDS_AT_ONCE = 8
const SESSIONS_AT_ONCE = 256
/** How long the last worker closes positions before it leaves. */
const FLATTEN_MS_MAX = 20_000
const CLOSE_MS_MAX = 5000

export interface DeskWorkerOptions {
  readonly redisUrl: string
  readonly store: Store
  readonly brokers: Brokers
  readonly clock: MarketClock
  readonly wall: WallClock
  readonly log: Logger
  readonly prefix?: string
  settingsFor(profile: ProfileName): StrategySettings
}

export interface DeskWorker {
  readonly name: string
  /** The sessions it runs now, and whether it can take jobs. */
  health(): { readonly sessions: readonly SessionHealth[]; readonly queue: 'ok' | 'away' }
  /** Resolves when the sessions are handed over, or flat, and everything is closed. */
  stop(): Promise<void>
}

export async function startDeskWorker(options: DeskWorkerOptions): Promise<DeskWorker> {
  const { redisUrl, store, wall, log, prefix = KEY_PREFIX } = options
  const name = `${hostname()}-${process.pid}`
  const queues = await createQueues(redisUrl, prefix)
  const running = new Map<string, SessionHandle>()
  const deps: SessionProcessorDeps = {
    ...options,
    store: store.sessions,
    leases: store.leases,
    worker: name,
    leaseName: store.keys.sessionLease,
    addSession: queues.addSession,
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
  const sessions = new Worker(SESSIONS_QUEUE, (job, token) => runSessionJob(job, token, deps), {
    ...settings,
    concurrency: SESSIONS_AT_ONCE,
    maxStalledCount: STALLED_MAX,
  })
  for (const worker of [commands, sessions]) {
    worker.on('error', (error) => log.warn({ err: error }, 'the queue failed; it goes on by itself'))
    worker.on('failed', (job, error) => log.error({ err: error, job: job?.id }, 'a job failed'))
  }
  const subscriber = await watchCampaigns(redisUrl, store, running, log)
  const heart = await keepBeating(options, name)
  await ensureSessions(deps)
  log.info({ worker: name }, 'worker ready')

  return {
    name,
    health: () => ({
      sessions: [...running.values()].map((handle) => handle.health()),
      queue: sessions.isRunning() && connection.status === 'ready' ? 'ok' : 'away',
    }),
    async stop() {
      await commands.close()
      await leaveSessions(sessions, running, heart.hasOthers, wall, log)
      // What follows a session (the next day's job) is still being done.
      await Promise.race([sessions.close(), wall.sleep(CLOSE_MS_MAX)])
      await heart.stop()
      await Promise.allSettled([sessions.close(true), queues.close()])
      subscriber.disconnect()
      connection.disconnect()
    },
  }
}

async function runCommand(job: Job, deps: SessionProcessorDeps): Promise<CommandResult> {
  const command = commandJobSchema.parse(job.data)
  const log = deps.log.child({ job: job.id, actor: command.actor.name })
  log.info({ command: command.kind, profile: command.profile }, 'command')
  const result =
    command.kind === 'start'
      ? await startCampaign(command, { ...deps, log })
      : await stopCampaign(command, { ...deps, log })
  log.info({ ok: result.ok, code: result.ok ? null : result.refusal.code }, 'command answered')
  return result
}

async function runSessionJob(job: Job, token: string | undefined, deps: SessionProcessorDeps): Promise<string> {
  const outcome = await processSession(sessionJobSchema.parse(job.data), deps)
  if (outcome === 'lost') throw new Error('another worker runs this session')
  if (outcome === 'handed_over') {
    await job.moveToWait(token)
    throw new WaitingError()
  }
  return outcome
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
  hasOthers(): Promise<boolean>
  stop(): Promise<void>
}

async function keepBeating({ store, wall, log }: DeskWorkerOptions, name: string): Promise<Heart> {
  const heartbeats = createHeartbeats(store.redis, store.keys.workers, name, wall)
  const stopped = new AbortController()
  const beating = (async () => {
    while (!stopped.signal.aborted) {
      await heartbeats.beat().catch((error: unknown) => log.warn({ err: error }, 'no heartbeat: the store is away'))
      await wall.sleep(HEARTBEAT_MS, stopped.signal)
    }
  })()
  return {
    hasOthers: () => heartbeats.hasOthers().catch(() => false),
    async stop() {
      stopped.abort()
      await beating
      await heartbeats.leave().catch(() => undefined)
    },
  }
}

async function ensureSessions(deps: SessionProcessorDeps): Promise<void> {
  for (const campaign of await deps.store.campaigns()) {
    if (!campaign.active) continue
    await deps.addSession({ accountId: campaign.accountId, date: campaign.session.date })
  }
}

async function leaveSessions(
  sessions: Worker,
  running: ReadonlyMap<string, SessionHandle>,
  hasOthers: () => Promise<boolean>,
  wall: WallClock,
  log: Logger,
): Promise<void> {
  // Takes no new job, but lets the running ones be: each is left at its own next safe point.
  await sessions.pause(true)
  const handles = [...running.values()]
  if (!(await hasOthers())) {
    log.info({ sessions: handles.length }, 'the last worker leaves: closing what is open')
    for (const handle of handles) handle.flatten()
    await Promise.race([Promise.allSettled(handles.map((handle) => handle.ended)), wall.sleep(FLATTEN_MS_MAX)])
  }
  for (const handle of running.values()) handle.handOver()
  await Promise.allSettled(handles.map((handle) => handle.ended))
}
