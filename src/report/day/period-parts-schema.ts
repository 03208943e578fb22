/** The parts of a period: execution, costs, risk, books and checks of several days. Units as in the daily report. */
import { z } from 'zod'
import { CLOSE_REASONS } from '../../session/events.ts'
import { SKIP_REASONS } from '../../strategy/types.ts'
import { splitSchema } from './checks-schema.ts'
import { orderCounts } from './execution-schema.ts'
import { cents, count, number, optionalCents, pct, quantilesSchema } from './fields.ts'

const date = z.string()

export const periodDecisionsSchema = z.object({
  taken: count,
  /** Null as reason: every gate was open. `days`: on how many of them. Most frequent first. */
  byReason: z.array(z.object({ reason: z.enum(SKIP_REASONS).nullable(), count, days: count })),
})

export const periodTimingsSchema = z.object({
  decidedToFirstFill_ms: quantilesSchema,
  /** From the decision to close until nothing was held any more. */
  exitDecidedToFlat_ms: quantilesSchema,
  /** From the first fill to flat. */
  held_ms: quantilesSchema,
})

export const periodExecutionSchema = z.object({
  ...orderCounts,
  /** Fills, and orders that were filled in more than one. */
  executions: count,
  inSeveralParts: count,
  /** Of every order that was filled, from the intent to its last fill. */
  timeToFill_ms: quantilesSchema,
  /** From the mid at the decision to the fill, of the days on which it is known; positive is a cost. */
  slippageAgainstMidCents: optionalCents,
  slippageAgainstMidPct: pct,
  slippageAgainstTouchCents: optionalCents,
  slippagePct: pct,
  /** What the plan assumes of the same premium, and whether slippage against the touch is within it. */
  slippageAssumedPct: pct,
  slippageWithin: z.boolean().nullable(),
  /** Whether every day's source can show what slippage really is; false, and `slippageWithin` proves nothing. */
  slippageProves: z.boolean(),
})

const costPartSchema = z.object({
  part: z.enum(['commission', 'spread', 'slippage', 'impact']),
  /** Of all days in the sums; null: the model has no figure of its own for it. */
  estimatedCents: optionalCents,
  /** Of the days on which something was traded and it is known: what it was, and the estimate of the same days. */
  actualCents: optionalCents,
  estimatedOfKnownCents: optionalCents,
  daysKnown: count,
  /** Whether every day's source can show what it really is, and why, or why not. */
  proves: z.boolean(),
  reason: z.string(),
})

export const periodCostsSchema = z.object({
  premiumCents: cents,
  estimatedCents: cents,
  /** Of the days whose costs are known. */
  actualCents: cents,
  estimatedOfKnownCents: cents,
  /** Of both: the estimate's commission. What the broker took is in no total. */
  estimatedCommissionCents: cents,
  daysKnown: count,
  pctOfPremium: pct,
  daysTraded: count,
  estimatedPctOfPremium: pct,
  /** Actual spread and slippage over the estimated ones, of the days whose costs are known; 1 is as estimated. */
  actualToEstimated: number,
  parts: z.array(costPartSchema),
})

const limit = z.enum(['max_daily_loss', 'max_loss_per_trade'])

const extremeSchema = z.object({ cents, date, tradeId: z.string() }).nullable()

export const periodRiskSchema = z.object({
  /** Events; `breachesCounted` takes a loss beyond both limits once, as the light does. */
  breaches: count,
  breachesCounted: count,
  breachList: z.array(z.object({ date, limit, pnlCents: cents, limitCents: cents })),
  leftOpen: z.array(date),
  warnings: count,
  /** Limits that were set for a day alone. */
  dayLimits: count,
  stopsReached: count,
  stopsObeyed: count,
  maxOvershootCents: optionalCents,
  /** Of every exit at which a loss limit's condition held, whatever it was named. */
  stopToFlat_ms: quantilesSchema,
  stopOvershootCents: quantilesSchema,
  stops: z.array(
    z.object({
      date,
      tradeId: z.string(),
      limit,
      reason: z.enum(CLOSE_REASONS),
      toFlat_ms: number,
      limitCents: cents,
      overshootCents: optionalCents,
    }),
  ),
  /** Worst and best net P&L of each trade while it was held. */
  excursions: z.object({
    trades: count,
    worst: extremeSchema,
    best: extremeSchema,
    medianAdverseCents: number,
    medianFavourableCents: number,
  }),
})

const sumOfBars = z.object({ known: count, expected: count }).nullable()

export const periodQualitySchema = z.object({
  minutesDue: count,
  minutesDecided: count,
  minutesMissed: count,
  coveragePct: pct,
  bars: sumOfBars,
  marks: z.object({ recorded: count, expected: count }).nullable(),
  blindExits: count,
  lateQuotes: count,
  resumed: count,
  unreadableEvents: count,
})

export const periodBooksSchema = z.object({
  /** Trades whose P&L was made once more from its fills. */
  trades: count,
  /** Sum of the days' differences, and of their sizes: two that cancel out are not none. */
  differenceCents: cents,
  apartCents: cents,
  daysApart: z.array(date),
  told: z.array(z.object({ code: z.string(), count, days: count })),
  /** Days whose P&L was compared with the broker's own, and what that came to; null: none was. */
  brokerDays: count,
  brokerDifferenceCents: optionalCents,
  brokerApartCents: optionalCents,
  brokerDaysApart: z.array(date),
})

const dayAndReason = z.array(z.object({ date, reason: z.string() }))

export const periodChecksSchema = z.object({
  /** Decisions run again and reproduced, on how many days. */
  decisions: count,
  reproduced: count,
  daysChecked: count,
  /** Of those, days whose every entry decision was on the tape. */
  daysComplete: count,
  daysNotReproduced: z.array(date),
  notChecked: dayAndReason,
  /** Days replayed, and live − replay over them. */
  daysReplayed: count,
  replayDifferenceCents: cents,
  /** How many of them were of which kind, and where the difference comes from: the parts add up to it. */
  replayed: z.object({ matched: count, missed: count, extra: count, bothFlat: count }),
  split: splitSchema,
  notReplayed: dayAndReason,
})
