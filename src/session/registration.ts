/**
 * What a campaign was registered under, as it stands in the campaign and in the journal. How it follows from a plan is
 * `validation/verdict/registration.ts`; what comes of arming again, `validation/verdict/registered.ts`.
 *
 * Entry points: `registrationSchema`, `resettledFromSchema`, `registeredSchema`, `feedsSchema`. Money in cents, widths
 * in dollars.
 */
import { z } from 'zod'
import { PROFILE_NAMES, STRUCTURES } from '../strategy/types.ts'

/** Settings that one registration may be said to differ in from the one before. */
export const CHANGES_MAX = 30

const cents = z.int()
const alpha = z.number().gt(0).lt(0.5)

/** Where a re-settled baseline comes from. */
export const resettledFromSchema = z.discriminatedUnion('kind', [
  /** The figure that the program brings along. */
  z.object({ kind: z.literal('built_in') }),
  /** A table that was audited before the campaign was armed. */
  z.object({
    kind: z.literal('audited'),
    from: z.string(),
    to: z.string(),
    trades: z.int().min(1),
    publishedDailyCents: cents,
  }),
  /** There is none, or it cannot be read. */
  z.object({ kind: z.literal('none'), reason: z.string() }),
])
export type ResettledFrom = z.infer<typeof resettledFromSchema>

export const registrationSchema = z.object({
  schema: z.literal('phase4d.registration/1'),
  configurationHash: z.string(),
  source: z.enum(['SIM', 'REPLAY', 'PAPER']),
  profile: z.enum(PROFILE_NAMES),
  structure: z.enum(STRUCTURES),
  /** Entries a day may have; a registration without it is of one. */
  entriesPerDay: z.int().min(1).default(1),
  /** Dollars between the strikes, of a spread. */
  width: z.number(),
  contracts: z.int().min(1),
  targetDailyCents: cents,
  resettledDailyCents: cents.nullable(),
  /** Absent where the registration was made before it was kept. */
  resettledFrom: resettledFromSchema.optional(),
  /** One-sided: of CONSISTENT while the mean is not above 0, of INCONSISTENT while it is at least the target. */
  alphaConsistent: alpha,
  alphaInconsistent: alpha,
  /** Two-sided: of DRIFTING while live and replay agree; and of each rate's interval. */
  alphaDrift: alpha,
  alphaRate: alpha,
  floorCents: cents.max(-1),
  ceilingCents: cents.min(1),
  tailAllowanceCents: cents.min(0),
  /** A day's spread as the bets assume it before there are days. */
  spreadCents: cents.min(1),
  /** Live − replay differences of a day count up to this much. */
  driftLimitCents: cents.min(1),
  /** Configurations tried, this one included. */
  variants: z.int().min(1),
})
export type Registration = z.infer<typeof registrationSchema>

const feed = <T extends string>(names: readonly [T, ...T[]]) => z.enum(names).nullable()

export const feedsSchema = z.object({ option: feed(['indicative', 'opra']), stock: feed(['iex', 'sip']) })
/** Where quotes come from; null: a simulated market's own. */
export type Feeds = z.infer<typeof feedsSchema>

export const registeredSchema = z.object({
  registration: registrationSchema,
  /** Counts the account's registrations from 1. */
  number: z.int().min(1),
  /** The first trading day it holds for. */
  from: z.string(),
  /**
   * Different variants that recorded backtests tried, this one included, and in how many runs; null: not known, and
   * why.
   */
  tried: z.object({ variants: z.int().min(1), runs: z.int().min(0), unknown: z.string().nullable() }),
  /** Of the rules' code: a hash of it; null where it is not known. */
  strategyVersion: z.string().nullable(),
  feeds: feedsSchema,
  /** What differs from the configuration before; empty for the account's first. */
  changed: z.array(z.string()).max(CHANGES_MAX),
})
export type Registered = z.infer<typeof registeredSchema>
