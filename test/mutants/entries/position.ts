/** A position that nobody could close, or whose exits could not fire: legs, quotes, cancels, turns at the broker. */
import type { Mutant } from '../entry.ts'

const holding = ['test/session/holding.test.ts']
const reconciling = ['test/session/reconcile.test.ts']
const out = ['test/session/orders-out.test.ts']

export const POSITION_MUTANTS: readonly Mutant[] = [
  {
    name: 'a leg that is gone is closed without end, before what is whole',
    covers: ['I4'],
    file: 'src/session/imbalance.ts',
    find: '  return qty === 0 && isSame ? null : { qty, leftovers }\n',
    replace: '  return qty === 0 ? null : { qty, leftovers }\n',
    tests: reconciling,
  },
  {
    name: 'a leg that cannot be closed holds up the whole spreads',
    covers: ['I4'],
    file: 'src/session/closing.ts',
    find: 'if (leftover !== undefined && !isWholesTurn(state, trade)) return',
    replace: 'if (leftover !== undefined) return',
    tests: reconciling,
  },
  {
    name: 'quotes without a price keep the position from being closed blind',
    covers: ['I4'],
    file: 'src/session/holding.ts',
    find: '  const isQuoted = exit.netPnl !== null && isShortQuoted(trade, view)\n',
    replace: '  const isQuoted = isShortQuoted(trade, view)\n',
    tests: holding,
  },
  {
    name: 'an entry filled in part works on while its stop holds',
    covers: ['I4'],
    file: 'src/session/transition.ts',
    find: '      return andThen(patience(state, view), (current) => watchEntry(current, view))\n',
    replace: '      return patience(state, view)\n',
    tests: holding,
  },
  {
    name: 'a cancel that hangs is never told of',
    covers: ['I4'],
    file: 'src/session/patience.ts',
    find: 'repeats === REPEATS_TOLD_FIRST || repeats % REPEATS_TOLD_EVERY === 0',
    replace: 'repeats === 0',
    tests: holding,
  },
  {
    name: 'an opening that waited for its turn goes out against a halt',
    covers: ['I16', 'denial:mode_not_active'],
    file: 'src/session/runner/orders-out.ts',
    find: 'return denyByMode(current().state) ?? (isOld ? old : null)',
    replace: 'return isOld ? old : null',
    tests: out,
  },
  {
    name: 'an opening that waited for its turn goes out on old facts',
    covers: ['I14', 'I16', 'denial:stale_quote'],
    file: 'src/session/runner/orders-out.ts',
    find: 'return denyByMode(current().state) ?? (isOld ? old : null)',
    replace: 'return denyByMode(current().state)',
    tests: out,
  },
  {
    name: 'a session that is left still sends its opening',
    covers: ['I4', 'I16'],
    file: 'src/session/runner/effects.ts',
    find: '        if (opensNothing && !isClosing(effect.request)) return\n',
    replace: '',
    tests: ['test/session/runner-guards.test.ts'],
  },
  {
    name: 'the last worker keeps what is flat open while it closes the rest',
    covers: ['I4'],
    file: 'src/queue/leaving.ts',
    find: '  for (const handle of handles) if (!exposed.includes(handle)) handle.handOver()\n',
    replace: '',
    tests: ['test/queue/leaving.test.ts'],
  },
  {
    name: "the desk's own close is counted again beside what was missed for it",
    covers: ['I3', 'I4'],
    file: 'src/session/orders.ts',
    find: '  const known = withoutCounted(trade, qty, at_ms)\n',
    replace: '  const known = trade\n',
    tests: reconciling,
  },
  {
    name: 'a trade closed by more than it had has no end',
    covers: ['I4'],
    file: 'src/session/state.ts',
    find: 'openedQty > 0 && openedQty <= closedQty &&',
    replace: 'openedQty > 0 && openedQty === closedQty &&',
    tests: reconciling,
  },
  {
    name: 'a second difference is not told while the first holds the account',
    covers: ['I3'],
    file: 'src/session/reconcile.ts',
    find: '(isHeld && !isNews)',
    replace: 'isHeld',
    tests: ['test/session/reconciling.test.ts'],
  },
  {
    name: 'what was handed over is not looked after until somebody has it',
    covers: ['I4'],
    file: 'src/queue/leaving.ts',
    find: '  return untaken.length === 0 || (await closeUntaken(untaken, leaving))\n',
    replace: '  return true\n',
    tests: ['test/queue/leaving.test.ts'],
  },
]
