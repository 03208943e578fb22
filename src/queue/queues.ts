/** The two BullMQ queues: short commands, and sessions that run all day. Names, settings and producers. */
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { connectRedis } from '../store/connect.ts'
import type { CommandJob, SessionJob } from './jobs.ts'
import { STUDIES_QUEUE } from './study-queue.ts'

export const COMMANDS_QUEUE = 'commands'
export const SESSIONS_QUEUE = 'sessions'

/** A dead worker's job is noticed after at most these two together: the session is watched again within 10 s. */
export const LOCK_MS = 3000
export const STALLED_CHECK_MS = 1000
/** A session may lose its worker any number of times; what bounds it is the trading day. */
export const STALLED_MAX = 1000

/** Answers of commands are kept this long for whoever asked. */
const COMMAND_KEPT_S = 3600
const COMMANDS_KEPT_MAX = 1000
/** A session job that fails is tried again for longer than a trading day lasts. */
const SESSION_ATTEMPTS_MAX = 100_000
const SESSION_RETRY_MS = 1000

export interface Queues {
  readonly commands: Queue<CommandJob>
  readonly sessions: Queue<SessionJob>
  /** Only looked at here; `study-queue.ts` works with it. */
  readonly studies: Pick<Queue, 'getJobCounts'>
  isConnected(): boolean
  addSession(job: SessionJob): Promise<void>
  close(): Promise<void>
}

/**
 * For producers: fails at once while Redis is away, so that the person who asked hears it now; also here
 * (`StoreUnreachable`).
 */
export async function createQueues(redisUrl: string, prefix: string): Promise<Queues> {
  const connection = new Redis(redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 0, lazyConnect: true })
  // BullMQ reports through its queues; without a listener here an outage would end the process.
  connection.on('error', () => undefined)
  await connectRedis(connection)
  const commands = new Queue<CommandJob>(COMMANDS_QUEUE, { connection, prefix, skipWaitingForReady: true })
  const sessions = new Queue<SessionJob>(SESSIONS_QUEUE, { connection, prefix, skipWaitingForReady: true })
  const studies = new Queue(STUDIES_QUEUE, { connection, prefix, skipWaitingForReady: true })
  for (const queue of [commands, sessions, studies]) queue.on('error', () => undefined)
  return {
    commands,
    sessions,
    studies,
    isConnected: () => connection.status === 'ready',
    async addSession(job) {
      await sessions.add('session', job, {
        // One job a session, however often it is asked for; a job id must not hold a colon.
        jobId: `${job.accountId}_${job.date}`,
        removeOnComplete: true,
        removeOnFail: true,
        attempts: SESSION_ATTEMPTS_MAX,
        backoff: { type: 'fixed', delay: SESSION_RETRY_MS },
      })
    },
    async close() {
      await Promise.allSettled([commands.close(), sessions.close(), studies.close()])
      connection.disconnect()
    },
  }
}

export const COMMAND_JOB_OPTIONS = {
  removeOnComplete: { age: COMMAND_KEPT_S, count: COMMANDS_KEPT_MAX },
  removeOnFail: { age: COMMAND_KEPT_S, count: COMMANDS_KEPT_MAX },
} as const

/**
 * Asked for again under the same id until the journal says what came of it: one that failed must not stand in the way.
 */
export const AGAIN_JOB_OPTIONS = { ...COMMAND_JOB_OPTIONS, removeOnFail: true } as const

/**
 * The same where nobody reads the answer: one that came to nothing, as before a store was whole again, is asked anew.
 */
export const UNANSWERED_JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true } as const
