/**
 * The part of a worker that runs studies, each in a process of its own. Entry point: `startStudyWorker`.
 *
 * 1. It shares nothing with the sessions but the process that starts the study's: no computing, no drawing here.
 * 2. A worker that leaves gives its study back; one that dies loses it to the queue, which hands it to another. The
 *    same study run twice comes to the same, and is recorded once.
 */
import { availableParallelism, constants } from 'node:os'
import { join } from 'node:path'
import { type Job, WaitingError, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import type { StrategySettings } from '../config/config.ts'
import { createDataSetStore } from '../store/data-set-store.ts'
import { KEY_PREFIX, type Store } from '../store/open-store.ts'
import { createStudyStore, hasEnded, type StudyRun, type StudyStore } from '../store/study-store.ts'
import { rememberTried } from '../store/tried-runs.ts'
import type { ProfileName } from '../strategy/types.ts'
import { listDataSets } from '../study/data-sets.ts'
import type { StudyRequest } from '../study/messages.ts'
import { type StudyJob, studyJobSchema } from '../study/spec.ts'
import { runInProcess, type StudyOutcome } from '../study/study-process.ts'
import { MINUTE_MS } from '../time/units.ts'
import { STUDIES_QUEUE, STUDY_ATTEMPTS_MAX } from './study-queue.ts'

/** A dead worker's study is taken up by another after at most these two together. */
const LOCK_MS = 10_000
const STALLED_CHECK_MS = 5_000
/** A study that two workers died of is not tried on a third. */
const STALLED_MAX = 1
const CANCEL_LOOK_MS = 500
const PROGRESS_EVERY_MS = 1_000
const TELL_EVERY_MS = 30_000
const CLOSE_MS_MAX = 3_000

export interface StudyBounds {
  readonly timeMax_ms: number
  /** Of the JavaScript heap, and of the whole process. */
  readonly heapMax_mb: number
  readonly memoryMax_mb: number
  /** Low enough that whoever trades comes first; the lowest would never get its turn on a busy machine. */
  readonly priority: number
}
export const STUDY_BOUNDS: StudyBounds = {
  timeMax_ms: 10 * MINUTE_MS,
  heapMax_mb: 768,
  memoryMax_mb: 1_500,
  priority: constants.priority.PRIORITY_BELOW_NORMAL,
}

export interface StudyWorkerOptions {
  readonly redisUrl: string
  readonly store: Pick<Store, 'redis' | 'keys' | 'leases'>
  readonly wall: WallClock
  readonly log: Logger
  readonly dataDir: string
  readonly dataSetsDir: string
  /** Which process this is, for people. */
  readonly name: string
  readonly prefix?: string
  readonly bounds?: StudyBounds
  settingsFor(profile: ProfileName): Pick<StrategySettings, 'profile' | 'limits' | 'width'>
}

interface Deps extends StudyWorkerOptions {
  readonly studies: StudyStore
  readonly leaving: AbortSignal
}

export interface StudyWorker {
  /** Gives a study under way back to the queue. */
  stop(): Promise<void>
}

export function startStudyWorker(options: StudyWorkerOptions): StudyWorker {
  const { redisUrl, store, wall, log, prefix = KEY_PREFIX } = options
  const leaving = new AbortController()
  const studies = createStudyStore(store.redis, store.keys, store.leases)
  const deps: Deps = { ...options, studies, leaving: leaving.signal }
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null })
  connection.on('error', (error) => log.debug({ err: error }, 'the connection of the studies failed; connecting again'))
  const worker = new Worker(STUDIES_QUEUE, (job, token) => processStudy(job, token, deps), {
    connection,
    prefix,
    concurrency: 1,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    maxStalledCount: STALLED_MAX,
  })
  worker.on('error', (error) => log.debug({ err: error }, 'the queue of studies failed; it goes on by itself'))
  worker.on('failed', (job, error) => log.error({ err: error, job: job?.id }, 'a study failed'))
  void tellDataSets(deps)
  return {
    async stop() {
      leaving.abort()
      const closed = worker.close().catch(() => undefined)
      await Promise.race([closed, wall.sleep(CLOSE_MS_MAX)])
      await Promise.race([worker.close(true).catch(() => undefined), wall.sleep(CLOSE_MS_MAX)])
      connection.disconnect()
    },
  }
}

async function tellDataSets({ store, name, dataSetsDir, wall, log, leaving }: Deps): Promise<void> {
  const told = createDataSetStore(store.redis, store.keys)
  while (!leaving.aborted) {
    try {
      await told.tell(name, await listDataSets(dataSetsDir), wall.now_ms())
    } catch (error) {
      log.debug({ err: error }, 'the data sets could not be told')
    }
    await wall.sleep(TELL_EVERY_MS, leaving)
  }
  await told.leave(name).catch(() => undefined)
}

