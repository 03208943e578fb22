/**
 * A day whose future is another one, or none: what a decision could not know at an instant is taken away or made up.
 *
 * Entry points: `cutAfter`, `scrambledAfter`.
 *
 * 1. Known at a book are the books up to it and the bars completed by its time; the bar under way is future.
 */
import { BAR_FIELDS, type PackedDay } from '../../replay/packed-day.ts'
import { MINUTE_MS } from '../../time/units.ts'

/** How many bar values are of bars completed by the time of a book. */
function knownBars({ bars, times }: PackedDay, book: number): number {
  // Books and bars of the day: each has its values.
  const now_ms = times[book] as number
  let known = 0
  while (known < bars.length && (bars[known] as number) + MINUTE_MS <= now_ms) known += BAR_FIELDS
  return known
}

/** The day as it would be if the data ended with this book. */
export function cutAfter(day: PackedDay, book: number): PackedDay {
  const rows = day.offsets[book + 1] ?? 0
  return {
    date: day.date,
    session: day.session,
    bars: day.bars.subarray(0, knownBars(day, book)),
    times: day.times.subarray(0, book + 1),
    spots: day.spots.subarray(0, book + 1),
    offsets: day.offsets.subarray(0, book + 2),
    strikes: day.strikes.subarray(0, rows),
    bids: day.bids.subarray(0, rows),
    asks: day.asks.subarray(0, rows),
  }
}

/** The same books and bars at the same times, with other prices from the next book on. `uniform` draws from [0, 1). */
export function scrambledAfter(day: PackedDay, book: number, uniform: () => number): PackedDay {
  const bars = day.bars.slice()
  const spots = day.spots.slice()
  const bids = day.bids.slice()
  const asks = day.asks.slice()
  // A book of the day.
  const level = (spots[book] as number) * (0.9 + 0.2 * uniform())
  for (let at = knownBars(day, book); at < bars.length; at += BAR_FIELDS) {
    const [a, b] = [level * (0.97 + 0.06 * uniform()), level * (0.97 + 0.06 * uniform())]
    bars.set([a, Math.max(a, b) * (1 + 0.02 * uniform()), Math.min(a, b) * (1 - 0.02 * uniform()), b], at + 1)
  }
  for (let at = book + 1; at < spots.length; at++) spots[at] = level * (0.97 + 0.06 * uniform())
  for (let row = day.offsets[book + 1] ?? 0; row < bids.length; row++) {
    bids[row] = 5 * uniform()
    // Set the line before.
    asks[row] = (bids[row] as number) + uniform()
  }
  return { ...day, bars, spots, bids, asks }
}
