/** Assignments, expiries and exercises. Entry points: `ACTIVITY_TYPES`, `toActivities`. */
import { z } from 'zod'
import type { BrokerActivity } from '../port.ts'
import { decode, instant, quantity } from './decode.ts'

export const ACTIVITY_TYPES = ['OPASN', 'OPEXP', 'OPEXC'] as const

const activitySchema = z.object({
  id: z.string().min(1),
  activityType: z.string(),
  symbol: z.string().nullish(),
  qty: quantity.nullish(),
  date: instant.nullish(),
})

const typeSchema = z.enum(ACTIVITY_TYPES)

/** Other activities, should they come along, are left out. `date` is the activity's own. */
export function toActivities(answer: unknown): BrokerActivity[] {
  return decode(z.array(activitySchema), answer, 'account activities').flatMap((activity) => {
    const type = typeSchema.safeParse(activity.activityType)
    if (!type.success) return []
    return {
      id: activity.id,
      type: type.data,
      symbol: activity.symbol ?? '',
      qty: activity.qty ?? 0,
      date: new Date(activity.date ?? 0).toISOString().slice(0, 10),
    }
  })
}
