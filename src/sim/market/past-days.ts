/**
 * The market's past: days that were played, and before the first of them days that nobody saw, as far back as a history
 * reaches. Entry point: `PastDays`.
 *
 * 1. A day before the first is a day of its own: a function of source and date, asked for in whatever order.
 * 2. Bars of a put are its mid at a few seconds of each minute, as if somebody had traded there; a put nobody bids for
 *    has none.
 */
import { addDays } from '../../strategy/newyork-time.ts'
import type { SessionHours } from '../../strategy/types.ts'
import { MINUTE_MS } from '../../time/units.ts'
import type { MarketBook, MarketDay, PriceSource, VolumeBar } from './price-source.ts'

/** Days that were played and stay as they were, shocks and all. */
const PLAYED_MAX = 10
/** How far back the market has a history before its first day, calendar days. */
const HISTORY_DAYS = 90
/** Made days that are kept at hand: a page of bars is one of several of the same day. */
const MADE_MAX = 3
const BAR_MS = MINUTE_MS
/** Where in a minute its trades are. */
const TRADES_AT_MS = [0, 20_000, 40_000, 59_000] as const

type PutBars = ReadonlyMap<number, readonly VolumeBar[]>

export class PastDays {
  readonly #source: PriceSource
  readonly #first: SessionHours
  readonly #played: MarketDay[] = []
  readonly #made = new Map<string, MarketDay>()
  readonly #putBars = new Map<string, PutBars>()

  constructor(source: PriceSource, first: SessionHours) {
    this.#source = source
    this.#first = first
  }

  add(day: MarketDay): void {
    this.#played.push(day)
    if (this.#played.length > PLAYED_MAX) this.#played.shift()
  }

  /** Sessions with a history from `from_ms` to `to_ms`, in order. */
  #sessions(from_ms: number, to_ms: number): readonly SessionHours[] {
    const { date } = this.#first
    const before = this.#source.sessions(addDays(date, -HISTORY_DAYS), addDays(date, -1))
    const played = this.#played.map(({ session }) => session)
    return [...before, ...played].filter(({ open_ms, close_ms }) => close_ms > from_ms && open_ms <= to_ms)
  }

  /** SPY's bars that begin in [from_ms, to_ms], in order. */
  bars(from_ms: number, to_ms: number): VolumeBar[] {
    const days = this.#sessions(from_ms, to_ms).flatMap((session) => this.#day(session) ?? [])
    return days.flatMap(({ bars }) => bars.filter(({ t_ms }) => t_ms >= from_ms && t_ms <= to_ms))
  }

  /** Days whose daily bar begins in [from_ms, to_ms], in order. */
  days(from_ms: number, to_ms: number): MarketDay[] {
    return this.#sessions(from_ms, to_ms).flatMap((session) => this.#day(session) ?? [])
  }

  /** Bars of a put that expired on `date`, in order; none where there is no such day or contract. */
  putBars(date: string, strike: number): readonly VolumeBar[] {
    const session = this.#sessions(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY).find((one) => one.date === date)
    const day = session === undefined ? null : this.#day(session)
    if (day === null) return []
    const known = this.#putBars.get(date) ?? putBarsOf(day, day.session.close_ms)
    remember(this.#putBars, date, known)
    return known.get(strike) ?? []
  }

  #day(session: SessionHours): MarketDay | null {
    const played = this.#played.find((day) => day.session.date === session.date)
    if (played !== undefined) return played
    const day = this.#made.get(session.date) ?? this.#source.dayOfHistory(session)
    if (day !== null) remember(this.#made, session.date, day)
    return day
  }
}

function remember<T>(known: Map<string, T>, date: string, value: T): void {
  known.set(date, value)
  const [oldest] = known.keys()
  if (known.size > MADE_MAX && oldest !== undefined) known.delete(oldest)
}

/** Bars of all puts of a day, by strike, of the minutes that are over at `until_ms`. */
export function putBarsOf(day: MarketDay, until_ms: number): PutBars {
  const bars = new Map<number, VolumeBar[]>()
  for (const { t_ms } of day.bars) {
    if (t_ms + BAR_MS > until_ms) break
    const books = TRADES_AT_MS.flatMap((after_ms) => day.bookAt(t_ms + after_ms) ?? []).filter(
      // A recording may have had no book in this minute.
      (book) => book.t_ms >= t_ms,
    )
    for (const strike of day.strikes) {
      const bar = putBar(books, strike, t_ms)
      const known = bars.get(strike) ?? []
      if (bar !== null) known.push(bar)
      if (known.length > 0) bars.set(strike, known)
    }
  }
  return bars
}

function putBar(books: readonly MarketBook[], strike: number, t_ms: number): VolumeBar | null {
  const trades = books.flatMap(({ puts }) => {
    const quote = puts.get(strike)
    return quote === undefined || quote.bid <= 0 || quote.ask <= 0 ? [] : { price: middle(quote), size: quote.bidSize }
  })
  const [first, last] = [trades[0], trades.at(-1)]
  if (first === undefined || last === undefined) return null
  const prices = trades.map(({ price }) => price)
  return {
    t_ms,
    o: first.price,
    h: Math.max(...prices),
    l: Math.min(...prices),
    c: last.price,
    volume: trades.reduce((sum, { size }) => sum + size, 0),
    trades: trades.length,
  }
}

/** In whole cents, between bid and ask. */
const middle = ({ bid, ask }: { readonly bid: number; readonly ask: number }): number =>
  Math.round(((bid + ask) / 2) * 100) / 100
