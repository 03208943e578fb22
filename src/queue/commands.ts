/** How bot and terminal put a command on the queue and hear its answer. Entry point: `createCommandBus`. */
import { QueueEvents } from 'bullmq'
import { Redis } from 'ioredis'
import { reasonOf } from '../config/reason.ts'
import type { QueueDepths } from '../report/store-health.ts'
import { StoreUnreachable } from '../store/port.ts'
import { type CommandJob, type CommandResult, commandJobSchema, commandResultSchema } from './jobs.ts'
import {
  AGAIN_JOB_OPTIONS,
  COMMAND_JOB_OPTIONS,
  COMMANDS_QUEUE,
  createQueues,
  type Queues,
  UNANSWERED_JOB_OPTIONS,
} from './queues.ts'

/** Redis away: the job cannot be added either, and says so. */
const LISTEN_MS_MAX = 2000

export interface CommandBus {
  /** The answer, or `pending`: not answered within `wait_ms`; what comes of it will be posted. */
  submit(job: CommandJob, wait_ms: number): Promise<CommandResult | 'pending'>
  /** Jobs in each queue. Throws `StoreUnreachable` while Redis is away. */
  depths(): Promise<Readonly<Record<'commands' | 'sessions' | 'studies', QueueDepths>>>
  close(): Promise<void>
}

const STORE_AWAY: CommandResult = {
  ok: false,
  refusal: {
    code: 'store_unreachable',
    message:
      'The store (Redis) does not answer, so nothing was started or stopped. Check that Redis runs, then repeat.',
    numbers: {},
  },
}

/** Throws `StoreUnreachable` when Redis does not answer at the start. */
export async function createCommandBus(redisUrl: string, prefix: string): Promise<CommandBus> {
  const queues = await createQueues(redisUrl, prefix)
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null })
  connection.on('error', () => undefined)
  const events = new QueueEvents(COMMANDS_QUEUE, { connection, prefix })
  events.on('error', () => undefined)
  return {
    async submit(input, wait_ms) {
      const job = commandJobSchema.parse(input)
      // An answer that came before anyone listened would be missed.
      await within(events.waitUntilReady(), LISTEN_MS_MAX)
      let added: Awaited<ReturnType<typeof queues.commands.add>>
      try {
        // The prefix: an id of digits alone is refused.
        added = await queues.commands.add(job.kind, job, { jobId: `command-${job.id}`, ...optionsOf(job) })
      } catch (error) {
        if (queues.isConnected()) throw error
        return STORE_AWAY
      }
      try {
        return commandResultSchema.parse(await added.waitUntilFinished(events, wait_ms))
      } catch (error) {
        return await lateAnswer(queues, added.id, error)
      }
    },
    async depths() {
      const [commands, sessions, studies] = await Promise.all([
        depthsOf(queues.commands),
        depthsOf(queues.sessions),
        depthsOf(queues.studies),
      ])
      return { commands, sessions, studies }
    },
    async close() {
      await Promise.allSettled([events.close(), queues.close()])
      connection.disconnect()
    },
  }
}

function optionsOf(job: CommandJob) {
  if (job.kind === 'approved') return UNANSWERED_JOB_OPTIONS
  if (job.kind !== 'drill' || job.step !== 'restore') return COMMAND_JOB_OPTIONS
  // Its own drill shows what came of it; the desk's making up for one that was left behind, nobody.
  return job.actor.via === 'system' ? UNANSWERED_JOB_OPTIONS : AGAIN_JOB_OPTIONS
}

async function depthsOf(queue: Pick<Queues['commands'], 'getJobCounts'>): Promise<QueueDepths> {
  try {
    const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed')
    const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts
    return { waiting, active, delayed, failed }
  } catch (error) {
    throw new StoreUnreachable(error)
  }
}

/** Nobody was heard in time; what the job itself says counts. A job that failed will not be answered any more. */
async function lateAnswer(queues: Queues, id: string | undefined, error: unknown): Promise<CommandResult | 'pending'> {
  const job = id === undefined ? undefined : await queues.commands.getJob(id).catch(() => undefined)
  const known = commandResultSchema.safeParse(job?.returnvalue)
  if (known.success) return known.data
  if (!(await job?.isFailed().catch(() => false))) return 'pending'
  const reason = job?.failedReason ?? reasonOf(error)
  const message = `The command failed inside the desk (${reason}). See the worker's log, then repeat.`
  return { ok: false, refusal: { code: 'failed', message, numbers: {} } }
}

function within(work: Promise<unknown>, wait_ms: number): Promise<unknown> {
  const signal = AbortSignal.timeout(wait_ms)
  const late = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  return Promise.race([work, late])
}
