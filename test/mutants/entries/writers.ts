/** Who may write and send: what is committed, and whose the session is in the moment an order goes out. */
import type { Mutant } from '../entry.ts'

const stale = ['test/session/stale-writer.test.ts']
const committer = ['test/session/committer.test.ts']
const runner = ['test/session/runner-guards.test.ts']

export const WRITER_MUTANTS: readonly Mutant[] = [
  {
    name: 'an opening is taken while the store is away',
    covers: ['I2'],
    file: 'src/session/runner/committer.ts',
    find: '    if (opens(step)) {\n',
    replace: '    if (opens(step) && step.events.length === 0) {\n',
    tests: committer,
  },
  {
    name: 'a close waits for the store',
    covers: ['I2', 'I4'],
    file: 'src/session/runner/committer.ts',
    find: '    if (opens(step)) {\n',
    replace: '    if (step.events.length > 0) {\n',
    tests: committer,
  },
  {
    name: 'what happened while the store was away is forgotten',
    covers: ['I2', 'I3'],
    file: 'src/session/runner/committer.ts',
    find: '    this.#backlog = [...this.#backlog, ...step.events].slice(-BACKLOG_MAX)\n',
    replace: '',
    tests: committer,
  },
  {
    name: 'a commit that did arrive is made again',
    covers: ['I12'],
    file: 'src/session/runner/committer.ts',
    find: 'this.#backlog = this.#backlog.slice(this.#unanswered)\n',
    replace: 'this.#backlog = [...this.#backlog]\n',
    tests: committer,
  },
  {
    name: 'a store that is behind counts as having saved what a stopped process asked it to',
    covers: ['I2'],
    file: 'src/session/runner/committer.ts',
    find: '    if (seq !== this.#seq + 1) return false\n',
    replace: '    if (seq === this.#seq) return false\n',
    tests: committer,
  },
  {
    name: "the day's first opening does not create its guard",
    covers: ['I8'],
    file: 'src/session/runner/committer.ts',
    find: "(event) => event.type === 'order_intent' && event.purpose === 'open' && event.attempt === 1,",
    replace: "(event) => event.type === 'order_intent' && event.purpose === 'open' && event.attempt === 2,",
    tests: committer,
  },
  {
    name: 'a worker with a stale epoch goes on',
    covers: ['I11'],
    file: 'src/session/runner/committer.ts',
    find: "      return result.reason === 'already_opened' ? 'already_opened' : 'lost'\n",
    replace: "      return 'saved'\n",
    tests: committer,
  },
  {
    name: 'a worker that stood still sends what it was about to',
    covers: ['I11', 'I2'],
    file: 'src/session/runner/orders-out.ts',
    find: ' || !isOurs()) return false',
    replace: ') return false',
    tests: stale,
  },
  {
    name: 'a lease counts as held after its time to live',
    covers: ['I11'],
    file: 'src/store/lease-hold.ts',
    find: 'passed_ms < ttl_ms * (1 - MARGIN_SHARE)',
    replace: 'passed_ms < 2 * ttl_ms',
    tests: ['test/store/lease-hold.test.ts', ...stale],
  },
  {
    name: 'a close is sent where somebody else took the session',
    covers: ['I11'],
    file: 'src/session/runner/orders-out.ts',
    find: "  if ((await hold.renew()) !== 'unknown') return hold.isHeld\n",
    replace: '  await hold.renew()\n',
    tests: stale,
  },
  {
    name: 'a session that was left goes on sending',
    covers: ['I11'],
    file: 'src/session/runner/orders-out.ts',
    find: '    !isStopped && current()',
    replace: '    current()',
    tests: stale,
  },
  {
    name: 'a session is given away while its order is being sent',
    covers: ['I11'],
    file: 'src/session/runner/effects.ts',
    find: '      if (orders.isSending()) context.hold.letRunOut(SENDING_MS_MAX)\n',
    replace: '',
    tests: runner,
  },
]
