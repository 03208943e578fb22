/** Several days of one account together, as published: `phase4d.period/2`. Units as in the daily report. */
import { z } from 'zod'
import { PROFILE_NAMES } from '../../strategy/types.ts'
import { splitSchema } from './checks-schema.ts'
import { cents, count, number, optionalCents, pct } from './fields.ts'
import { COLOURS_OF_LIGHT, performanceSchema } from './performance-schema.ts'

export const PERIOD_SCHEMA = 'phase4d.period/2'

export const periodDocumentSchema = z.object({
  schema: z.literal(PERIOD_SCHEMA),
  accountId: z.string(),
  source: z.object({ kind: z.enum(['SIM', 'REPLAY', 'PAPER']), label: z.string() }),
  profile: z.enum(PROFILE_NAMES),
  /** What was asked for, both ends included. */
  from: z.string(),
  to: z.string(),
  /** More than one: the days are of different campaigns. */
  configHashes: z.array(z.string()),
  days: z.array(
    z.object({
      date: z.string(),
      status: z.enum(['traded', 'no_trade', 'stopped', 'incomplete', 'running', 'no_session']),
      /** Null: not known yet; in no sum. */
      netPnlCents: optionalCents,
      trades: count,
      light: z.enum(COLOURS_OF_LIGHT).nullable(),
    }),
  ),
  counts: z.object({
    /** Days in the sums; of PAPER a trading day without a session is one, at $0. */
    days: count,
    withEntry: count,
    noSession: count,
    incomplete: count,
    running: count,
    closedTrades: count,
    wins: count,
  }),
  pnl: z.object({
    netCents: cents,
    grossCents: cents,
    ruleCents: optionalCents,
    meanDayCents: number,
    bestCents: optionalCents,
    worstCents: optionalCents,
  }),
  performance: performanceSchema,
  costs: z.object({
    premiumCents: cents,
    estimatedCents: cents,
    /** Of the days whose costs are known. */
    actualCents: cents,
    estimatedOfKnownCents: cents,
    daysKnown: count,
    pctOfPremium: pct,
  }),
  execution: z.object({
    sent: count,
    contractsOrdered: count,
    contractsFilled: count,
    fillRatePct: pct,
    inSeveralParts: count,
    slippageAgainstTouchCents: optionalCents,
    slippagePct: pct,
  }),
  risk: z.object({
    breaches: count,
    warnings: count,
    stopsReached: count,
    stopsObeyed: count,
    maxOvershootCents: optionalCents,
  }),
  dataQuality: z.object({ minutesDue: count, minutesDecided: count, minutesMissed: count, coveragePct: pct }),
  checks: z.object({
    /** Decisions run again and reproduced, on how many days. */
    decisions: count,
    reproduced: count,
    daysChecked: count,
    /** Days replayed, and live − replay over them. */
    daysReplayed: count,
    replayDifferenceCents: cents,
    /** How many of them were of which kind, and where the difference comes from: the parts add up to it. */
    replayed: z.object({ matched: count, missed: count, extra: count, bothFlat: count }),
    split: splitSchema,
  }),
})
export type PeriodDocument = z.infer<typeof periodDocumentSchema>
