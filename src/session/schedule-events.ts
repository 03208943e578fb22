/** The journal's events that the schedule tells, of the desk rather than of a session. Units as in `events.ts`. */
import { z } from 'zod'
import { STRUCTURES } from '../strategy/types.ts'
import { LIGHT_COLOURS } from './report-events.ts'

const cents = z.int()
const ms = z.int()

export const SCHEDULE_EVENTS = [
  /** What was checked before the open. */
  z.object({
    type: z.literal('preflight_reported'),
    open_ms: ms,
    passed: z.int(),
    warned: z.int(),
    failed: z.int(),
    /** What did not pass, failures first, and what to do about it. */
    problems: z.array(z.object({ name: z.string(), failed: z.boolean(), found: z.string(), advice: z.string() })),
    notChecked: z.array(z.string()),
    /** Critical alerts that nobody has acknowledged; absent: none. */
    openAlerts: z
      .object({
        count: z.int(),
        /** Some of them, oldest first; `age_ms`: wall time since each happened. */
        oldest: z.array(z.object({ alertNo: z.int(), title: z.string(), age_ms: ms })),
      })
      .optional(),
  }),
  /** The market is open. */
  z.object({
    type: z.literal('market_opened'),
    open_ms: ms,
    close_ms: ms,
    windowOpen_ms: ms,
    windowClose_ms: ms,
    spot: z.number().nullable(),
  }),
  /** What is short in the last two hours of the day it expires. */
  z.object({
    type: z.literal('expiry_watched'),
    at_ms: ms,
    close_ms: ms,
    /** From then on the broker may liquidate. */
    liquidation_ms: ms,
    /** By then the desk itself has closed. */
    sessionEnd_ms: ms,
    structure: z.enum(STRUCTURES),
    strike: z.number(),
    hedgeStrike: z.number().nullable(),
    contracts: z.int(),
    spot: z.number().nullable(),
    mid: z.number().nullable(),
    netPnlCents: cents.nullable(),
    /** What the shares cost if all contracts are assigned. */
    assignmentCents: cents,
    worstCaseCents: cents.nullable(),
    /** As the account had it when this was told; null: it could not be read. */
    optionsBuyingPowerCents: cents.nullable(),
  }),
  /** How the week was; days without a session are left out. */
  z.object({
    type: z.literal('week_ended'),
    from: z.string(),
    to: z.string(),
    days: z.array(
      z.object({
        date: z.string(),
        /** Null: not known yet, in no sum. */
        netPnlCents: cents.nullable(),
        targetDailyCents: cents,
        trades: z.int(),
        wins: z.int(),
        final: z.boolean(),
      }),
    ),
    /** As `/report week` judges them together; absent in older journals. */
    judged: z
      .object({
        light: z.enum(LIGHT_COLOURS).nullable(),
        conditions: z.array(z.string()),
        /** Decisions that were run again, and those of them that came out the same. */
        decisions: z.int(),
        reproduced: z.int(),
        /** Costs of the days on which they are known, and the model's estimate for the same days; null: of none. */
        costCents: cents.nullable(),
        estimatedCents: cents,
      })
      .optional(),
  }),
] as const
