/** Closed trades and what reviewers say of them, for tests. */
import fc from 'fast-check'
import type { ClosedTrade, ReviewContent, Submission, TradeRecord } from '../../src/review/types.ts'
import type { Actor } from '../../src/session/actor.ts'
import { MINUTE_MS } from '../../src/time/units.ts'

export const person = (name: string): Actor => ({ id: `id-${name}`, name, via: 'discord' })
export const ANN = person('Ann')
export const BEN = person('Ben')
export const CAT = person('Cat')

export const CLOSED: ClosedTrade = {
  tradeId: '2026-07-17-1',
  date: '2026-07-17',
  profile: '25k',
  structure: 'short_put',
  strike: 624,
  hedgeStrike: null,
  contracts: 25,
  exit_ms: Date.parse('2026-07-17T15:12:00Z'),
  reason: 'stop_loss',
  netPnlCents: -41_250,
  stoppedBy: null,
}

export const said = (
  entry: number,
  exit: number,
  sizing: number,
  rest: Partial<ReviewContent> = {},
): ReviewContent => ({
  grades: { entry, exit, sizing },
  planFollowed: true,
  tags: [],
  note: '',
  ...rest,
})

/** As they came: who, what, and how many reviewers were asked for. */
export function recordOf(
  trade: ClosedTrade,
  ...answers: readonly (readonly [reviewer: Actor, content: ReviewContent, needed?: number])[]
): TradeRecord {
  return {
    trade,
    submissions: answers.map(
      ([reviewer, content, needed = 2], index): Submission => ({
        ...content,
        number: index + 1,
        reviewer,
        needed,
        atWall_ms: 1_784_300_000_000 + index * MINUTE_MS,
      }),
    ),
  }
}

const grade = fc.integer({ min: 1, max: 5 })

/** Long, empty, marked-up and multi-byte notes among them. */
export const anyContent: fc.Arbitrary<ReviewContent> = fc.record({
  grades: fc.record({ entry: grade, exit: grade, sizing: grade }),
  planFollowed: fc.boolean(),
  tags: fc.uniqueArray(fc.constantFrom('news', 'late-exit', 'chased', 'x'.repeat(24), 'ärger'), { maxLength: 5 }),
  note: fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.constantFrom('', '*'.repeat(600), '🟢'.repeat(300), '@everyone `x` **y**'),
  ),
})

const anyReviewer: fc.Arbitrary<Actor> = fc.oneof(
  fc.constantFrom(ANN, BEN, CAT),
  fc.record({
    id: fc.stringMatching(/^\d{17,20}$/),
    name: fc.constantFrom('', '@everyone', '_*~'.repeat(20), '🦊'.repeat(16)),
    via: fc.constant('discord' as const),
  }),
)

export const anyAnswers = fc.array(
  fc.record({ reviewer: anyReviewer, content: anyContent, needed: fc.integer({ min: 1, max: 4 }) }),
  {
    maxLength: 14,
  },
)

export const anyTrade: fc.Arbitrary<ClosedTrade> = fc.record({
  tradeId: fc.constantFrom('2026-07-17-1', '2026-07-17-2', '2026-12-31-999999'),
  date: fc.constantFrom('2026-07-17', '2026-12-31'),
  profile: fc.constantFrom('25k' as const, '2k' as const),
  structure: fc.constantFrom('short_put' as const, 'put_spread' as const),
  strike: fc.double({ noNaN: true }),
  hedgeStrike: fc.option(fc.double({ noNaN: true })),
  contracts: fc.maxSafeInteger(),
  exit_ms: fc.maxSafeInteger(),
  reason: fc.constantFrom('stop_loss' as const, 'operator_stop' as const),
  netPnlCents: fc.maxSafeInteger(),
  stoppedBy: fc.option(anyReviewer),
})
