/**
 * Studies that were asked for in the channel, on Redis: what was asked, how far it is, and where it was posted. Entry
 * point: `createStudyStore`.
 *
 * 1. Each part has one writer: the bot that took the command (`asked`), the worker that runs it (`run`), the bot that
 *    holds the lease (`posted`, refused to any other).
 * 2. How a study ended is written once; a worker that lost its study to another writes nothing over that one's.
 * 3. The files of a result are there before the run is said to be done, and are kept a bounded time.
 */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { type Actor, actorSchema } from '../session/events.ts'
import { type StudyFile, studyFilesSchema } from '../study/messages.ts'
import { studyJobSchema } from '../study/spec.ts'
import { DAY_S } from '../time/units.ts'
import { writeFenced } from './fenced-hash.ts'
import type { Keys } from './keys.ts'
import type { Leases } from './lease.ts'
import { defineScript } from './script.ts'
import { reached } from './session-store.ts'

/** A result that could not be posted for this long is not waited for any more. */
const FILES_KEPT_S = 7 * DAY_S

const askedSchema = z.object({
  job: studyJobSchema,
  /** The bot's answer to the command, where progress is shown; null: not known. */
  message: z.object({ channelId: z.string(), messageId: z.string() }).nullable(),
})

const runSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('running'),
    started_ms: z.int(),
    done: z.int(),
    total: z.int().nullable(),
    attempt: z.int(),
  }),
  z.object({ state: z.literal('done'), took_ms: z.int() }),
  z.object({ state: z.literal('refused'), message: z.string() }),
  z.object({ state: z.literal('failed'), message: z.string() }),
  z.object({ state: z.literal('cancelled'), by: z.string() }),
])
export type StudyRun = z.infer<typeof runSchema>

const postedSchema = z.object({
  /** A post may have been sent, newer than `after`. */
  posting: z.object({ after: z.string().nullable() }).nullable(),
  /** The post with the result; null before, and where there is none to post. */
  messageId: z.string().nullable(),
  /** Wall time at which nothing was left to do; null before. */
  settled_ms: z.int().nullable(),
})
export type StudyPosted = z.infer<typeof postedSchema>

export const hasEnded = (run: StudyRun | null): boolean => run !== null && run.state !== 'running'

/**
 * KEYS[1] the hash of studies
 * ARGV[1] field of the run · ARGV[2] the run, JSON · ARGV[3] attempt of the writer, or ''
 * Returns 1 (written) or 0 (it has ended, or a later attempt has it).
 */
const SAVE_RUN = defineScript(`
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then
  local run = cjson.decode(known)
  if run.state ~= 'running' then return 0 end
  if ARGV[3] ~= '' and run.attempt > tonumber(ARGV[3]) then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
`)

export interface StudyRecord extends z.infer<typeof askedSchema> {
  /** Null: no worker took it yet. */
  readonly run: StudyRun | null
  readonly posted: StudyPosted | null
  readonly cancelledBy: Actor | null
}

/** Methods throw `StoreUnreachable` when the store does not answer. */
export interface StudyStore {
  ask(asked: z.infer<typeof askedSchema>): Promise<void>
  /** In the order they were asked for. */
  all(): Promise<readonly StudyRecord[]>
  one(id: string): Promise<StudyRecord | null>
  /**
   * `attempt`: of the worker that says so; absent: whoever finds it, or has the result, which is the same for every
   * attempt. False: it had ended, or a later attempt has it; nothing is written.
   */
  saveRun(id: string, run: StudyRun, attempt?: number): Promise<boolean>
  /** The first one counts. */
  cancel(id: string, by: Actor): Promise<void>
  cancelledBy(id: string): Promise<Actor | null>
  saveFiles(id: string, files: readonly StudyFile[]): Promise<void>
  /** Null: not there any more. */
  files(id: string): Promise<readonly StudyFile[] | null>
  /** False: a newer epoch of the bot's lease exists. */
  savePosted(id: string, posted: StudyPosted, epoch: number): Promise<boolean>
  forget(id: string): Promise<void>
}

const PARTS = ['asked', 'run', 'posted'] as const
type Part = (typeof PARTS)[number]
const field = (id: string, part: Part): string => `${id}:${part}`

function recordOf(texts: Readonly<Record<Part, string | null | undefined>>, cancel: string | null): StudyRecord | null {
  if (texts.asked == null) return null
  return {
    ...askedSchema.parse(JSON.parse(texts.asked)),
    run: texts.run == null ? null : runSchema.parse(JSON.parse(texts.run)),
    posted: texts.posted == null ? null : postedSchema.parse(JSON.parse(texts.posted)),
    cancelledBy: cancel === null ? null : actorSchema.parse(JSON.parse(cancel)),
  }
}

export function createStudyStore(redis: Redis, keys: Keys, leases: Leases): StudyStore {
  const { studies, studyCancels } = keys
  const save = (id: string, part: Part, value: unknown) =>
    reached(() => redis.hset(studies, field(id, part), JSON.stringify(value)))
  const cancelOf = (id: string) => reached(() => redis.hget(studyCancels, id))
  return {
    async ask(asked) {
      await save(asked.job.id, 'asked', askedSchema.parse(asked))
    },
    async all() {
      const [texts, cancels] = await Promise.all([
        reached(() => redis.hgetall(studies)),
        reached(() => redis.hgetall(studyCancels)),
      ])
      const ids = Object.keys(texts).flatMap((name) => (name.endsWith(':asked') ? [name.slice(0, -6)] : []))
      const records = ids.flatMap((id) => {
        const [asked, run, posted] = PARTS.map((part) => texts[field(id, part)])
        return recordOf({ asked, run, posted }, cancels[id] ?? null) ?? []
      })
      return records.toSorted((a, b) => a.job.asked_ms - b.job.asked_ms)
    },
    async one(id) {
      const [asked, run, posted] = await reached(() => redis.hmget(studies, ...PARTS.map((part) => field(id, part))))
      return recordOf({ asked, run, posted }, await cancelOf(id))
    },
    async saveRun(id, run, attempt) {
      const args = [field(id, 'run'), JSON.stringify(run), attempt ?? '']
      return (await reached(() => SAVE_RUN(redis, [studies], args))) === 1
    },
    async cancel(id, by) {
      await reached(() => redis.hsetnx(studyCancels, id, JSON.stringify(by)))
    },
    async cancelledBy(id) {
      const text = await cancelOf(id)
      return text === null ? null : actorSchema.parse(JSON.parse(text))
    },
    async saveFiles(id, files) {
      await reached(() => redis.set(keys.studyResult(id), JSON.stringify(files), 'EX', FILES_KEPT_S))
    },
    async files(id) {
      const text = await reached(() => redis.get(keys.studyResult(id)))
      return text === null ? null : studyFilesSchema.parse(JSON.parse(text))
    },
    savePosted: (id, posted, epoch) =>
      writeFenced(redis, leases, { hash: studies, field: field(id, 'posted'), value: posted, epoch }),
    async forget(id) {
      await reached(() => redis.hdel(studies, ...PARTS.map((part) => field(id, part))))
      await reached(() => redis.hdel(studyCancels, id))
      await reached(() => redis.del(keys.studyResult(id)))
    },
  }
}
