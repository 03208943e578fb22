/**
 * Who may see what of a trade's reviews. Pure. Entry points: `visibleReview`, `ownVersion`.
 *
 * 1. Grades are shown from the first submission on with which as many reviewers are in as it asked for, and one of them
 *    is not who stopped the trade. What was shown once stays shown.
 * 2. Before that, the result is the same whatever anybody said.
 * 3. Blind is what a reviewer had last said when the grades were shown.
 */
import { dissentOf } from './dissent.ts'
import type { Opinion, ReviewContent, Submission, TradeRecord, TradeReview } from './types.ts'

export function visibleReview({ trade, submissions }: TradeRecord): TradeReview {
  const revealing = submissions.find((_, index) =>
    suffices(submissions.slice(0, index + 1), trade.stoppedBy?.id ?? null),
  )
  const reviewers = reviewersOf(submissions)
  if (revealing === undefined) {
    const needsOther = reviewers.length === 1 && reviewers[0]?.id === trade.stoppedBy?.id
    return { state: 'waiting', trade, reviewers, needsOther }
  }
  const opinions = reviewers.map(({ id }) => opinionOf(id, submissions, revealing.number))
  return {
    state: 'reviewed',
    trade,
    revealedAtWall_ms: revealing.atWall_ms,
    opinions,
    dissent: dissentOf(opinions),
  }
}

/** Whether these, and the last of them as it is configured, are enough. */
function suffices(submissions: readonly Submission[], stopperId: string | null): boolean {
  const ids = new Set(submissions.map(({ reviewer }) => reviewer.id))
  const needed = submissions.at(-1)?.needed ?? 1
  return ids.size >= needed && [...ids].some((id) => id !== stopperId)
}

/** Each once, in the order in which they first answered, under the name they have now. */
function reviewersOf(submissions: readonly Submission[]): readonly Submission['reviewer'][] {
  return [...new Map(submissions.map(({ reviewer }) => [reviewer.id, reviewer])).values()]
}

function opinionOf(reviewerId: string, submissions: readonly Submission[], revealedNumber: number): Opinion {
  const own = submissions.filter(({ reviewer }) => reviewer.id === reviewerId)
  const last = own.at(-1)
  if (last === undefined) throw new Error(`expected a submission of the reviewer ${reviewerId}, got none`)
  const blind = own.findLast(({ number }) => number <= revealedNumber)
  return {
    reviewer: last.reviewer,
    blind: blind === undefined ? null : contentOf(blind),
    now: contentOf(last),
    history: own.slice(0, -1).map((version) => ({ ...contentOf(version), atWall_ms: version.atWall_ms })),
    atWall_ms: last.atWall_ms,
  }
}

/** A reviewer's own newest version: shown to nobody else. */
export function ownVersion({ submissions }: TradeRecord, reviewerId: string): Submission | null {
  return submissions.findLast(({ reviewer }) => reviewer.id === reviewerId) ?? null
}

export function contentOf({ grades, planFollowed, tags, note }: ReviewContent): ReviewContent {
  return { grades, planFollowed, tags, note }
}
