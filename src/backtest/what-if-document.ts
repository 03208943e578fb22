/** What-if of the exits as a document. Versioned; fields are only ever added. Entry point: `whatIfSchema`. */
import { z } from 'zod'
import { FILL_MODELS } from '../replay/fill-model.ts'
import { dataQualitySchema } from '../replay/quality.ts'
import { PROFILE_NAMES, STRUCTURES } from '../strategy/types.ts'
import { summaryFields } from './document.ts'
import { SOURCE_KINDS } from './sources.ts'

export const WHAT_IF_VERSION = 1

const count = z.int().nonnegative()
const date = z.string().nullable()

const cellSchema = z.object({
  /** Dollars of loss a trade. */
  stop: z.number(),
  /** Share of the net premium. */
  target: z.number(),
  /** The rule as it is configured. */
  isRule: z.boolean(),
  ...summaryFields,
})
export type WhatIfCell = z.infer<typeof cellSchema>

export const whatIfSchema = z.object({
  schema: z.literal('phase4d/what-if'),
  version: z.literal(WHAT_IF_VERSION),
  source: z.object({ kind: z.enum(SOURCE_KINDS), label: z.string() }),
  fills: z.enum(FILL_MODELS),
  profile: z.enum(PROFILE_NAMES),
  structure: z.enum(STRUCTURES),
  period: z.object({ from: date, to: date, days: count }),
  stops: z.array(z.number()),
  targets: z.array(z.number()),
  /** Every stop with every target, targets changing fastest. */
  cells: z.array(cellSchema),
  variantsTried: count,
  variantsInAll: count,
  /**
   * By daily Sharpe ratio on these days. `deflated`: the probability that it is more than the best of all ever tried.
   */
  best: z.object({ stop: z.number(), target: z.number(), deflated: z.number().nullable() }).nullable(),
  data: dataQualitySchema,
  /** What the source can show and what not, in sentences. */
  proof: z.array(z.string()),
})
export type WhatIfDocument = z.infer<typeof whatIfSchema>
