/** What was at risk: excursions, stops and what they came to, limits reached. */
import { z } from 'zod'
import { DAY_LIMITS } from '../../session/day-limits.ts'
import { CLOSE_REASONS } from '../../session/events.ts'
import { EXIT_REASONS } from '../../strategy/types.ts'
import { cents, count, ms, number, optionalCents } from './fields.ts'

const limit = z.enum(['max_daily_loss', 'max_loss_per_trade'])

const stopSchema = z.object({
  tradeId: z.string(),
  limit,
  /** Why the position was closed, and what else held: the stop's condition held either way. */
  reason: z.enum(CLOSE_REASONS),
  alsoFired: z.array(z.enum(EXIT_REASONS)),
  trigger_ms: ms,
  /**
   * The P&L that was beyond the limit, at the trigger: the day's or the trade's net P&L; the rule's, where that alone
   * was beyond the limit of a trade.
   */
  triggerCents: optionalCents,
  flat_ms: ms.nullable(),
  toFlat_ms: ms.nullable(),
  limitCents: cents,
  /** The same P&L once flat; the rule's is of quotes, so no fill changes it any more. */
  finalCents: optionalCents,
  /** How far beyond the limit it was at the trigger, and once flat. */
  overshootAtTriggerCents: optionalCents,
  overshootCents: optionalCents,
})
export type Stop = z.infer<typeof stopSchema>

export const riskSchema = z.object({
  /** As the day began; what was set later stands in `dayLimits`. */
  maxDailyLossCents: cents,
  maxLossPerTradeCents: cents,
  excursions: z.array(
    z.object({
      tradeId: z.string(),
      /** Worst and best net P&L while held and at the end; once a market minute. */
      adverseCents: optionalCents,
      adverse_ms: ms.nullable(),
      favourableCents: optionalCents,
      favourable_ms: ms.nullable(),
      points: count,
    }),
  ),
  /** Of every exit at which a loss limit's condition held. */
  stops: z.array(stopSchema),
  stopSummary: z.object({
    reached: count,
    obeyed: count,
    medianToFlat_ms: number,
    maxToFlat_ms: number,
    maxOvershootCents: optionalCents,
  }),
  breaches: z.array(z.object({ limit, at_ms: ms, pnlCents: cents, limitCents: cents })),
  /** Limits set for this day alone, in order; a raise needed `approver`, and flags the day. */
  dayLimits: z.array(
    z.object({
      limit: z.enum(DAY_LIMITS),
      at_ms: ms,
      /** Dollars, or a plain number. */
      from: z.number(),
      to: z.number(),
      configured: z.number(),
      by: z.string(),
      approver: z.string().nullable(),
      reason: z.string(),
    }),
  ),
  warnings: z.array(z.object({ limit, at_ms: ms, usedPct: z.number() })),
})
export type Risk = z.infer<typeof riskSchema>
