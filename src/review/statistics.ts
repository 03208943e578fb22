/**
 * What the reviews of a period come to: results by tag, by agreement and by plan. Pure. Entry point:
 * `reviewStatistics`.
 *
 * 1. Only what everybody may see goes in: a waiting review counts as waiting, and in no other sum.
 * 2. A tag counts once a trade, whoever gave it. Agreement is that of the blind grades.
 */

import { AGREEMENTS } from '../session/review-events.ts'
import { addDays } from '../strategy/newyork-time.ts'
import type { Agreement, FinishedReview, Graded, TradeReview } from './types.ts'

export const REVIEW_PERIODS = ['week', 'month', 'quarter', 'year', 'all'] as const
export type ReviewPeriod = (typeof REVIEW_PERIODS)[number]
const DAYS: Readonly<Record<ReviewPeriod, number | null>> = { week: 7, month: 30, quarter: 91, year: 365, all: null }

export interface Sum {
  readonly trades: number
  readonly wins: number
  readonly netPnlCents: number
}

export interface ReviewStatistics {
  /** Trading dates, both inclusive; null without a trade. */
  readonly from: string | null
  readonly to: string | null
  readonly reviewed: Sum
  readonly waiting: Sum
  /** Largest effect on the result first. */
  readonly byTag: readonly (Sum & { readonly tag: string })[]
  readonly byAgreement: readonly (Sum & { readonly agreement: Agreement })[]
  /** What all said, or some: the blind opinions. */
  readonly byPlan: readonly (Sum & { readonly plan: 'followed' | 'not_followed' | 'disputed' })[]
  /** Means of the trades' mean blind grades; null without a reviewed trade. */
  readonly grades: Readonly<Record<Graded, number>> | null
}

/** The trades of the last days up to the newest one. */
export function reviewsOf(reviews: readonly TradeReview[], period: ReviewPeriod): readonly TradeReview[] {
  const newest = reviews
    .map(({ trade }) => trade.date)
    .toSorted()
    .at(-1)
  const days = DAYS[period]
  if (newest === undefined || days === null) return reviews
  const from = addDays(newest, 1 - days)
  return reviews.filter(({ trade }) => trade.date >= from)
}

export function reviewStatistics(reviews: readonly TradeReview[]): ReviewStatistics {
  const dates = reviews.map(({ trade }) => trade.date).toSorted()
  const finished = reviews.filter((review) => review.state === 'reviewed')
  return {
    from: dates[0] ?? null,
    to: dates.at(-1) ?? null,
    reviewed: sumOf(finished),
    waiting: sumOf(reviews.filter(({ state }) => state === 'waiting')),
    byTag: grouped(finished, tagsOfTrade)
      .map(([tag, sum]) => ({ tag, ...sum }))
      .toSorted((a, b) => Math.abs(b.netPnlCents) - Math.abs(a.netPnlCents) || (a.tag < b.tag ? -1 : 1)),
    byAgreement: AGREEMENTS.flatMap((agreement) => {
      const some = finished.filter(({ dissent }) => dissent.agreement === agreement)
      return some.length === 0 ? [] : [{ agreement, ...sumOf(some) }]
    }),
    byPlan: (['followed', 'not_followed', 'disputed'] as const).flatMap((plan) => {
      const some = finished.filter((review) => planOf(review) === plan)
      return some.length === 0 ? [] : [{ plan, ...sumOf(some) }]
    }),
    grades: finished.length === 0 ? null : meanGrades(finished),
  }
}

function sumOf(reviews: readonly TradeReview[]): Sum {
  const results = reviews.map(({ trade }) => trade.netPnlCents)
  return {
    trades: results.length,
    wins: results.filter((cents) => cents > 0).length,
    netPnlCents: results.reduce((sum, cents) => sum + cents, 0),
  }
}

const tagsOfTrade = ({ opinions }: FinishedReview): readonly string[] => [
  ...new Set(opinions.flatMap(({ now }) => now.tags)),
]

function grouped(
  reviews: readonly FinishedReview[],
  keysOf: (review: FinishedReview) => readonly string[],
): readonly (readonly [string, Sum])[] {
  const groups = new Map<string, FinishedReview[]>()
  for (const review of reviews) {
    for (const key of keysOf(review)) groups.set(key, [...(groups.get(key) ?? []), review])
  }
  return [...groups].map(([key, group]) => [key, sumOf(group)])
}

function planOf({ dissent }: FinishedReview): 'followed' | 'not_followed' | 'disputed' {
  if (dissent.followed.length > 0 && dissent.notFollowed.length > 0) return 'disputed'
  return dissent.followed.length > 0 ? 'followed' : 'not_followed'
}

function meanGrades(reviews: readonly FinishedReview[]): Readonly<Record<Graded, number>> {
  const mean = (graded: Graded): number =>
    reviews.reduce((sum, { dissent }) => sum + dissent.spread[graded].mean, 0) / reviews.length
  return { entry: mean('entry'), exit: mean('exit'), sizing: mean('sizing') }
}
