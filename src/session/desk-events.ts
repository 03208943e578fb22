/**
 * The journal's events of the team's authority: two persons where risk is raised, acknowledged alerts, drills, and a
 * line for every command. Units as in `events.ts`; the rules are in `src/approval/`.
 */
import { z } from 'zod'
import { actorSchema } from './actor.ts'
import { DAY_LIMITS } from './day-limits.ts'
import { DENIAL_CODES } from './denial.ts'

const ms = z.int()

/** A limit of the day: dollars, or a plain number, as `day-limits.ts` says of each. */
const limitChange = {
  limit: z.enum(DAY_LIMITS),
  from: z.number(),
  to: z.number(),
  /** What the campaign began with. */
  configured: z.number(),
}

/** What two persons decide. */
const approvalSubjectSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('resume'),
    cause: z.enum(['breach', 'halt', 'desk']),
    /** Why the account opens nothing, in the words of whoever or whatever stopped it. */
    why: z.string(),
    /** The switch it was asked about: set again since, nothing is resumed. */
    controlSeq: z.int(),
    /** What the session held itself back for then; absent: it was not noted. */
    lifts: z.array(z.string()).readonly().optional(),
  }),
  z.object({ kind: z.literal('raise_limit'), date: z.string(), ...limitChange }),
])
export type ApprovalSubject = z.infer<typeof approvalSubjectSchema>

/** `kept`: somebody or something else set it meanwhile. `unknown`: nobody had put it back by the drill's end. */
const SWITCH_AFTER_DRILL = ['restored', 'kept', 'unknown'] as const
export type SwitchAfterDrill = (typeof SWITCH_AFTER_DRILL)[number]

const AUDIT_OUTCOMES = ['done', 'refused', 'denied', 'pending', 'failed'] as const

/** A command, button or modal somebody used, or tried to. */
export const auditedSchema = z.object({
  interactionId: z.string(),
  actor: actorSchema,
  what: z.string(),
  options: z.record(z.string(), z.string()),
  outcome: z.enum(AUDIT_OUTCOMES),
  /** Of a refusal or denial. */
  code: z.string().nullable(),
  at_wall_ms: ms,
})

const probeDenial = z
  .object({ code: z.enum(DENIAL_CODES), numbers: z.record(z.string(), z.union([z.string(), z.number()])).readonly() })
  .nullable()

/** What the guards said to the order of a drill, which is never sent; null: that one would have let it go. */
const drillProbeSchema = z.object({
  drillId: z.string(),
  clientOrderId: z.string(),
  /** The risk check, on facts read for this order. */
  checked: probeDenial,
  /** The last word, in the moment of sending. */
  sending: probeDenial,
})
export type DrillProbe = Readonly<z.infer<typeof drillProbeSchema>>

export const DESK_EVENTS = [
  z.object({
    type: z.literal('approval_requested'),
    approvalId: z.string(),
    requester: actorSchema,
    reason: z.string(),
    subject: approvalSubjectSchema,
    /** Wall time from which on the answer is no. */
    expires_wall_ms: ms,
  }),
  /** Once a request. `expired`: nobody decided in time, which is a no. */
  z.object({
    type: z.literal('approval_decided'),
    approvalId: z.string(),
    decision: z.enum(['approved', 'denied', 'expired']),
    /** Null: nobody. */
    actor: actorSchema.nullable(),
  }),
  /** What became of what was approved. */
  z.object({
    type: z.literal('approval_applied'),
    approvalId: z.string(),
    ok: z.boolean(),
    code: z.string().nullable(),
    message: z.string(),
  }),
  /** By two persons, for the trading day it is journalled under and no other. The verdict goes on, flagged. */
  z.object({
    type: z.literal('day_limit_raised'),
    approvalId: z.string(),
    requester: actorSchema,
    approver: actorSchema,
    reason: z.string(),
    at_ms: ms,
    ...limitChange,
  }),
  /** Less risk than before needs no second person. */
  z.object({
    type: z.literal('day_limit_lowered'),
    actor: actorSchema,
    reason: z.string(),
    at_ms: ms,
    ...limitChange,
  }),
  /** Of the alert that was posted under this feed number. */
  z.object({
    type: z.literal('alert_acknowledged'),
    alertNo: z.int(),
    actor: actorSchema,
    /** Wall milliseconds from the alert to the acknowledgement. */
    after_ms: ms,
  }),
  z.object({
    type: z.literal('alert_repeated'),
    alertNo: z.int(),
    /** What the alert said, in a line. */
    title: z.string(),
    alert_wall_ms: ms,
    /** Counts from 1; after `of` of them it is said once a day. */
    number: z.int(),
    of: z.int(),
  }),
  /** The switch is set for a moment, to see that it works. */
  z.object({ type: z.literal('drill_started'), drillId: z.string(), actor: actorSchema }),
  /** `restored`: the switch is as it was; false: somebody else set it meanwhile, and it was left at that. */
  z.object({ type: z.literal('drill_restored'), drillId: z.string(), restored: z.boolean() }),
  drillProbeSchema.extend({ type: z.literal('drill_probed') }),
  z.object({
    type: z.literal('drill_ended'),
    drillId: z.string(),
    actor: actorSchema,
    steps: z.array(z.object({ name: z.string(), ok: z.boolean(), proved: z.string(), took_ms: ms.nullable() })),
    /** What became of the switch; absent: it was not noted. */
    left: z.enum(SWITCH_AFTER_DRILL).optional(),
  }),
  auditedSchema.extend({ type: z.literal('command_audited') }),
] as const

export type DeskEvent = z.infer<(typeof DESK_EVENTS)[number]>

/** Of these, what becomes a post. */
export const DESK_EVENTS_PUBLISHED = [
  'approval_requested',
  'day_limit_raised',
  'day_limit_lowered',
  'alert_repeated',
  'drill_ended',
] as const
