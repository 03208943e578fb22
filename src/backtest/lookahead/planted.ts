/**
 * Leaks planted on purpose, each a mistake that backtests are known to make: the check must find every one, or its
 * silence about the rules says nothing.
 *
 * Entry point: `PLANTED`. The last one gives itself away in no decision of the day as it was: only another future shows
 * it.
 */
import { BAR_FIELDS, type PackedDay } from '../../replay/packed-day.ts'
import { MINUTE_MS } from '../../time/units.ts'
import type { Trader } from './check.ts'

interface PlantedLeak {
  readonly name: string
  /** What it does, for people. */
  readonly words: string
  /** Makes a trader that has the leak of one that has none. */
  readonly of: (trader: Trader) => Trader
}

/** The trader reads another day than it is given. */
const reading =
  (read: (day: PackedDay) => PackedDay) =>
  (trader: Trader): Trader =>
  (day, until) =>
    trader(read(day), until)

/** Of the spot, from one book to the next: real days have none of it. */
const JUMP_SHARE = 0.02

/** Silent about it on the day as it was: its decisions there are the rules' own. */
const untilItJumps =
  (trader: Trader): Trader =>
  (day, until) =>
    trader(day, until).filter(({ book }) => {
      // A decision's book is one of the day.
      const [spot, next] = [day.spots[book] as number, day.spots[book + 1]]
      return next === undefined || Math.abs(next - spot) < JUMP_SHARE * spot
    })

const nextSpot = (day: PackedDay): PackedDay => {
  const spots = day.spots.map((spot, book) => day.spots[book + 1] ?? spot)
  return { ...day, spots }
}

const lastSpot = (day: PackedDay): PackedDay => {
  const last = day.spots[day.spots.length - 1] ?? 0
  return { ...day, spots: day.spots.map(() => last) }
}

const barUnderWay = (day: PackedDay): PackedDay => {
  const bars = day.bars.map((value, at) => (at % BAR_FIELDS === 0 ? value - MINUTE_MS : value))
  return { ...day, bars }
}

const wholeRange = (day: PackedDay): PackedDay => {
  const bars = day.bars.slice()
  let [high, low] = [0, Number.POSITIVE_INFINITY]
  for (let at = 0; at < bars.length; at += BAR_FIELDS) {
    // A bar has all of its fields.
    high = Math.max(high, bars[at + 2] as number)
    low = Math.min(low, bars[at + 3] as number)
  }
  if (bars.length > 0) bars.set([high, low], 2)
  return { ...day, bars }
}

/** Each book's quotes are those of the same strikes in the book after it. */
const nextQuotes = (day: PackedDay): PackedDay => {
  const [bids, asks] = [day.bids.slice(), day.asks.slice()]
  for (let book = 0; book + 1 < day.times.length; book++) {
    const next = new Map<number, number>()
    for (let row = day.offsets[book + 1] ?? 0; row < (day.offsets[book + 2] ?? 0); row++) {
      // Between two offsets of the day every row is there; so below.
      next.set(day.strikes[row] as number, row)
    }
    for (let row = day.offsets[book] ?? 0; row < (day.offsets[book + 1] ?? 0); row++) {
      const later = next.get(day.strikes[row] as number)
      if (later === undefined) continue
      bids[row] = day.bids[later] as number
      asks[row] = day.asks[later] as number
    }
  }
  return { ...day, bids, asks }
}

export const PLANTED: readonly PlantedLeak[] = [
  { name: 'next_spot', words: 'decides with the spot of the next book', of: reading(nextSpot) },
  { name: 'last_spot', words: 'chooses the strike by the last price of the day', of: reading(lastSpot) },
  { name: 'bar_under_way', words: 'counts the bar of the minute that is not over', of: reading(barUnderWay) },
  { name: 'whole_range', words: 'measures the range of the whole day', of: reading(wholeRange) },
  { name: 'next_quotes', words: 'fills and exits at the quotes of the next book', of: reading(nextQuotes) },
  { name: 'next_jump', words: 'decides as the rules do, but not where the next book jumps', of: untilItJumps },
]
