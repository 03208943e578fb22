/** What was found out about a day by running it again: from its decision tape, when its report is written. */
import { z } from 'zod'
import { cents, count, ms, optionalCents } from './fields.ts'

const MISMATCHES_MAX = 20

const paritySchema = z.object({
  /** Decisions on the tape, and those that the same core took again. */
  decisions: count,
  reproduced: count,
  entries: count,
  exits: count,
  /** Entry decisions in the journal; fewer on the tape means that a part of the day is not on it. */
  journalDecisions: count,
  complete: z.boolean(),
  mismatches: z
    .array(z.object({ at_ms: ms, kind: z.enum(['entry', 'exit']), n: count, taped: z.unknown(), again: z.unknown() }))
    .max(MISMATCHES_MAX),
})

export const splitSchema = z.object({
  signal: cents,
  missedFill: cents,
  price: cents,
  fees: cents,
  expiry: cents,
  humanStop: cents,
  /** What the desk closed by itself; 0 in reports that had no such part. */
  engine: cents.default(0),
})

const replayCheckSchema = z.object({
  status: z.enum(['traded', 'no_trade', 'unsettled']),
  /** Why it could not be settled. */
  reason: z.string().nullable(),
  netPnlCents: optionalCents,
  /** Actual − replay, and where it comes from; null where one side is not settled. */
  difference: z
    .object({
      kind: z.enum(['matched', 'missed', 'extra', 'both_flat']),
      differenceCents: cents,
      split: splitSchema,
      /** Trade by trade, in sum the day; none in reports of before. */
      trades: z
        .array(
          z.object({
            kind: z.enum(['matched', 'missed', 'extra']),
            decided_ms: ms,
            strike: z.number(),
            hedgeStrike: z.number().nullable(),
            differenceCents: cents,
            split: splitSchema,
          }),
        )
        .default([]),
    })
    .nullable(),
})

export const checksSchema = z.object({
  parity: paritySchema.nullable(),
  replay: replayCheckSchema.nullable(),
  /** Why there is none. */
  reason: z.string().nullable(),
})
export type DayChecks = z.infer<typeof checksSchema>

export const NO_CHECKS: DayChecks = {
  parity: null,
  replay: null,
  reason: 'the decision tape is run again when the session has ended',
}
