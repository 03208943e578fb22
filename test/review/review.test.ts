import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ownVersion, visibleReview } from '../../src/review/reveal.ts'
import { judgeAnswer } from '../../src/review/submit.ts'
import { REVIEWERS_MAX, type ReviewContent, SUBMISSIONS_MAX, type TradeRecord } from '../../src/review/types.ts'
import {
  ANN,
  anyAnswers,
  anyContent,
  anyTrade,
  BEN,
  CAT,
  CLOSED,
  person,
  recordOf,
  said,
} from '../support/review-samples.ts'

describe('what others see', () => {
  test('is only who has answered, until as many are in as are needed', () => {
    expect(visibleReview(recordOf(CLOSED))).toEqual({
      state: 'waiting',
      trade: CLOSED,
      reviewers: [],
      needsOther: false,
    })
    const one = visibleReview(recordOf(CLOSED, [ANN, said(4, 2, 5)]))
    expect(one).toEqual({ state: 'waiting', trade: CLOSED, reviewers: [ANN], needsOther: false })
    expect(visibleReview(recordOf(CLOSED, [ANN, said(4, 2, 5)], [BEN, said(4, 4, 5)]))).toMatchObject({
      state: 'reviewed',
    })
  })

  test('an edit brings no second reviewer, and the grades shown are the newest ones', () => {
    const edited = recordOf(CLOSED, [ANN, said(1, 1, 1)], [ANN, said(4, 2, 5)])
    expect(visibleReview(edited)).toMatchObject({ state: 'waiting', reviewers: [ANN] })
    const review = visibleReview({
      ...edited,
      submissions: [
        ...edited.submissions,
        ...recordOf(CLOSED, [BEN, said(3, 3, 3)]).submissions.map((s) => ({ ...s, number: 3 })),
      ],
    })
    expect(review).toMatchObject({
      state: 'reviewed',
      opinions: [
        {
          reviewer: ANN,
          blind: said(4, 2, 5),
          now: said(4, 2, 5),
          history: [{ grades: { entry: 1, exit: 1, sizing: 1 } }],
        },
        { reviewer: BEN, blind: said(3, 3, 3), history: [] },
      ],
    })
  })

  test('keeps what was said blind when it is edited afterwards, and counts latecomers apart', () => {
    const review = visibleReview(
      recordOf(CLOSED, [ANN, said(5, 5, 5)], [BEN, said(1, 5, 5)], [ANN, said(1, 5, 5)], [CAT, said(3, 3, 3)]),
    )
    expect(review).toMatchObject({
      state: 'reviewed',
      opinions: [
        { reviewer: ANN, blind: said(5, 5, 5), now: said(1, 5, 5) },
        { reviewer: BEN, blind: said(1, 5, 5), now: said(1, 5, 5) },
        { reviewer: CAT, blind: null, now: said(3, 3, 3) },
      ],
      dissent: { agreement: 'split', apart: ['entry'], spread: { entry: { min: 1, max: 5, mean: 3 } } },
    })
  })

  test('who stopped a trade is not its only reviewer', () => {
    const stopped = { ...CLOSED, reason: 'operator_stop' as const, stoppedBy: ANN }
    expect(visibleReview(recordOf(stopped, [ANN, said(3, 3, 3), 1]))).toMatchObject({
      state: 'waiting',
      needsOther: true,
    })
    expect(visibleReview(recordOf(stopped, [BEN, said(3, 3, 3), 1]))).toMatchObject({ state: 'reviewed' })
    expect(visibleReview(recordOf(stopped, [ANN, said(3, 3, 3), 1], [BEN, said(4, 3, 3), 1]))).toMatchObject({
      state: 'reviewed',
      opinions: [{ reviewer: ANN }, { reviewer: BEN }],
    })
  })

  test('prop_blind: while a review waits, all that is shown of it is the same whatever was said', () => {
    fc.assert(
      fc.property(
        anyTrade,
        anyAnswers,
        fc.array(anyContent, { minLength: 14, maxLength: 14 }),
        (trade, answers, others) => {
          const one = recordOf(trade, ...answers.map((a) => [a.reviewer, a.content, a.needed] as const))
          const two = recordOf(trade, ...answers.map((a, i) => [a.reviewer, others[i] ?? a.content, a.needed] as const))
          const [seen, same] = [visibleReview(one), visibleReview(two)]
          expect(same.state).toBe(seen.state)
          if (seen.state === 'waiting') expect(same).toEqual(seen)
        },
      ),
    )
  })

  test('prop_once_shown: what was shown stays shown, with the same blind opinions', () => {
    fc.assert(
      fc.property(anyTrade, anyAnswers, (trade, answers) => {
        let shown: readonly ReviewContent[] | null = null
        for (let n = 0; n <= answers.length; n += 1) {
          const some = answers.slice(0, n).map((a) => [a.reviewer, a.content, a.needed] as const)
          const review = visibleReview(recordOf(trade, ...some))
          if (shown !== null) expect(review.state).toBe('reviewed')
          if (review.state === 'waiting') continue
          const blind = review.opinions.flatMap((opinion) => opinion.blind ?? [])
          expect(blind.length).toBeGreaterThan(0)
          shown ??= blind
          expect(blind).toEqual(shown)
        }
      }),
    )
  })
})

