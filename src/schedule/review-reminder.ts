/** What still waits for reviewers when a trading day is over. Pure. Entry point: `reminderOf`. */
import type { TradeReview } from '../review/types.ts'
import type { EventOf } from '../session/events.ts'

const OLDEST_MAX = 10

/** Null: nothing waits. `reviews`: oldest first. `needed`: reviewers after whom grades are shown. */
export function reminderOf(reviews: readonly TradeReview[], needed: number): EventOf<'reviews_reminded'> | null {
  const waiting = reviews.filter((review) => review.state === 'waiting')
  if (waiting.length === 0) return null
  const oldest = waiting.slice(0, OLDEST_MAX).map(({ trade, reviewers, needsOther }) => ({
    tradeId: trade.tradeId,
    date: trade.date,
    netPnlCents: trade.netPnlCents,
    reviewers: reviewers.map(({ name }) => name),
    needsOtherThan: needsOther && reviewers.length >= needed ? (trade.stoppedBy?.name ?? null) : null,
  }))
  return { type: 'reviews_reminded', needed, waiting: waiting.length, oldest }
}
