/** Orders, fills, execution quality, and costs as estimated and as they were. */
import { z } from 'zod'
import { cents, count, ms, number, optionalCents, pct } from './fields.ts'

const purpose = z.enum(['open', 'close'])

export const orderSchema = z.object({
  clientOrderId: z.string(),
  purpose,
  attempt: count,
  symbols: z.array(z.string()),
  qty: count,
  /** Dollars a share, exact; null is a market order. */
  limitPrice: z.string().nullable(),
  sent_ms: ms,
  accepted_ms: ms.nullable(),
  ended_ms: ms.nullable(),
  /** The broker's word, `refused` or `denied`; null: no end is recorded. */
  status: z.string().nullable(),
  filledQty: count,
  executions: count,
  averagePrice: z.string().nullable(),
  firstFill_ms: ms.nullable(),
  lastFill_ms: ms.nullable(),
  /** From the intent to the last fill, on both clocks; null: not filled. */
  timeToFill_ms: ms.nullable(),
  timeToFill_wall_ms: ms.nullable(),
})
export type OrderLine = z.infer<typeof orderSchema>

const fillSchema = z.object({
  tradeId: z.string(),
  clientOrderId: z.string(),
  executionId: z.string(),
  purpose,
  qty: count,
  price: z.string(),
  decisionMid: number,
  slippageCents: optionalCents,
  at_ms: ms,
})

export const orderCounts = {
  /** Orders sent, and what became of them. */
  sent: count,
  filled: count,
  partlyFilled: count,
  unfilled: count,
  refused: count,
  /** Contracts filled of those ordered, over all orders. */
  contractsOrdered: count,
  contractsFilled: count,
  fillRatePct: pct,
  /** Entries that were filled, at least in part, of those decided. */
  entriesDecided: count,
  entriesFilled: count,
  entryFillRatePct: pct,
} as const

export const executionSchema = z.object({
  orders: z.array(orderSchema),
  fills: z.array(fillSchema),
  ...orderCounts,
  timeToFill_ms: z.object({ median: number, max: number }),
  /** Orders filled in more than one execution. */
  inSeveralParts: count,
  slippage: z.object({
    /** From the mid at the decision to the fill, and from the touch to the fill; positive is a cost. */
    againstMidCents: optionalCents,
    againstMidPct: pct,
    againstTouchCents: optionalCents,
    againstTouchPct: pct,
    /** What the plan assumes, percent of premium. */
    assumedPct: z.number(),
    within: z.boolean().nullable(),
    /** Whether the source can show what slippage really is; false, and `within` proves nothing. */
    proves: z.boolean(),
  }),
})
export type Execution = z.infer<typeof executionSchema>

export const costsSchema = z.object({
  /** Premium at the decisions' mid, of what was filled and closed. */
  premiumCents: cents,
  estimated: z.object({
    commissionCents: cents,
    spreadCents: cents,
    slippageCents: cents,
    impactCents: optionalCents,
    totalCents: cents,
    pctOfPremium: pct,
  }),
  actual: z.object({
    commissionCents: optionalCents,
    spreadCents: optionalCents,
    slippageCents: optionalCents,
    impactCents: optionalCents,
    /**
     * Spread and slippage as they were, and the estimate's commission (opening only); what the broker took is in no
     * total.
     */
    totalCents: optionalCents,
    /** Of that total: the estimate's commission; null where there is no total. */
    estimatedCommissionCents: optionalCents,
    pctOfPremium: pct,
  }),
  assumedCommissionCents: cents,
  /** Actual spread and slippage over the estimated ones; 1 is as estimated. */
  actualToEstimated: number,
  /** What this source can show of each. */
  proof: z.array(
    z.object({ parameter: z.enum(['commission', 'spread', 'slippage']), proves: z.boolean(), reason: z.string() }),
  ),
})
export type CostAnalysis = z.infer<typeof costsSchema>
