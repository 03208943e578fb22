/**
 * The team's review of a closed trade: what a reviewer says, and what others may see of it. Pure types and limits.
 *
 * 1. `TradeRecord` holds everything and never leaves the reviewing process; `TradeReview` is what everybody may see.
 * 2. While a review is `waiting`, its type has no place for a grade, a tag or a note: only for who has answered.
 * 3. Nothing is overwritten: an edit is a further submission of the same reviewer.
 */
import type { Actor } from '../session/actor.ts'
import type { CloseReason } from '../session/events.ts'
import type { AGREEMENTS } from '../session/review-events.ts'
import type { ProfileName, Structure } from '../strategy/types.ts'

/** What is graded, each from 1 (poor) to 5 (as planned, could not be better). */
export const GRADED = ['entry', 'exit', 'sizing'] as const
export type Graded = (typeof GRADED)[number]
export const GRADE_MIN = 1
export const GRADE_MAX = 5
export type Grades = Readonly<Record<Graded, number>>

export const NOTE_MAX = 600
export const TAG_LENGTH_MAX = 24
/** Of one review, picked and own. */
export const TAGS_MAX = 8
/** A select menu holds 25, and a reviewer may have picked others that were on the list before. */
export const CONFIGURED_TAGS_MAX = 17
export const REVIEWERS_MAX = 10
/** Submissions of one trade, edits included. */
export const SUBMISSIONS_MAX = 100

/** As configured for the desk (`REVIEWERS_NEEDED`, `REVIEW_TAGS`). */
export interface ReviewPolicy {
  /** Reviewers after whom the grades are shown. */
  readonly needed: number
  readonly tags: readonly string[]
}

/** What one reviewer says. `tags` are lower case, each once, own ones included. */
export interface ReviewContent {
  readonly grades: Grades
  readonly planFollowed: boolean
  readonly tags: readonly string[]
  readonly note: string
}

/** One version of one reviewer's review, as journalled. */
export interface Submission extends ReviewContent {
  /** Counts the trade's submissions from 1. */
  readonly number: number
  readonly reviewer: Actor
  /** How many reviewers the desk asked for at that moment. */
  readonly needed: number
  readonly atWall_ms: number
}

export interface ClosedTrade {
  readonly tradeId: string
  readonly date: string
  readonly profile: ProfileName
  readonly structure: Structure
  readonly strike: number
  readonly hedgeStrike: number | null
  readonly contracts: number
  readonly exit_ms: number
  readonly reason: CloseReason
  readonly netPnlCents: number
  /** Who closed it by a stop; null: a rule or the desk itself did. */
  readonly stoppedBy: Actor | null
}

/** Everything that is known, hidden grades included. Submissions ascend by number. */
export interface TradeRecord {
  readonly trade: ClosedTrade
  readonly submissions: readonly Submission[]
}

/** Not enough reviewers yet: nothing of what they said is here. */
export interface WaitingReview {
  readonly state: 'waiting'
  readonly trade: ClosedTrade
  /** Who has answered, in order. */
  readonly reviewers: readonly Actor[]
  /** Only who stopped the trade has answered: somebody else has to. */
  readonly needsOther: boolean
}

/** What one reviewer said. */
export interface Opinion {
  readonly reviewer: Actor
  /** As it stood when the grades were shown, said without seeing the others'; null: this reviewer came later. */
  readonly blind: ReviewContent | null
  readonly now: ReviewContent
  /** Earlier versions, oldest first. */
  readonly history: readonly (ReviewContent & { readonly atWall_ms: number })[]
  readonly atWall_ms: number
}

/** How far apart the blind grades are; `single` where only one reviewer gave any. */
export type Agreement = (typeof AGREEMENTS)[number]

/** Of the blind opinions. */
export interface Dissent {
  readonly agreement: Agreement
  readonly spread: Readonly<Record<Graded, { readonly min: number; readonly max: number; readonly mean: number }>>
  /** Where they lie two or more apart, widest first. */
  readonly apart: readonly Graded[]
  /** Who says the plan was followed, and who says it was not. */
  readonly followed: readonly Actor[]
  readonly notFollowed: readonly Actor[]
}

export interface FinishedReview {
  readonly state: 'reviewed'
  readonly trade: ClosedTrade
  readonly revealedAtWall_ms: number
  /** In the order in which the reviewers came. */
  readonly opinions: readonly Opinion[]
  readonly dissent: Dissent
}

/** A closed trade's review as everybody may see it. */
export type TradeReview = WaitingReview | FinishedReview
