/** The trades of the desk's accounts that wait for a review, oldest first. Entry points: `readReviews`, `Waiting`. */
import type { DeskReader } from '../../report/views.ts'
import type { TradeReview, WaitingReview } from '../../review/types.ts'
import { PROFILE_NAMES, type ProfileName } from '../../strategy/types.ts'
import type { KnownAccount } from '../accounts.ts'

export interface Waiting {
  readonly account: KnownAccount
  readonly review: WaitingReview
}

interface ReviewShelf {
  /** Not empty. */
  readonly accounts: readonly KnownAccount[]
  readonly reviews: readonly TradeReview[]
  readonly waiting: readonly Waiting[]
}

/**
 * Of each profile (of `profile` alone where given) the account started last, and of several those of one kind of
 * source: what simulators left behind is no part of a desk on paper. Null: none has been started.
 */
export async function readReviews(
  profile: ProfileName | null,
  reader: Pick<DeskReader, 'accounts' | 'reviews'>,
): Promise<ReviewShelf | null> {
  const known = (await reader.accounts()).filter((account) => profile === null || account.profile === profile)
  const [first] = known
  if (first === undefined) return null
  const accounts = known.filter(
    (account, index) =>
      account.source.kind === first.source.kind &&
      known.findIndex((other) => other.profile === account.profile) === index,
  )
  const read = await Promise.all(
    accounts.map(async (account) => ({ account, reviews: await reader.reviews(account.accountId) })),
  )
  const waiting = read.flatMap(({ account, reviews }) =>
    reviews.flatMap((review) => (review.state === 'waiting' ? [{ account, review }] : [])),
  )
  return {
    // The larger first, whichever was started last.
    accounts: accounts.toSorted((a, b) => PROFILE_NAMES.indexOf(b.profile) - PROFILE_NAMES.indexOf(a.profile)),
    reviews: read.flatMap(({ reviews }) => reviews),
    waiting: waiting.toSorted((a, b) => a.review.trade.exit_ms - b.review.trade.exit_ms),
  }
}
