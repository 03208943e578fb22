/** What a day's session sets out with, as events tell it: its plan, and the switch where that is off. */
import { z } from 'zod'
import { PROFILE_NAMES, STRUCTURES } from '../strategy/types.ts'

const cents = z.int()

/** What the desk is about to do today, in the numbers that bound it. */
export const planSchema = z.object({
  profile: z.enum(PROFILE_NAMES),
  structure: z.enum(STRUCTURES),
  width: z.number(),
  contracts: z.int(),
  targetDailyCents: cents,
  maxDailyLossCents: cents,
  maxLossPerTradeCents: cents,
  /** What the position can lose at the very worst, at the highest admissible premium; null where nothing bounds it. */
  trueMaxLossCents: cents.nullable(),
  equityCents: cents,
  optionsBuyingPowerCents: cents,
  optionsLevel: z.int(),
  configHash: z.string(),
})
export type Plan = z.infer<typeof planSchema>

/** The account's switch where it is off: why, and who set it. */
export const pausedSchema = z.object({ mode: z.enum(['REDUCING', 'HALTED']), reason: z.string(), by: z.string() })
export type Paused = z.infer<typeof pausedSchema>
