import { describe, expect, test } from 'vitest'
import { visibleReview } from '../../src/review/reveal.ts'
import { reviewStatistics, reviewsOf } from '../../src/review/statistics.ts'
import { parseTagList, tagOf, tagsOf } from '../../src/review/tags.ts'
import type { TradeReview } from '../../src/review/types.ts'
import { ANN, BEN, CAT, CLOSED, recordOf, said } from '../support/review-samples.ts'

function traded(
  date: string,
  netPnlCents: number,
  ...answers: Parameters<typeof recordOf> extends [unknown, ...infer A] ? A : never
) {
  return visibleReview(recordOf({ ...CLOSED, tradeId: `${date}-1`, date, netPnlCents }, ...answers))
}

const REVIEWS: readonly TradeReview[] = [
  traded('2026-05-01', 20_000, [ANN, said(5, 5, 5)], [BEN, said(5, 4, 5)]),
  traded(
    '2026-07-13',
    -90_000,
    [ANN, said(2, 1, 3, { tags: ['late-exit', 'news'] })],
    [BEN, said(2, 4, 3, { tags: ['news'] })],
  ),
  traded(
    '2026-07-15',
    30_000,
    [ANN, said(4, 4, 4, { planFollowed: false })],
    [BEN, said(4, 2, 4, { planFollowed: false })],
  ),
  traded('2026-07-16', 10_000, [CAT, said(3, 3, 3, { tags: ['hidden'] })]),
  traded('2026-07-17', 5_000),
]

describe('what a period comes to', () => {
  test('results by tag, agreement and plan; a waiting review is in no sum', () => {
    const statistics = reviewStatistics(reviewsOf(REVIEWS, 'month'))
    expect(statistics).toEqual({
      from: '2026-07-13',
      to: '2026-07-17',
      reviewed: { trades: 2, wins: 1, netPnlCents: -60_000 },
      waiting: { trades: 2, wins: 2, netPnlCents: 15_000 },
      byTag: [
        { tag: 'late-exit', trades: 1, wins: 0, netPnlCents: -90_000 },
        { tag: 'news', trades: 1, wins: 0, netPnlCents: -90_000 },
      ],
      byAgreement: [
        { agreement: 'differed', trades: 1, wins: 1, netPnlCents: 30_000 },
        { agreement: 'split', trades: 1, wins: 0, netPnlCents: -90_000 },
      ],
      byPlan: [
        { plan: 'followed', trades: 1, wins: 0, netPnlCents: -90_000 },
        { plan: 'not_followed', trades: 1, wins: 1, netPnlCents: 30_000 },
      ],
      grades: { entry: 3, exit: 2.75, sizing: 3.5 },
    })
  })

  test.each([
    ['week', 4],
    ['month', 4],
    ['quarter', 5],
    ['all', 5],
  ] as const)('the last %s is counted from the newest trade', (period, trades) => {
    expect(reviewsOf(REVIEWS, period)).toHaveLength(trades)
  })

  test('of nothing is nothing', () => {
    expect(reviewStatistics([])).toMatchObject({ from: null, grades: null, byTag: [], reviewed: { trades: 0 } })
  })
})

describe('tags', () => {
  test.each([
    ['Late Exit', 'late-exit'],
    ['#news', 'news'],
    ['too_big', 'too-big'],
    ['Ärger', 'ärger'],
    ['1st', null],
    ['', null],
    ['a:b', null],
    ['x'.repeat(25), null],
  ])('%s is %s', (text, tag) => expect(tagOf(text)).toBe(tag))

  test('are those picked and those of the note, each once; what is none is said', () => {
    expect(tagsOf(['news'], 'Moved #News and #fed-day, see https://x.y/#top and a#b; #1 no. #Overtraded!')).toEqual({
      tags: ['news', 'fed-day', 'overtraded'],
      tooMany: 0,
      bad: [],
    })
    expect(
      tagsOf(
        Array.from({ length: 9 }, (_, i) => `t${i}`),
        '',
      ),
    ).toMatchObject({ tooMany: 1 })
    expect(tagsOf([], `#${'y'.repeat(30)}`)).toMatchObject({ tags: [], bad: ['y'.repeat(30)] })
  })

  test('a configured list', () => {
    expect(parseTagList('news, Late exit ,news')).toEqual(['news', 'late-exit'])
    expect(parseTagList('news,7up')).toBeNull()
    expect(parseTagList(Array.from({ length: 18 }, (_, i) => `t${i}`).join(','))).toBeNull()
    expect(parseTagList(' , ')).toBeNull()
  })
})
