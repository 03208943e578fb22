/**
 * The journal's events of a day that has ended: what it came to, whether it went by the rules, what it does to the
 * verdict. Committed by the desk once the day's decisions were run again (`src/day-end/`). Units as in `events.ts`.
 */
import { z } from 'zod'
import { actorSchema } from './actor.ts'
import { DAY_LIMITS } from './day-limits.ts'

const cents = z.int()
const ms = z.int()
const count = z.int().min(0)

export const LIGHT_COLOURS = ['green', 'yellow', 'red'] as const
const colour = z.enum(LIGHT_COLOURS)
const verdictWord = z.enum(['INSUFFICIENT', 'CONSISTENT', 'INCONSISTENT', 'DRIFTING'])

/** What somebody did by hand on the day. `closed_elsewhere`: not by this desk. */
const HAND_KINDS = [
  'paused',
  'resumed',
  'halted',
  'stopped',
  'closed',
  'closed_elsewhere',
  'limit_raised',
  'limit_lowered',
] as const

const hand = z.object({
  kind: z.enum(HAND_KINDS),
  /** Null: nobody of the desk. */
  by: actorSchema.nullable(),
  /** The second person, where two were needed. */
  approver: actorSchema.nullable(),
  at_ms: ms,
  /** Of a limit set for the day. */
  limit: z.object({ name: z.enum(DAY_LIMITS), from: z.number(), to: z.number() }).nullable(),
})
export type Hand = z.infer<typeof hand>

const rules = z.object({
  /** Decisions run again, and why there are none; `complete`: all of the journal's were on the tape. */
  parity: z.object({ reproduced: count, decisions: count, complete: z.boolean() }).nullable(),
  parityReason: z.string().nullable(),
  /** Live − the rules alone over the same quotes; null: not known. */
  replayDifferenceCents: cents.nullable(),
  /** Why it is not known, where the replay says; absent: it is, or nothing was run again. */
  replayReason: z.string().optional(),
  breaches: count,
  /** Exits at which a loss limit's condition held, and those closed for it. */
  stopsReached: count,
  stopsObeyed: count,
  ordersDenied: count,
  ordersRefused: count,
  hands: z.array(hand),
  minutesDue: count,
  minutesMissed: count,
  minutesPaused: count,
  /** Of the desk's fills against what it recorded; and codes of what the broker showed otherwise. */
  booksDifferenceCents: cents,
  booksTold: z.array(z.string()),
  /** The broker's own P&L of the day less the desk's; null: not compared. */
  brokerDifferenceCents: cents.nullable(),
})

const number = z.object({
  word: verdictWord,
  /** Campaigns of one account are told apart by it. */
  campaign: z.string(),
  days: count,
  meanCents: cents.nullable(),
  lowerCents: cents,
  upperCents: cents,
  targetCents: cents,
  /** Sentences, the decisive one first. */
  reasons: z.array(z.string()),
  wouldChange: z.array(z.string()),
})

const light = z.object({
  /** Of the day alone, and of the campaign's last days; null: nothing to judge by. */
  day: colour.nullable(),
  recent: colour.nullable(),
  recentDays: count,
  /** What the recent one rests on: a line a condition. */
  conditions: z.array(z.string()),
})

export const REPORT_EVENTS = [
  z.object({
    type: z.literal('day_reported'),
    /** Feed number of the session's end it is about. */
    endNo: z.int(),
    netPnlCents: cents,
    targetDailyCents: cents,
    rules,
    /** Null: no verdict could be reached, and `verdictReason` says why. */
    verdict: number.nullable(),
    verdictReason: z.string().nullable(),
    light,
  }),
  z.object({
    type: z.literal('light_changed'),
    from: colour,
    to: colour,
    days: count,
    conditions: z.array(z.string()),
  }),
  z.object({ type: z.literal('verdict_changed'), from: verdictWord, to: verdictWord, verdict: number }),
] as const

/** All of these become posts. */
export const REPORT_EVENTS_PUBLISHED = ['day_reported', 'light_changed', 'verdict_changed'] as const
