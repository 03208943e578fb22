/**
 * The daily report as it is published: `phase4d.day/4`. Entry points: `dayDocumentSchema`, `DayDocument`.
 *
 * 1. It holds all of `phase4d.day/1` to `/3` under the same names, so a reader of those reads this one.
 * 2. Amounts are whole cents (`…Cents`), prices dollars a share, instants epoch milliseconds of market time (`…_ms`),
 *    shares percent (`…Pct`).
 * 3. What the journal does not tell is null, and stands in `missing` with the reason.
 */
import { z } from 'zod'
import { CLOSE_REASONS, planSchema } from '../../session/events.ts'
import { correctedSchema, settlementSchema } from '../../session/settled-events.ts'
import { EXIT_REASONS, PROFILE_NAMES, SKIP_REASONS, STRUCTURES } from '../../strategy/types.ts'
import { checksSchema } from './checks-schema.ts'
import { costsSchema, executionSchema } from './execution-schema.ts'
import { cents, count, ms, number, optionalCents, pct } from './fields.ts'
import { performanceSchema } from './performance-schema.ts'
import { riskSchema } from './risk-schema.ts'

export const DAY_SCHEMA = 'phase4d.day/4'

const tradeSchema = z.object({
  tradeId: z.string(),
  structure: z.enum(STRUCTURES),
  strike: z.number(),
  hedgeStrike: number,
  contracts: count,
  entry_ms: ms,
  entryFill: z.number(),
  decisionMid: z.number(),
  exit_ms: ms.nullable(),
  exitFill: number,
  reason: z.enum(CLOSE_REASONS).nullable(),
  netPnlCents: optionalCents,
  rulePnlCents: optionalCents,
  brokerPnlCents: optionalCents,
  /** How what was held through its expiry was settled; null: nothing was. */
  settlement: settlementSchema.nullable(),
})

const decisionsSchema = z.array(
  z.object({
    /** Null: every gate was open. */
    reason: z.enum(SKIP_REASONS).nullable(),
    count,
    first_ms: ms,
    last_ms: ms,
  }),
)

const timingsSchema = z.object({
  windowOpen_ms: ms,
  windowClose_ms: ms,
  firstDecision_ms: ms.nullable(),
  lastDecision_ms: ms.nullable(),
  ended_ms: ms.nullable(),
  trades: z.array(
    z.object({
      tradeId: z.string(),
      decided_ms: ms,
      firstFill_ms: ms.nullable(),
      opened_ms: ms.nullable(),
      exitDecided_ms: ms.nullable(),
      exitReason: z.enum(CLOSE_REASONS).nullable(),
      alsoFired: z.array(z.enum(EXIT_REASONS)),
      flat_ms: ms.nullable(),
    }),
  ),
})

const pnlSchema = z.object({
  /** Of the fills, before any fee. */
  grossCents: cents,
  assumedCommissionCents: cents,
  brokerFeesCents: optionalCents,
  /** Gross less the assumed commission. */
  netCents: cents,
  ruleCents: optionalCents,
  brokerCents: cents,
})

export const dataQualitySchema = z.object({
  /** Minutes of the entry window that were to be decided: those that were, and those missed. */
  minutesDue: count,
  minutesDecided: count,
  minutesMissed: count,
  coveragePct: pct,
  /** Completed bars at the last decision, and how many a gapless day has by then. */
  bars: z.object({ known: count, expected: count }).nullable(),
  /** Minutes in which a position was held and its mark is recorded, of those it was held. */
  marks: z.object({ recorded: count, expected: count }).nullable(),
  blindExits: count,
  lateQuotes: count,
  resumed: count,
  unreadableEvents: count,
})

const reconciliationSchema = z.object({
  trades: z.array(
    z.object({
      tradeId: z.string(),
      fillsCents: cents,
      recordedCents: cents,
      /** Of what expiry was settled at: in the recorded P&L, and of no fill. */
      settledCents: cents,
      differenceCents: cents,
      estimatedContracts: count,
    }),
  ),
  /** Of the fills in the journal against the recorded broker P&L. */
  differenceCents: cents,
  /** What the broker showed otherwise than the desk, as the team was told. */
  differencesTold: z.array(z.object({ at_ms: ms, code: z.string(), message: z.string() })),
  /** The broker's own statement of the day, less the desk's. */
  brokerDifferenceCents: optionalCents,
})

export const dayDocumentSchema = z.object({
  schema: z.literal(DAY_SCHEMA),
  accountId: z.string(),
  source: z.object({ kind: z.enum(['SIM', 'REPLAY', 'PAPER']), label: z.string() }),
  profile: z.enum(PROFILE_NAMES),
  date: z.string(),
  plan: planSchema,
  configHash: z.string(),
  /** The session has ended: nothing changes any more but by what is found out later. */
  final: z.boolean(),
  open_ms: ms,
  close_ms: ms,
  status: z.enum(['traded', 'no_trade', 'stopped', 'incomplete', 'running']),
  /** What an end of the day said before a position held past the close was settled; null: nothing was put right. */
  corrected: correctedSchema.nullable(),
  netPnlCents: cents,
  brokerPnlCents: cents,
  rulePnlCents: optionalCents,
  targetDailyCents: cents,
  trades: z.array(tradeSchema),
  decisions: count,
  skips: z.partialRecord(z.enum(SKIP_REASONS), count),
  minutesMissed: count,
  pnlPoints: z.array(z.object({ at_ms: ms, netPnlCents: cents })),
  alerts: z.array(z.object({ at_ms: ms, code: z.string(), message: z.string() })),

  decisionsByReason: decisionsSchema,
  timings: timingsSchema,
  pnl: pnlSchema,
  performance: performanceSchema,
  costs: costsSchema,
  execution: executionSchema,
  risk: riskSchema,
  dataQuality: dataQualitySchema,
  reconciliation: reconciliationSchema,
  checks: checksSchema,
  missing: z.array(z.object({ field: z.string(), reason: z.string() })),
})
export type DayDocument = z.infer<typeof dayDocumentSchema>
export type Missing = DayDocument['missing'][number]
