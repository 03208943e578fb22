/** The team's reviews: who sees what and when, and that each answer counts once. */
import type { Mutant } from '../entry.ts'

const reveal = 'src/review/reveal.ts'
const review = ['test/review/review.test.ts']
const store = ['test/store/review-store.test.ts']

export const REVIEW_MUTANTS: readonly Mutant[] = [
  {
    name: 'grades are shown with the first reviewer',
    covers: [],
    file: reveal,
    find: 'ids.size >= needed && ',
    replace: '',
    tests: review,
  },
  {
    name: 'who stopped a trade may be its only reviewer',
    covers: [],
    file: reveal,
    find: ' && [...ids].some((id) => id !== stopperId)',
    replace: '',
    tests: review,
  },
  {
    name: 'what is edited after the grades were shown counts as said blind',
    covers: [],
    file: reveal,
    find: 'own.findLast(({ number }) => number <= revealedNumber)',
    replace: 'own.at(-1)',
    tests: review,
  },
  {
    name: 'two answers at once take the same number',
    covers: [],
    file: 'src/store/review-fields.ts',
    find: 'satisfies Submission), once: true',
    replace: 'satisfies Submission), once: false',
    tests: store,
  },
  {
    name: 'an interaction delivered twice is two reviews',
    covers: [],
    file: 'src/store/review-store.ts',
    find: 'once: `review-',
    replace: 'once: undefined && `review-',
    tests: store,
  },
  {
    name: 'a restore forgets the reviews',
    covers: [],
    file: 'src/store/archive/restore-write.ts',
    find: 'reviewFieldsOfStored(body.entry)',
    replace: 'reviewFieldsOfStored({ event: { type: null } })',
    tests: store,
  },
  {
    name: 'an old trade is reviewed in a journal that nobody archives any more',
    covers: [],
    file: 'src/store/review-store.ts',
    find: 'date: dates[0] ?? trade.date',
    replace: 'date: trade.date',
    tests: store,
  },
]
