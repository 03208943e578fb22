/**
 * What a session keeps: early inputs, closes of which nothing came, a position; and that the watchdog leaves it alone.
 */
import type { Mutant } from '../entry.ts'

const early = ['test/session/early.test.ts']
const earlyFile = 'src/session/runner/early.ts'
const refused = ['test/session/refused-closes.test.ts']

const guard = ['test/watchdog/guard.test.ts']

export const BOOKS_MUTANTS: readonly Mutant[] = [
  {
    name: 'the watchdog closes beside an engine that came back while the close waited for its turn',
    covers: ['I9'],
    file: 'src/watchdog/guard.ts',
    find: 'const sent = await broker.submit(request, isYoung)',
    replace: 'const sent = await broker.submit(request, () => isYoung() || true)',
    tests: guard,
  },
  {
    name: 'the watchdog closes without asking the workers once more',
    covers: ['I9'],
    file: 'src/watchdog/guard.ts',
    find: '    if (await this.#isWatchedNow()) {\n',
    replace: '    if (false as boolean) {\n',
    tests: guard,
  },
  {
    name: 'the watchdog takes its own standing still for silence',
    covers: ['I9'],
    file: 'src/watchdog/run.ts',
    find: '    for (const guard of guards) guard.awoke()\n',
    replace: '',
    tests: guard,
  },
  {
    name: 'a position that was adopted meanwhile is not watched because the day was opened',
    covers: ['I4', 'I8'],
    file: 'src/session/notices.ts',
    find: 'isHalted(state) || state.trade !== null',
    replace: 'isHalted(state)',
    tests: ['test/session/reconcile.test.ts'],
  },
  {
    name: 'what comes before the first reading piles up while the broker is away',
    covers: ['I5'],
    file: earlyFile,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    find: 'subjectOf(input) ?? `order ${updates++}`',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    replace: '`any ${updates++}`',
    tests: early,
  },
  {
    name: 'order updates before the first reading are kept without end',
    covers: ['I5'],
    file: earlyFile,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    find: '    kept.delete(`order ${updates - 1 - ORDERS_MAX}`)\n',
    replace: '',
    tests: early,
  },
  {
    name: 'what was said last before the first reading counts as said first',
    covers: ['I5', 'I16'],
    file: earlyFile,
    find: '    kept.delete(about)\n',
    replace: '',
    tests: early,
  },
  {
    name: 'a stop before the first reading takes the place of another kind of stop',
    covers: ['I5', 'I16'],
    file: earlyFile,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    find: 'return `stop ${input.request.kind}`',
    replace: "return 'stop'",
    tests: early,
  },
  {
    name: 'of order updates before the first reading only the last one counts',
    covers: ['I3', 'I5'],
    file: earlyFile,
    find: '      return null\n',
    replace: '      return input.kind\n',
    tests: early,
  },
  {
    name: 'a day of refused closes is remembered in full',
    covers: ['I4'],
    file: 'src/session/forgotten.ts',
    find: 'if (empty.length <= EMPTY_CLOSES_KEPT) return { orders }',
    replace: 'if (empty.length >= 0) return { orders }',
    tests: refused,
  },
  {
    name: 'a close that was filled in part is forgotten',
    covers: ['I3', 'I10'],
    file: 'src/session/forgotten.ts',
    find: "status === 'ended' && filledQty === 0",
    replace: "status === 'ended'",
    tests: refused,
  },
  {
    name: 'a forgotten close is not known again when something came of it',
    covers: ['I3'],
    file: 'src/session/adoption.ts',
    find: 'isForgotten(state, attempt) && isOver(order)',
    replace: 'isForgotten(state, attempt)',
    tests: refused,
  },
  {
    name: 'a forgotten close is adopted as if nobody had known it',
    covers: ['I3'],
    file: 'src/session/adoption.ts',
    find: "return purpose === 'close' && isForgotten(state, attempt) && isOver(order)",
    replace: 'return false',
    tests: refused,
  },
  {
    name: 'an own order that is adopted has two intents in the journal',
    covers: ['I3'],
    file: 'src/session/adoption.ts',
    find: 'isForgotten(state, known.attempt) ? [] : [',
    replace: '[',
    tests: refused,
  },
]
