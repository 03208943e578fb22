/**
 * Made days for measuring speed: one-minute bars, one-minute books, a chain of 40 strikes. Not a market: each kind
 * drives the rules into one of their long ways.
 */
import { sessionHours, sessionsBetween } from '../strategy/exchange-calendar.ts'
import { newYorkTime } from '../strategy/newyork-time.ts'
import type { Bar, ChainRow, SessionHours } from '../strategy/types.ts'
import { MINUTE_MS } from '../time/units.ts'
import type { RecordedBook, RecordedDay } from './recorded.ts'

/**
 * `refused`: every decision of the window goes through all the rules and is refused by the last one.
 * `held`: entered with the first decision, held until the session ends.
 * `mixed`: prices move, so that days end by target, by stop, or late.
 */
export const BENCH_KINDS = ['refused', 'held', 'mixed'] as const
export type BenchKind = (typeof BENCH_KINDS)[number]

const STRIKES = 40
const cents = (price: number): number => Math.round(price * 100) / 100

/** A spot that wanders between −1 and 1 with the day's number, the same on every machine. */
const wander = (day: number, minute: number): number => Math.sin(day * 1.7 + minute / 53) * Math.cos(minute / 17 + day)

function barsOf(session: SessionHours, spotAt: (minute: number) => number): Bar[] {
  const count = (session.close_ms - session.open_ms) / MINUTE_MS
  return Array.from({ length: count }, (_, minute) => {
    const [o, c] = [cents(spotAt(minute)), cents(spotAt(minute + 1))]
    return {
      t_ms: session.open_ms + minute * MINUTE_MS,
      o,
      h: cents(Math.max(o, c) + 0.05),
      l: cents(Math.min(o, c) - 0.05),
      c,
    }
  })
}

function rowsOf(kind: BenchKind, spot: number, day: number, minute: number): ChainRow[] {
  const low = Math.round(spot) - STRIKES / 2
  return Array.from({ length: STRIKES }, (_, index) => {
    const strike = low + index
    const left = 1 - minute / 420
    // Refused: the width of the quote is the last thing that is looked at.
    const spread = kind === 'refused' ? 0.52 : 0.02
    const value =
      kind === 'held'
        ? 1.2 + (strike - Math.round(spot)) / 50
        : Math.max(0, strike - spot) + left * Math.exp(-Math.abs(strike - spot) / 2)
    const bid = kind === 'refused' ? 0.9 : cents(Math.max(0, value - 0.01 + (day % 3) / 100))
    return { strike, bid, ask: cents(bid + spread) }
  })
}

function makeDay(kind: BenchKind, session: SessionHours, day: number): RecordedDay {
  const spotAt = (minute: number): number => 770 + (kind === 'mixed' ? 1.5 : 0.2) * wander(day, minute)
  const bars = barsOf(session, spotAt)
  const books = bars.map((bar, minute): RecordedBook => {
    const t_ms = bar.t_ms + MINUTE_MS
    return { t_ms, time: newYorkTime(t_ms), spot: bar.c, rows: rowsOf(kind, bar.c, day, minute) }
  })
  return { date: session.date, session, bars, books }
}

/** The first `count` full trading days of 2026. */
export function* makeBenchDays(kind: BenchKind, count: number): Generator<RecordedDay> {
  let made = 0
  for (const { date } of sessionsBetween('2026-01-02', '2030-12-31')) {
    const session = sessionHours(date)
    if (session === null || session.close_ms - session.open_ms !== 390 * MINUTE_MS) continue
    if (made >= count) return
    yield makeDay(kind, session, made)
    made++
  }
}
