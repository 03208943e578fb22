/** Repeats what an outage made fail, for ever, with growing waits. Entry point: `persist`. */
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import { type BackoffLimits, backoff_ms } from './backoff.ts'

/** A wait was cut short: the caller is stopping. */
export class Stopped extends Error {}

export interface PersistOptions {
  readonly wall: WallClock
  readonly log: Logger
  readonly waits: BackoffLimits
  /** Absent: the clock's. */
  readonly sleep?: WallClock['sleep']
  /** Errors that no repetition helps with: passed on. */
  readonly isFinal: (error: unknown) => boolean
}

/** Resolves to what `work` gives at last. Throws `Stopped` once `signal` aborts, and what `isFinal` says. */
export async function persist<T>(
  what: string,
  signal: AbortSignal,
  { wall, log, waits, sleep, isFinal }: PersistOptions,
  work: () => Promise<T>,
): Promise<T> {
  for (let failures = 0; ; ) {
    if (signal.aborted) throw new Stopped()
    try {
      return await work()
    } catch (error) {
      if (error instanceof Stopped || isFinal(error)) throw error
      failures += 1
      const wait_ms = backoff_ms(failures, waits)
      log.warn({ err: error, failures, wait_ms }, `${what} failed; trying again`)
      await (sleep === undefined ? wall.sleep(wait_ms, signal) : sleep(wait_ms, signal))
    }
  }
}
