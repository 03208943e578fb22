/**
 * What a session says of itself to whoever watches over it: `watchdog/health.ts`. Entry point: `sessionHealthSchema`.
 */
import { z } from 'zod'
import { PROFILE_NAMES } from '../strategy/types.ts'
import { SESSION_MODES, SESSION_PHASES } from './mode.ts'

const age_ms = z.number().nonnegative()
const connection = z.enum(['connected', 'disconnected'])

export const sessionHealthSchema = z.object({
  accountId: z.string(),
  profile: z.enum(PROFILE_NAMES),
  date: z.string(),
  phase: z.enum(SESSION_PHASES),
  mode: z.enum(SESSION_MODES),
  /**
   * Wall time since the session last dealt with the market; null while it watches nothing: it has not read the broker's
   * side, or waits for its day.
   */
  lastTickAge_ms: age_ms.nullable(),
  /** Wall time since the store last took a step of it; null before the first. */
  lastCommitAge_ms: age_ms.nullable(),
  /** Market time since its newest quote; null before the first. */
  dataAge_s: age_ms.nullable(),
  streams: z.object({ orders: connection, stock: connection, options: connection }),
})
export type SessionHealth = z.infer<typeof sessionHealthSchema>
