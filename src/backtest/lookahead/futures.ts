/**
 * A day whose future is another one, or none: what a decision could not know at an instant is taken away or made up.
 *
 * Entry points: `cutAfter`, `ScrambledFutures`.
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

/** Books after which the whole future is made up anew: a peeker that one of them leaves silent meets the next. */
const REDRAWN_EVERY = 40

/**
 * The same books and bars at the same times, with other prices from the next book on: one book further with each call,
 * so that a day costs little more than being made up a few times over.
 *
 * 1. What a day of it holds is that of the last call: it is to be read before the next, and never written to.
 */
export class ScrambledFutures {
  readonly #day: PackedDay
  readonly #uniform: () => number
  readonly #made: Pick<PackedDay, 'bars' | 'spots' | 'bids' | 'asks'>
  /** Values up to which the day is its own. */
  #known = { bars: 0, books: 0 }
  #calls = 0

  /** @param uniform draws from [0, 1). */
  constructor(day: PackedDay, uniform: () => number) {
    const { bars, spots, bids, asks } = day
    this.#day = day
    this.#uniform = uniform
    this.#made = { bars: bars.slice(), spots: spots.slice(), bids: bids.slice(), asks: asks.slice() }
  }

  /** The day up to a book, and another future. Books are asked for in order. */
  after(book: number): PackedDay {
    this.#learn(book)
    if (this.#calls % REDRAWN_EVERY === 0) this.#redraw(book)
    this.#calls += 1
    return { ...this.#day, ...this.#made }
  }

  #learn(book: number): void {
    const { bars, spots, bids, asks, offsets } = this.#day
    const made = this.#made
    const known = { bars: knownBars(this.#day, book), books: book + 1 }
    if (known.books < this.#known.books) throw new Error(`expected books in order, got ${book} again`)
    made.bars.set(bars.subarray(this.#known.bars, known.bars), this.#known.bars)
    made.spots.set(spots.subarray(this.#known.books, known.books), this.#known.books)
    const [from, to] = [offsets[this.#known.books] ?? 0, offsets[known.books] ?? 0]
    made.bids.set(bids.subarray(from, to), from)
    made.asks.set(asks.subarray(from, to), from)
    this.#known = known
  }

  #redraw(book: number): void {
    const { bars, spots, bids, asks } = this.#made
    const uniform = this.#uniform
    // A book of the day.
    const level = (spots[book] as number) * (0.9 + 0.2 * uniform())
    for (let at = this.#known.bars; at < bars.length; at += BAR_FIELDS) {
      const [a, b] = [level * (0.97 + 0.06 * uniform()), level * (0.97 + 0.06 * uniform())]
      bars.set([a, Math.max(a, b) * (1 + 0.02 * uniform()), Math.min(a, b) * (1 - 0.02 * uniform()), b], at + 1)
    }
    for (let at = book + 1; at < spots.length; at++) spots[at] = level * (0.97 + 0.06 * uniform())
    for (let row = this.#day.offsets[book + 1] ?? 0; row < bids.length; row++) {
      bids[row] = 5 * uniform()
      // Set the line before.
      asks[row] = (bids[row] as number) + uniform()
    }
  }
}
