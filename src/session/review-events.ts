/** The journal's events of the team's reviews. Units as in `events.ts`; who may see what: `src/review/types.ts`. */
import { z } from 'zod'
import { actorSchema } from './actor.ts'

/** How far apart the blind grades are; `single` where only one reviewer gave any. */
export const AGREEMENTS = ['agreed', 'differed', 'split', 'single'] as const

const grade = z.int().min(1).max(5)
const cents = z.int()

const content = {
  grades: z.object({ entry: grade, exit: grade, sizing: grade }),
  planFollowed: z.boolean(),
  tags: z.array(z.string()),
  note: z.string(),
}

export const REVIEW_EVENTS = [
  /** One version of one reviewer's review. Never published: others see nothing of it until enough reviewers are in. */
  z.object({
    type: z.literal('review_submitted'),
    tradeId: z.string(),
    /** Counts the trade's submissions from 1: two at once cannot both be the same one. */
    number: z.int().min(1),
    reviewer: actorSchema,
    ...content,
    /** Reviewers after whom the grades are shown, as configured then. */
    needed: z.int().min(1),
  }),
  /** Enough reviewers are in: what they said, without having seen each other. Committed with the last one's review. */
  z.object({
    type: z.literal('trade_reviewed'),
    tradeId: z.string(),
    date: z.string(),
    strike: z.number(),
    hedgeStrike: z.number().nullable(),
    contracts: z.int(),
    netPnlCents: cents,
    needed: z.int().min(1),
    agreement: z.enum(AGREEMENTS),
    opinions: z.array(z.object({ reviewer: actorSchema, ...content })),
  }),
  /** At the end of a day: what still waits for reviewers. */
  z.object({
    type: z.literal('reviews_reminded'),
    needed: z.int().min(1),
    waiting: z.int().min(1),
    /** Oldest first; at most ten of them. */
    oldest: z.array(
      z.object({
        tradeId: z.string(),
        date: z.string(),
        netPnlCents: cents,
        reviewers: z.array(z.string()),
        /** Name of who stopped it, where only they have answered. */
        needsOtherThan: z.string().nullable(),
      }),
    ),
  }),
] as const
