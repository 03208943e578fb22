/**
 * What a worker says of itself over HTTP, and what the watchdog concludes from the answers: pure.
 *
 * Entry points: `workerHealthSchema`, `signsOfLife`.
 *
 * 1. A session shows life by the inputs it dealt with, not by the process answering: a stuck one ages.
 * 2. A session that has not read the broker's side yet, or is of another day than the market's today (it waits for its
 *    own), watches nothing: its age is null.
 * 3. A worker also vouches for sessions elsewhere that the store has fresh records of, so that one worker that can be
 *    reached is enough.
 */
import { z } from 'zod'
import { sessionHealthSchema } from '../session/health.ts'

const age_ms = z.number().nonnegative()
export const workerHealthSchema = z.object({
  worker: z.string(),
  version: z.string(),
  pid: z.int(),
  startedAt: z.iso.datetime(),
  now: z.iso.datetime(),
  sessions: z.array(sessionHealthSchema),
  /** Sessions of other workers, as the store says; empty while it is away. */
  elsewhere: z.array(z.object({ accountId: z.string(), worker: z.string(), age_ms })),
  queue: z.enum(['ok', 'away']),
  store: z.enum(['ok', 'away']),
  /** The longest delay of a timer in the last seconds. */
  eventLoopLag_ms: age_ms,
})
export type WorkerHealth = z.infer<typeof workerHealthSchema>

/** For each account that some worker watches, how long ago the youngest sign of it was, milliseconds. */
export function signsOfLife(answers: readonly WorkerHealth[]): ReadonlyMap<string, number> {
  const youngest = new Map<string, number>()
  const see = (accountId: string, sign_ms: number): void => {
    youngest.set(accountId, Math.min(sign_ms, youngest.get(accountId) ?? Number.POSITIVE_INFINITY))
  }
  for (const answer of answers) {
    for (const session of answer.sessions) {
      if (session.lastTickAge_ms !== null) see(session.accountId, session.lastTickAge_ms)
    }
    for (const other of answer.elsewhere) see(other.accountId, other.age_ms)
  }
  return youngest
}
