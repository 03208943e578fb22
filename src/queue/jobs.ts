/** The jobs that cross from bot and terminal to the worker, and their answers. Parsed on both sides of the queue. */
import { z } from 'zod'
import { preflightReportSchema } from '../preflight/line.ts'
import { DAY_LIMITS } from '../session/day-limits.ts'
import { actorSchema, planSchema } from '../session/events.ts'
import { SESSION_MODES } from '../session/mode.ts'
import { REFUSAL_CODES } from '../session/refusal.ts'
import { PROFILE_NAMES } from '../strategy/types.ts'

const command = z.object({
  /** Unique to this command (the Discord interaction's id): the job id, so a retried delivery is one command. */
  id: z.string().min(1),
  actor: actorSchema,
  requestedAt_ms: z.int(),
})

export const commandJobSchema = z.discriminatedUnion('kind', [
  command.extend({
    kind: z.literal('start'),
    profile: z.enum(PROFILE_NAMES),
    /** Null: the configured structure. */
    structure: z.enum(['short_put', 'put_spread', 'auto']).nullable(),
    /** A paper account is not armed yet: its preflight and plan are answered, to be confirmed by another job. */
    ask: z.boolean().optional(),
  }),
  command.extend({
    kind: z.literal('control'),
    profile: z.enum(PROFILE_NAMES).nullable(),
    mode: z.enum(SESSION_MODES),
    /** Why, in the words of whoever asked. */
    reason: z.string().max(200),
  }),
  command.extend({
    kind: z.literal('stop'),
    profile: z.enum(PROFILE_NAMES).nullable(),
    /** `drain`: what is open runs to its own exit first; absent: it is closed at once. */
    mode: z.enum(['flatten', 'drain']).optional(),
  }),
  /** A limit of today: lower at once, higher after a second person agreed. */
  command.extend({
    kind: z.literal('limit'),
    profile: z.enum(PROFILE_NAMES),
    limit: z.enum(DAY_LIMITS),
    value: z.number(),
    reason: z.string().max(200),
  }),
  /** Does what was approved, if the journal says that it was. */
  command.extend({
    kind: z.literal('approved'),
    profile: z.null(),
    accountId: z.string(),
    /** Trading date whose journal has the request and its decision. */
    date: z.string(),
    approvalId: z.string(),
  }),
  /** Sets the switch for a moment, and as it was before. */
  command.extend({
    kind: z.literal('drill'),
    profile: z.enum(PROFILE_NAMES).nullable(),
    drillId: z.string(),
    step: z.enum(['begin', 'restore']),
  }),
  /** Null: the first profile with keys. Changes nothing. */
  command.extend({ kind: z.literal('validate'), profile: z.enum(PROFILE_NAMES).nullable() }),
])
export type CommandJob = z.infer<typeof commandJobSchema>

export const commandResultSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    /** Empty where a `validate` found no account. */
    accountId: z.string(),
    /** What was done, one sentence a person reads. */
    message: z.string(),
    plan: planSchema.nullable(),
    /** Of a `validate` and a `start`: the broker's and the store's part. */
    preflight: preflightReportSchema.optional(),
    /** Nothing was armed: whoever asked has to confirm. */
    isAsking: z.boolean().optional(),
    /** Nothing was done yet: a second person has to agree. */
    approvals: z
      .array(z.object({ accountId: z.string(), approvalId: z.string(), expires_wall_ms: z.int() }))
      .optional(),
    /** Of a drill: number of the switch's setting, and whether it was put back. */
    drill: z.object({ controlSeq: z.int(), restored: z.boolean().optional() }).optional(),
  }),
  z.object({
    ok: z.literal(false),
    refusal: z.object({
      code: z.enum(REFUSAL_CODES),
      message: z.string(),
      numbers: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
    /** Of a `start` that the preflight refused: the broker's and the store's part. */
    preflight: preflightReportSchema.optional(),
  }),
])
export type CommandResult = z.infer<typeof commandResultSchema>

/** One trading session: one account, one trading day. Its state lives in the store, never in the job. */
export const sessionJobSchema = z.object({ accountId: z.string(), date: z.string() })
export type SessionJob = z.infer<typeof sessionJobSchema>
