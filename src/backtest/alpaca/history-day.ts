/**
 * A day of Alpaca's bars as books. There are no quotes in that history: a put's price is the close of its last minute's
 * trades, bid and ask alike, so touch and spread cannot be judged on it; the widths of quotes never refuse an entry
 * here.
 *
 * Entry points: `strikesOf`, `historyDay`.
 *
 * 1. A bar counts from its end on: the book of 10:01 holds what traded in the minute that began at 10:00.
 * 2. A put without a trade in a minute is not in that minute's book.
 * 3. Bars outside the session are in no book; SPY's stay in the day, where its quality counts them.
 */
import { type PackedDay, packDay } from '../../replay/packed-day.ts'
import type { ReadCounts } from '../../replay/quality.ts'
import type { RecordedBook } from '../../replay/recorded.ts'
import { isSessionBar } from '../../strategy/indicators.ts'
import { newYorkTime } from '../../strategy/newyork-time.ts'
import type { Bar, ChainRow, SessionHours } from '../../strategy/types.ts'
import { MINUTE_MS } from '../../time/units.ts'

/** Below the day's low for hedges, above its high for the buffer and the next strike. */
const BELOW = 12
const ABOVE = 3

/** Strikes that a decision or a position of the day may need. */
export function strikesOf(spyBars: readonly Bar[]): number[] {
  if (spyBars.length === 0) return []
  const least = Math.floor(spyBars.reduce((lowest, { l }) => Math.min(lowest, l), Number.POSITIVE_INFINITY))
  const low = Math.max(1, least - BELOW)
  const high = Math.ceil(spyBars.reduce((most, { h }) => Math.max(most, h), 0)) + ABOVE
  return Array.from({ length: high - low + 1 }, (_, index) => low + index)
}

/**
 * Takes bars that are checked (`checkedBars`), and counts those of puts that no book holds.
 * Null where no put traded while SPY did: there is nothing to decide on.
 */
export function historyDay(
  session: SessionHours,
  spyBars: readonly Bar[],
  putBars: ReadonlyMap<number, readonly Bar[]>,
  counts: ReadCounts,
): PackedDay | null {
  const minutes = new Set(spyBars.map(({ t_ms }) => t_ms))
  const byMinute = new Map<number, ChainRow[]>()
  for (const strike of [...putBars.keys()].sort((a, b) => a - b)) {
    for (const { t_ms, c } of putBars.get(strike) ?? []) {
      if (!isSessionBar(t_ms, session)) counts.putBarsOutsideSession++
      else if (!minutes.has(t_ms)) counts.putBarsWithoutSpot++
      else {
        const rows = byMinute.get(t_ms) ?? []
        rows.push({ strike, bid: c, ask: c })
        byMinute.set(t_ms, rows)
      }
    }
  }
  const books = spyBars.flatMap(({ t_ms, c }): RecordedBook[] => {
    const rows = byMinute.get(t_ms)
    const end_ms = t_ms + MINUTE_MS
    return rows === undefined ? [] : [{ t_ms: end_ms, time: newYorkTime(end_ms), spot: c, rows }]
  })
  return books.length === 0 ? null : packDay({ date: session.date, session, bars: spyBars, books })
}
