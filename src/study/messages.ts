/** What a study's own process and the worker that started it say to each other. */
import { z } from 'zod'
import { triedRunSchema } from '../backtest/tried-variants.ts'
import type { Profile, RuleLimits } from '../strategy/types.ts'
import type { StudyJob } from './spec.ts'

/** What the worker knows and the study needs. */
export interface StudyRequest {
  readonly type: 'run'
  readonly job: StudyJob
  /** Of the study's profile; null for an audit. */
  readonly strategy: { readonly profile: Profile; readonly limits: RuleLimits; readonly width: number } | null
  readonly dataSetsDir: string
  readonly cacheDir: string
  readonly threads: number
  readonly memoryMax_mb: number
  /** As `os.setPriority` takes it: 0 is ordinary, 19 the lowest. */
  readonly priority: number
}

/** The answer to `tried`: how many variants were ever tried. */
export interface TriedAnswer {
  readonly type: 'counted'
  readonly variants: number
}

/**
 * Base64 characters of a file: far more than the largest sweep's document; all of a result is held in memory and in
 * Redis.
 */
export const FILE_CHARS_MAX = 32 << 20

const fileSchema = z.object({
  name: z.string().min(1).max(100),
  /** Base64. */
  data: z.string().max(FILE_CHARS_MAX),
  /** Alternative text of a picture. */
  description: z.string().max(1024).nullable(),
  /** Above a picture that has an embed of its own. */
  title: z.string().max(200).optional(),
})
/** The first file is the document, JSON; pictures follow. */
export const studyFilesSchema = z.array(fileSchema).min(1).max(10)
export type StudyFile = z.infer<typeof fileSchema>

export const fromStudySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), done: z.int(), total: z.int().nullable() }),
  z.object({ type: z.literal('tried'), run: triedRunSchema }),
  z.object({ type: z.literal('done'), files: studyFilesSchema }),
  /** Its input cannot be used: what to do. */
  z.object({ type: z.literal('refused'), message: z.string() }),
  z.object({ type: z.literal('note'), text: z.string() }),
])
export type FromStudy = z.infer<typeof fromStudySchema>
