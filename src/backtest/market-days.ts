/**
 * Days of the seeded market model for a backtest: the very market that the simulator plays, seen once a minute (or as
 * often as asked). A day is a function of seed and start alone.
 *
 * Entry points: `marketDays`, `marketModelDigest`.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { type PackedDay, packBars } from '../replay/packed-day.ts'
import type { MarketDay } from '../sim/market/price-source.ts'
import { seededSource } from '../sim/market/seeded-source.ts'
import { midOf } from '../strategy/exact.ts'

export interface MarketDaysOptions {
  readonly seed: string
  /** The first trading day on or after it begins the run. */
  readonly from: string
  readonly days: number
  /** Seconds between two books: 60 is one as each minute completes. */
  readonly bookEvery_s: number
}

/** Changes with the model's code, so that days made by another version are never taken for its own. */
export async function marketModelDigest(): Promise<string> {
  const folder = new URL('../sim/market/', import.meta.url)
  const names = (await readdir(folder)).filter((name) => /\.(ts|js)$/.test(name)).sort()
  const hash = createHash('sha256')
  for (const name of names) hash.update(name).update(await readFile(new URL(name, folder)))
  return hash.digest('hex')
}

function packMarketDay(day: MarketDay, bookEvery_s: number): PackedDay {
  const { session, bars } = day
  const step_ms = bookEvery_s * 1000
  const count = Math.floor((session.close_ms - session.open_ms) / step_ms)
  const [times, spots] = [new Float64Array(count), new Float64Array(count)]
  const offsets = new Uint32Array(count + 1)
  const rowsMax = count * day.strikes.length
  const [strikes, bids, asks] = [new Float64Array(rowsMax), new Float64Array(rowsMax), new Float64Array(rowsMax)]
  let row = 0
  for (let index = 0; index < count; index++) {
    const t_ms = session.open_ms + (index + 1) * step_ms
    const book = day.bookAt(t_ms)
    if (book === null) throw new Error(`expected a book of the model at ${new Date(t_ms).toISOString()}, got none`)
    times[index] = t_ms
    spots[index] = midOf(book.spot.bid, book.spot.ask)
    for (const [strike, { bid, ask }] of book.puts) {
      strikes[row] = strike
      bids[row] = bid
      asks[row] = ask
      row++
    }
    offsets[index + 1] = row
  }
  const rows = { strikes: strikes.slice(0, row), bids: bids.slice(0, row), asks: asks.slice(0, row) }
  return { date: session.date, session, bars: packBars(bars), times, spots, offsets, ...rows }
}

/** One day at a time: only the day before it is needed to make the next. */
export function* marketDays({ seed, from, days, bookEvery_s }: MarketDaysOptions): Generator<PackedDay> {
  const source = seededSource({ seed, startDate: from })
  let day: MarketDay | null = source.firstDay()
  for (let made = 0; made < days && day !== null; made++) {
    yield packMarketDay(day, bookEvery_s)
    if (made + 1 < days) day = source.dayAfter(day)
  }
}
