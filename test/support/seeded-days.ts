/** Days of the seeded market as the replay reads days: books of so many seconds apart, with what is near the money. */
import type { RecordedDay } from '../../src/replay/recorded.ts'
import type { MarketDay } from '../../src/sim/market/price-source.ts'
import { seededSource } from '../../src/sim/market/seeded-source.ts'
import { newYorkTime } from '../../src/strategy/newyork-time.ts'

/** Dollars around SPY within which a position of the day's stays. */
const ROWS_WITHIN = 20

/** The first `count` days of a seed. */
export function seededDays(seed: string, startDate: string, count: number): readonly MarketDay[] {
  const source = seededSource({ seed, startDate })
  const days = [source.firstDay()]
  while (days.length < count) {
    const next = source.dayAfter(days[days.length - 1] as MarketDay)
    if (next === null) break
    days.push(next)
  }
  return days
}

export function asRecorded(day: MarketDay, every_s: number): RecordedDay {
  const books = []
  for (let t_ms = day.session.open_ms; t_ms <= day.session.close_ms; t_ms += every_s * 1000) {
    const book = day.bookAt(t_ms)
    if (book === null) continue
    const spot = (book.spot.bid + book.spot.ask) / 2
    const rows = [...book.puts]
      .filter(([strike]) => Math.abs(strike - spot) <= ROWS_WITHIN)
      .map(([strike, { bid, ask }]) => ({ strike, bid, ask }))
    books.push({ t_ms, time: newYorkTime(t_ms), spot, rows })
  }
  return { date: day.session.date, session: day.session, bars: day.bars, books }
}
