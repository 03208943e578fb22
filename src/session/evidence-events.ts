/** The journal's events that only prove something later, in reports and in the verdict. Units as in `events.ts`. */
import { z } from 'zod'
import { feedsSchema } from './registration.ts'

const cents = z.int()

export const EVIDENCE_EVENTS = [
  /** Once, after a session has ended: what it ran on, and the broker's own records of the day beside the desk's. */
  z.object({
    type: z.literal('day_proved'),
    strategyVersion: z.string().nullable(),
    feeds: feedsSchema,
    /** Null: the broker's records could not be read. */
    broker: z
      .object({
        /** Orders of this desk that the broker shows with fills. */
        orders: z.int().min(0),
        /** What those fills come to by the broker's own prices and quantities, and by the desk's books. */
        brokerCents: cents,
        deskCents: cents,
        /** What fills in the same contracts come to that are of no order of this desk; absent: there are none. */
        otherCents: cents.optional(),
        /** What cash has moved by since the session began; null where one of the readings is missing. */
        cashCents: cents.nullable(),
      })
      .nullable(),
  }),
] as const
