/**
 * The live record of an account's session as a worker left it in the store. Entry points: `liveText`, `readLive`,
 * `liveAge_ms`.
 *
 * Its age is measured by the store alone: the text says for how long it was to be kept, the store how much of that is
 * left. So a worker whose clock is wrong looks neither silent nor alive.
 */
import { DAY_S } from '../time/units.ts'
import type { LiveRecord } from './port.ts'

/** Over a long weekend and a holiday, what was last seen is still known, with its age. */
export const LIVE_KEPT_S = 30 * DAY_S

interface KeptLive extends LiveRecord {
  /** Absent: an older worker's. */
  readonly keptFor_ms?: number
}

export const liveText = (live: LiveRecord): string => JSON.stringify({ ...live, keptFor_ms: LIVE_KEPT_S * 1000 })

/** Where the reader stands: `left_ms` is how long the store keeps the record from now on. */
export interface LiveReading {
  readonly left_ms: number
  readonly nowWall_ms: number
}

/** Of the text under the account's key; null: no worker has written one, or it has expired. */
export function readLive(text: string | null | undefined, reading?: LiveReading): LiveRecord | null {
  if (text == null) return null
  // Workers of this desk alone write it, and nothing is decided by it.
  const { keptFor_ms: _, ...live } = JSON.parse(text) as KeptLive
  const age_ms = reading === undefined ? null : liveAge_ms(text, reading.left_ms)
  if (age_ms === null || reading === undefined) return live
  const { atWall_ms, reconciledAtWall_ms } = live
  const ahead_ms = atWall_ms - (reading.nowWall_ms - age_ms)
  return {
    ...live,
    atWall_ms: atWall_ms - ahead_ms,
    reconciledAtWall_ms: reconciledAtWall_ms === null ? null : reconciledAtWall_ms - ahead_ms,
  }
}

/**
 * How long ago the store took it, whatever the clocks of workers and readers say; null: not known, or there is none.
 */
export function liveAge_ms(text: string | null | undefined, left_ms: number): number | null {
  if (text == null || left_ms < 0) return null
  // As above.
  const { keptFor_ms } = JSON.parse(text) as KeptLive
  return keptFor_ms === undefined ? null : Math.max(0, keptFor_ms - left_ms)
}
