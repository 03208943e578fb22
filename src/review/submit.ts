/**
 * What becomes of a reviewer's answer. Pure. Entry point: `judgeAnswer`.
 *
 * 1. Only closed trades are reviewed, by anybody; a reviewer's further answer is an edit of their own.
 * 2. An answer that says the same again is none, unless grades are shown by it.
 * 3. The answer that brings the last reviewer needed also tells everybody what was said.
 */
import type { Actor } from '../session/actor.ts'
import type { EventOf, JournalEvent } from '../session/events.ts'
import { contentOf, ownVersion, visibleReview } from './reveal.ts'
import {
  type FinishedReview,
  REVIEWERS_MAX,
  type ReviewContent,
  SUBMISSIONS_MAX,
  type Submission,
  type TradeRecord,
  type TradeReview,
} from './types.ts'

export interface Answer {
  readonly reviewer: Actor
  readonly content: ReviewContent
  /** Reviewers after whom grades are shown, as configured now. */
  readonly needed: number
  readonly atWall_ms: number
}

export type Judgement =
  | {
      readonly kind: 'saved'
      readonly events: readonly JournalEvent[]
      readonly review: TradeReview
      readonly isEdit: boolean
    }
  | { readonly kind: 'unchanged'; readonly review: TradeReview }
  /** `full`: as many reviewers, or versions, as one trade can have. */
  | { readonly kind: 'refused'; readonly reason: 'not_closed' | 'full' }

/** `record`: null where there is no closed trade of that id. */
export function judgeAnswer(record: TradeRecord | null, answer: Answer): Judgement {
  if (record === null) return { kind: 'refused', reason: 'not_closed' }
  const { trade, submissions } = record
  const { reviewer, content, needed, atWall_ms } = answer
  const own = ownVersion(record, reviewer.id)
  const before = visibleReview(record)
  const reviewers = new Set(submissions.map((submission) => submission.reviewer.id))
  const isFull = submissions.length >= SUBMISSIONS_MAX || (own === null && reviewers.size >= REVIEWERS_MAX)
  if (isFull) return { kind: 'refused', reason: 'full' }
  const submission: Submission = { ...content, number: submissions.length + 1, reviewer, needed, atWall_ms }
  const review = visibleReview({ trade, submissions: [...submissions, submission] })
  const revealed = before.state === 'waiting' && review.state === 'reviewed' ? review : null
  if (own !== null && revealed === null && isSame(own, content)) return { kind: 'unchanged', review: before }
  const submitted: EventOf<'review_submitted'> = {
    type: 'review_submitted',
    tradeId: trade.tradeId,
    number: submission.number,
    reviewer,
    ...copyOf(content),
    needed,
  }
  const events = revealed === null ? [submitted] : [submitted, reviewedEvent(revealed, needed)]
  return { kind: 'saved', events, review, isEdit: own !== null }
}

const isSame = (a: ReviewContent, b: ReviewContent): boolean => JSON.stringify(copyOf(a)) === JSON.stringify(copyOf(b))

function copyOf(content: ReviewContent) {
  const { grades, planFollowed, tags, note } = contentOf(content)
  return {
    grades: { entry: grades.entry, exit: grades.exit, sizing: grades.sizing },
    planFollowed,
    tags: [...tags],
    note,
  }
}

function reviewedEvent({ trade, opinions, dissent }: FinishedReview, needed: number): EventOf<'trade_reviewed'> {
  const { tradeId, date, strike, hedgeStrike, contracts, netPnlCents } = trade
  return {
    type: 'trade_reviewed',
    tradeId,
    date,
    strike,
    hedgeStrike,
    contracts,
    netPnlCents,
    needed,
    agreement: dissent.agreement,
    opinions: opinions.map(({ reviewer, now }) => ({ reviewer, ...copyOf(now) })),
  }
}
