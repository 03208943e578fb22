/**
 * That a version of the rules was checked for look-ahead, and what came of it: what the verdict asks for. Pure; kept by
 * `store/lookahead-runs.ts`. Entry points: `lookaheadRunSchema`, `lookaheadRun`.
 */
import { z } from 'zod'
import { STRUCTURES, type Structure } from '../../strategy/types.ts'
import type { LookaheadDocument } from './lookahead.ts'

const count = z.int().nonnegative()

export const lookaheadRunSchema = z.object({
  /** Of the rules' code, see `config/strategy-version.ts`. */
  strategyVersion: z.string().min(1),
  structure: z.enum(STRUCTURES),
  /** Wall time of its end. */
  at_ms: z.int(),
  source: z.string().max(300),
  days: count,
  decisions: count,
  trials: count,
  leaks: count,
  /** Leaks planted on purpose, and those of them that were found: a check that finds none proves nothing. */
  planted: count,
  found: count,
})
export type LookaheadRun = z.infer<typeof lookaheadRunSchema>

export function lookaheadRun(
  { source, days, decisions, trials, leaks, planted }: LookaheadDocument,
  of: { readonly strategyVersion: string; readonly structure: Structure; readonly at_ms: number },
): LookaheadRun {
  const found = planted.filter(({ foundOn }) => foundOn !== null).length
  return { ...of, source: source.label.slice(0, 300), days, decisions, trials, leaks, planted: planted.length, found }
}
