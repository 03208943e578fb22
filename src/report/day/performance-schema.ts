/** Target, success ranges and traffic light: of a day, and of several together. */
import { z } from 'zod'
import { cents, count, number, optionalCents, pct } from './fields.ts'

export const COLOURS_OF_LIGHT = ['green', 'yellow', 'red'] as const
const colour = z.enum(COLOURS_OF_LIGHT).nullable()

const lightSchema = z.object({
  /** The worst of the conditions; null while the session runs. */
  colour,
  /** Days it is about. */
  days: count,
  conditions: z.array(
    z.object({
      name: z.enum(['daily_pnl', 'execution_rate', 'win_rate', 'risk']),
      /** Deviation from the target in percent, rates in percent, number of breaches; null: nothing to judge by. */
      value: number,
      colour,
      /** What was held against what, in words. */
      evidence: z.string(),
    }),
  ),
})
export type Light = z.infer<typeof lightSchema>
export type LightColour = (typeof COLOURS_OF_LIGHT)[number]

const rangeSchema = z.object({
  metric: z.enum(['daily_pnl', 'execution_rate', 'win_rate', 'worst_day', 'trading_costs']),
  unit: z.enum(['cents', 'percent']),
  low: number,
  high: number,
  value: number,
  /** Null: no value, or no range is published for the profile. */
  inside: z.boolean().nullable(),
  /** Of costs: whether the source can show what they really are; false, and `inside` proves nothing. Null: no cost. */
  proves: z.boolean().nullable(),
})
export type SuccessRange = z.infer<typeof rangeSchema>

export const performanceSchema = z.object({
  targetDailyCents: cents,
  /** Net P&L (a day's, or the mean day's) less the target. */
  varianceCents: optionalCents,
  variancePct: pct,
  ranges: z.array(rangeSchema),
  light: lightSchema,
})
export type Performance = z.infer<typeof performanceSchema>
