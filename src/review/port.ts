/**
 * Where a bot keeps its team's reviews. What `record` gives holds hidden grades: for the reviewer's own form only.
 * Methods throw `StoreUnreachable`.
 */
import type { Actor } from '../session/actor.ts'
import type { ReviewContent, ReviewPolicy, TradeRecord, TradeReview } from './types.ts'

export interface ReviewDesk {
  readonly policy: ReviewPolicy
  /** Null: there is no closed trade of that id. */
  record(accountId: string, tradeId: string): Promise<TradeRecord | null>
  /** Journals the answer, exactly once for an interaction. */
  submit(answer: SubmittedAnswer): Promise<SubmitResult>
}

export interface SubmittedAnswer {
  readonly accountId: string
  readonly tradeId: string
  readonly reviewer: Actor
  readonly content: ReviewContent
  /** Of the interaction: the same answer delivered twice is one. */
  readonly interactionId: string
}

export type SubmitResult =
  | { readonly kind: 'saved' | 'edited' | 'unchanged'; readonly review: TradeReview }
  | { readonly kind: 'refused'; readonly reason: 'not_closed' | 'full' | 'busy' }
