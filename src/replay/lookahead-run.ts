/**
 * That a version of the rules was checked for look-ahead, and what came of it: what the verdict asks for. Kept by
 * `store/lookahead-runs.ts`, made by `backtest/lookahead/run-record.ts`. Entry point: `lookaheadRunSchema`.
 */
import { z } from 'zod'
import { STRUCTURES } from '../strategy/types.ts'

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