async function processStudy(job: Job, token: string | undefined, deps: Deps): Promise<void> {
  const { studies, wall } = deps
  const study = studyJobSchema.parse(job.data)
  const known = await studies.one(study.id)
  if (hasEnded(known?.run ?? null)) return
  const end = async (state: StudyRun): Promise<void> => void (await studies.saveRun(study.id, state))
  if (known?.cancelledBy) return end({ state: 'cancelled', by: known.cancelledBy.name })
  const log = deps.log.child({ study: study.id, kind: study.spec.kind, actor: study.actor.name })
  const attempt = job.attemptsMade + job.stalledCounter + 1
  log.info({ attempt }, 'study')
  const started_ms = wall.monotonic_ms()
  const outcome = await run(study, attempt, { ...deps, log })
  const took_ms = Math.round(wall.monotonic_ms() - started_ms)
  log.info({ state: outcome.state, took_ms }, 'study ended')
  if (outcome.state === 'done') {
    await studies.saveFiles(study.id, outcome.files)
    return end({ state: 'done', took_ms })
  }
  await unfinished(outcome, study, { job, token, attempt }, { ...deps, log })
}

async function unfinished(
  outcome: Exclude<StudyOutcome, { readonly state: 'done' }>,
  { id }: StudyJob,
  { job, token, attempt }: { readonly job: Job; readonly token: string | undefined; readonly attempt: number },
  { studies, log }: Deps,
): Promise<void> {
  const end = async (state: StudyRun): Promise<void> => void (await studies.saveRun(id, state, attempt))
  if (outcome.state === 'refused') return end({ state: 'refused', message: outcome.message })
  if (outcome.state === 'stopped') {
    const by = await studies.cancelledBy(id)
    if (by !== null) return end({ state: 'cancelled', by: by.name })
    await job.moveToWait(token)
    throw new WaitingError()
  }
  log.error({ message: outcome.message }, 'the process of a study failed')
  if (job.attemptsMade + 1 < STUDY_ATTEMPTS_MAX - 1) throw new Error(outcome.message)
  const message = "its process failed twice. The worker's log says why; fewer days or variants need less memory"
  await end({ state: 'failed', message })
}

async function run(study: StudyJob, attempt: number, deps: Deps): Promise<StudyOutcome> {
  const { studies, wall, log, store, dataDir, dataSetsDir, bounds = STUDY_BOUNDS } = deps
  const over = new AbortController()
  const cancelled = watchCancel(study.id, deps, over.signal)
  const { spec } = study
  const settings = spec.kind === 'audit' ? null : deps.settingsFor(spec.profile)
  const request: StudyRequest = {
    type: 'run',
    job: study,
    strategy: settings && { profile: settings.profile, limits: settings.limits, width: settings.width },
    dataSetsDir,
    cacheDir: join(dataDir, 'cache'),
    // One processor is left to those who trade.
    threads: Math.max(1, availableParallelism() - 1),
    memoryMax_mb: bounds.memoryMax_mb,
    priority: bounds.priority,
  }
  const started_ms = wall.now_ms()
  let saved_ms = Number.NEGATIVE_INFINITY
  const save = (done: number, total: number | null): void => {
    saved_ms = wall.monotonic_ms()
    const running = { state: 'running', started_ms, done, total, attempt } as const
    studies
      .saveRun(study.id, running, attempt)
      .catch((error: unknown) => log.debug({ err: error }, 'progress is not saved'))
  }
  save(0, null)
  try {
    return await runInProcess(request, {
      timeMax_ms: bounds.timeMax_ms,
      heapMax_mb: bounds.heapMax_mb,
      clock: wall,
      signal: AbortSignal.any([deps.leaving, cancelled]),
      onProgress: ({ done, total }) => {
        if (wall.monotonic_ms() - saved_ms >= PROGRESS_EVERY_MS) save(done, total)
      },
      remember: (tried) => rememberTried(tried, { dataDir, store, say: (note) => log.warn({ study: study.id }, note) }),
      say: (note) => log.info({ study: study.id }, note),
    })
  } finally {
    over.abort()
  }
}

/** Aborts when somebody cancelled the study. */
function watchCancel(id: string, { studies, wall, log }: Deps, over: AbortSignal): AbortSignal {
  const cancelled = new AbortController()
  void (async () => {
    while (!over.aborted && !cancelled.signal.aborted) {
      const by = await studies.cancelledBy(id).catch((error: unknown) => {
        log.debug({ err: error }, 'whether a study is cancelled could not be read')
        return null
      })
      if (by !== null) cancelled.abort()
      await wall.sleep(CANCEL_LOOK_MS, over)
    }
  })()
  return cancelled.signal
}
