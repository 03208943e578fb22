/**
 * The queue of studies, as the bot sees it. One runs at a time on the whole desk, whatever the number of workers. Entry
 * point: `createStudyQueue`.
 */
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { connectRedis } from '../store/connect.ts'
import { StoreUnreachable } from '../store/port.ts'
import type { StudyJob } from '../study/spec.ts'
import { DAY_S } from '../time/units.ts'

export const STUDIES_QUEUE = 'studies'

/** A process that crashed is started once more; a store that was away may take another. */
export const STUDY_ATTEMPTS_MAX = 3
const RETRY_MS = 1_000
const FAILED_KEPT = { age: DAY_S, count: 100 } as const
const AT_ONCE = 1

export interface StudyQueue {
  /** Safe to repeat: one job a study. Throws `StoreUnreachable`. */
  add(job: StudyJob): Promise<void>
  /** `failed` with why: it will not be tried again. `absent`: the queue does not know it. Throws `StoreUnreachable`. */
  stateOf(id: string): Promise<{ readonly state: 'queued' | 'absent' | 'failed'; readonly reason: string }>
  /** Out of the queue, unless a worker has it. */
  remove(id: string): Promise<void>
  close(): Promise<void>
}

const jobId = (id: string): string => `study-${id}`

/** Fails at once while Redis is away. Throws `StoreUnreachable` when it does not answer at the start. */
export async function createStudyQueue(redisUrl: string, prefix: string): Promise<StudyQueue> {
  const connection = new Redis(redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 0, lazyConnect: true })
  connection.on('error', () => undefined)
  await connectRedis(connection)
  const queue = new Queue<StudyJob>(STUDIES_QUEUE, { connection, prefix, skipWaitingForReady: true })
  queue.on('error', () => undefined)
  const asked = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask()
    } catch (error) {
      throw connection.status === 'ready' ? error : new StoreUnreachable(error)
    }
  }
  return {
    add: (job) =>
      asked(async () => {
        await queue.setGlobalConcurrency(AT_ONCE)
        await queue.add(job.spec.kind, job, {
          jobId: jobId(job.id),
          attempts: STUDY_ATTEMPTS_MAX,
          backoff: { type: 'fixed', delay: RETRY_MS },
          removeOnComplete: true,
          removeOnFail: FAILED_KEPT,
        })
      }),
    stateOf: (id) =>
      asked(async () => {
        const job = await queue.getJob(jobId(id))
        if (job === undefined) return { state: 'absent', reason: '' }
        const isFailed = await job.isFailed()
        return { state: isFailed ? 'failed' : 'queued', reason: job.failedReason ?? '' }
      }),
    remove: (id) =>
      asked(async () => {
        await queue.remove(jobId(id)).catch(() => undefined)
      }),
    async close() {
      await queue.close().catch(() => undefined)
      connection.disconnect()
    },
  }
}