describe('an answer', () => {
  const ask = (record: TradeRecord | null, reviewer = ANN, content = said(4, 4, 4), needed = 2) =>
    judgeAnswer(record, { reviewer, content, needed, atWall_ms: 1_784_400_000_000 })

  test('to a trade that is not closed is refused', () => {
    expect(ask(null)).toEqual({ kind: 'refused', reason: 'not_closed' })
  })

  test('is journalled under the next number, and told to nobody', () => {
    const judged = ask(recordOf(CLOSED))
    expect(judged).toMatchObject({ kind: 'saved', isEdit: false, review: { state: 'waiting', reviewers: [ANN] } })
    expect(judged.kind === 'saved' && judged.events).toEqual([
      { type: 'review_submitted', tradeId: CLOSED.tradeId, number: 1, reviewer: ANN, ...said(4, 4, 4), needed: 2 },
    ])
  })

  test('that brings the last reviewer needed tells what all have said, once', () => {
    const judged = ask(recordOf(CLOSED, [BEN, said(2, 4, 4, { tags: ['news'], note: 'late' })]))
    expect(judged.kind === 'saved' && judged.events.map(({ type }) => type)).toEqual([
      'review_submitted',
      'trade_reviewed',
    ])
    expect(judged.kind === 'saved' && judged.events[1]).toMatchObject({
      agreement: 'differed',
      opinions: [{ reviewer: BEN, note: 'late', tags: ['news'] }, { reviewer: ANN }],
    })
    const third = ask(recordOf(CLOSED, [BEN, said(2, 4, 4)], [ANN, said(4, 4, 4)]), CAT)
    expect(third.kind === 'saved' && third.events.map(({ type }) => type)).toEqual(['review_submitted'])
  })

  test('that says the same again changes nothing, unless fewer reviewers are needed by now', () => {
    const three = recordOf(CLOSED, [ANN, said(4, 4, 4), 3], [BEN, said(4, 4, 4), 3])
    expect(ask(three, ANN, said(4, 4, 4), 3)).toMatchObject({ kind: 'unchanged' })
    expect(ask(three, ANN, said(4, 4, 4), 2)).toMatchObject({ kind: 'saved', review: { state: 'reviewed' } })
  })

  test('beyond what one trade can hold is refused', () => {
    const crowd = Array.from({ length: REVIEWERS_MAX }, (_, i) => [person(`p${i}`), said(3, 3, 3), 10] as const)
    expect(ask(recordOf(CLOSED, ...crowd))).toEqual({ kind: 'refused', reason: 'full' })
    const edits = Array.from({ length: SUBMISSIONS_MAX }, () => [ANN, said(3, 3, 3)] as const)
    expect(ask(recordOf(CLOSED, ...edits))).toEqual({ kind: 'refused', reason: 'full' })
  })

  test("one's own newest version is one's own", () => {
    const record = recordOf(CLOSED, [ANN, said(1, 1, 1)], [BEN, said(5, 5, 5)], [ANN, said(2, 2, 2)])
    expect(ownVersion(record, ANN.id)).toMatchObject(said(2, 2, 2))
    expect(ownVersion(record, CAT.id)).toBeNull()
  })
})
