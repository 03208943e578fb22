/**
 * Several days of one account together, as published: `phase4d.period/4`. Units as in the daily report. Entry points:
 * `periodDocumentSchema`, `PeriodDocument`.
 *
 * 1. It holds all of `phase4d.period/3` under the same names, so a reader of that reads this one.
 * 2. P&L, costs and execution are of the days whose result is known; all else is of every day that has a report.
 * 3. Quantiles are of the raw values of all days, never of the days' own quantiles.
 * 4. What a day does not tell is in no sum, and stands in `missing` with the days and the reason.
 */
import { z } from 'zod'
import { PROFILE_NAMES } from '../../strategy/types.ts'
import { cents, count, number, optionalCents, pct } from './fields.ts'
import { COLOURS_OF_LIGHT, performanceSchema } from './performance-schema.ts'
import {
  periodBooksSchema,
  periodChecksSchema,
  periodCostsSchema,
  periodDecisionsSchema,
  periodExecutionSchema,
  periodQualitySchema,
  periodRiskSchema,
  periodTimingsSchema,
} from './period-parts-schema.ts'

export const PERIOD_SCHEMA = 'phase4d.period/4'

const pnlSchema = z.object({
  netCents: cents,
  grossCents: cents,
  assumedCommissionCents: cents,
  /** Null: of a day it is not known. */
  ruleCents: optionalCents,
  /** Of the days on which it is known, how many they are, and their net P&L beside it. */
  ruleOfKnownCents: cents,
  ruleDays: count,
  netOfRuleDaysCents: cents,
  brokerCents: cents,
  /** Of the days whose broker's cash was read, and how many they are. */
  brokerFeesCents: cents,
  brokerFeesDays: count,
  meanDayCents: number,
  bestCents: optionalCents,
  worstCents: optionalCents,
  /** Each day's own target, and net P&L less their sum. */
  targetCents: cents,
  varianceCents: cents,
  variancePct: pct,
})

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
  pnl: pnlSchema,
  performance: performanceSchema,
  decisions: periodDecisionsSchema,
  timings: periodTimingsSchema,
  execution: periodExecutionSchema,
  costs: periodCostsSchema,
  risk: periodRiskSchema,
  dataQuality: periodQualitySchema,
  reconciliation: periodBooksSchema,
  checks: periodChecksSchema,
  missing: z.array(z.object({ field: z.string(), reason: z.string(), dates: z.array(z.string()) })),
})
export type PeriodDocument = z.infer<typeof periodDocumentSchema>
