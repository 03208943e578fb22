/** A look-ahead check that was made, as it is kept. Pure. Entry point: `lookaheadRun`. */
import type { LookaheadRun } from '../../replay/lookahead-run.ts'
import type { Structure } from '../../strategy/types.ts'
import type { LookaheadDocument } from './lookahead.ts'

export function lookaheadRun(
  { source, days, decisions, trials, leaks, planted }: LookaheadDocument,
  of: { readonly strategyVersion: string; readonly structure: Structure; readonly at_ms: number },
): LookaheadRun {
  const found = planted.filter(({ foundOn }) => foundOn !== null).length
  return { ...of, source: source.label.slice(0, 300), days, decisions, trials, leaks, planted: planted.length, found }
}
