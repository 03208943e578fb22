/**
 * What the journal says of a position that was held through its expiry, once it is settled. Units as in `events.ts`.
 */
import { z } from 'zod'

const price = z.string().regex(/^-?\d+(\.\d+)?$/)

export const settlementSchema = z.object({
  /** Contracts (or spreads) that were held at the close. */
  qty: z.int().min(1),
  /** What they were worth to close there, dollars a share; negative where shares were handed over above their price. */
  price,
  /** SPY's official close, dollars; null: all of it lapsed, as the broker lists it, and no close was needed. */
  officialClose: price.nullable(),
  /** Of the short puts: how many were assigned. */
  assignedQty: z.int().min(0),
  /** Legs that others closed alone, their partners left to expire; absent: none. Their price is part of `price`. */
  legsClosed: z.int().min(1).exactOptional(),
  /** What says so: the broker's list of expiries and assignments, or strike against official close. */
  by: z.enum(['activities', 'official_close']),
})
export type Settlement = z.infer<typeof settlementSchema>

export const correctedSchema = z.object({
  status: z.enum(['traded', 'no_trade', 'stopped', 'incomplete']),
  dayNetPnlCents: z.int(),
  dayBrokerPnlCents: z.int(),
})
