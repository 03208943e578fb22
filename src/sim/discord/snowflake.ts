/**
 * Ids as Discord makes them: a wall time, shifted, so that they sort by when they were made. Entry point: `snowflakes`.
 */
import type { SimTime } from './time.ts'

const DISCORD_EPOCH_MS = 1_420_070_400_000n
const TIME_SHIFT = 22n

/** Answers a source of ids that grow strictly, each carrying the wall time of its making as Discord's do. */
export function snowflakes(time: SimTime): () => string {
  let last = 0n
  return () => {
    const fromTime = (BigInt(Math.floor(time.now_ms())) - DISCORD_EPOCH_MS) << TIME_SHIFT
    last = fromTime > last ? fromTime : last + 1n
    return last.toString()
  }
}

/** True when `a` was made before `b`. */
export function isOlder(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length
}
