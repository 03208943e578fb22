/**
 * The market's timeline: what happens when, in market time. Knows no wall clock, no sockets, no accounts.
 *
 * Entry points: `Market.advance` (running), `Market.step…` (paused clock), and what is public by now.
 *
 * 1. Everything happens in order of market time; at one instant: bars completed by then, the book (SPY, then puts),
 *    then the moment itself (liquidation, close).
 * 2. Listeners see every book (for matching). `publish` is called for every book while stepping; while running only for
 *    the latest book of an advance and for each book at which a bar completes.
 * 3. Ten minutes after a close the market is at the next day's start, ten minutes before its open. After the last day
 *    of a recording it has ended and stays where it is.
 * 4. Nothing later than `now_ms` can be read from it.
 */
import type { SessionHours } from '../../strategy/types.ts'
import { MINUTE_MS } from '../../time/units.ts'
import { PastDays, putBarsOf } from './past-days.ts'
import type { BookQuote, MarketBook, MarketDay, PriceSource, VolumeBar } from './price-source.ts'

const DAY_MARGIN_MS = 10 * MINUTE_MS
const BAR_MS = MINUTE_MS
const LIQUIDATION_BEFORE_CLOSE_MS = 15 * MINUTE_MS
/** A step or an advance covers at most this many instants: a week of seconds, far more than anything asks for. */
const INSTANTS_MAX = 600_000

type Moment = 'liquidation' | 'close'

export interface MarketListener {
  /** Completed bars, in order; always published. */
  onBars(bars: readonly VolumeBar[]): void
  onBook(book: MarketBook): void
  publish(book: MarketBook): void
  onMoment(moment: Moment, day: MarketDay): void
  onDay(day: MarketDay): void
}

interface Shock {
  readonly pct: number
  /** Market time at which the whole of it has happened. */
  readonly until_ms: number
}

/** Where a step came to rest. */
export type StepStop = 'time' | 'book' | 'close' | 'day_start' | 'end'

export class Market {
  readonly #source: PriceSource
  readonly #listener: MarketListener
  readonly #past: PastDays
  #day: MarketDay
  #now_ms: number
  #bars = 0
  #book: MarketBook | null = null
  #unpublished = false
  #ended = false
  #shock: Shock | null = null

  constructor(source: PriceSource, listener: MarketListener) {
    this.#source = source
    this.#listener = listener
    this.#day = source.firstDay()
    this.#past = new PastDays(source, this.#day.session)
    this.#now_ms = startOf(this.#day)
  }

  get now_ms(): number {
    return this.#now_ms
  }

  get ended(): boolean {
    return this.#ended
  }

  get session(): SessionHours {
    return this.#day.session
  }

  get source(): PriceSource {
    return this.#source
  }

  get isOpen(): boolean {
    return this.#now_ms >= this.session.open_ms && this.#now_ms < this.session.close_ms
  }

  /** The book in force; null before the day's first. */
  get book(): MarketBook | null {
    return this.#book
  }

  /** Strikes of the contracts that expire today; none once they have expired. */
  get strikes(): readonly number[] {
    return this.#now_ms >= this.session.close_ms ? [] : this.#day.strikes
  }

  /** Today's completed bars. */
  get barsToday(): readonly VolumeBar[] {
    return this.#day.bars.slice(0, this.#bars)
  }

  /** SPY's completed bars that begin in [from_ms, to_ms], of today and the past, in order. */
  bars(from_ms: number, to_ms: number): readonly VolumeBar[] {
    const today = this.barsToday.filter(({ t_ms }) => t_ms >= from_ms && t_ms <= to_ms)
    return [...this.#past.bars(from_ms, to_ms), ...today]
  }

  /** Days that have closed and may have a daily bar in [from_ms, to_ms], in order. */
  closedDays(from_ms: number, to_ms: number): readonly MarketDay[] {
    const today = this.#now_ms >= this.session.close_ms ? [this.#day] : []
    return [...this.#past.days(from_ms, to_ms), ...today]
  }

  /** Completed bars of a put that expires, or expired, on `date`, in order. */
  putBars(date: string, strike: number): readonly VolumeBar[] {
    if (date !== this.session.date) return this.#past.putBars(date, strike)
    return putBarsOf(this.#day, this.#now_ms).get(strike) ?? []
  }

  /** Bid and ask of SPY; null before the first book. */
  get spot(): (BookQuote & { readonly t_ms: number }) | null {
    return this.#book === null ? null : { ...this.#book.spot, t_ms: this.#book.t_ms }
  }

  /** The shock under way; null when there is none. */
  get shockNow(): Shock | null {
    return this.#shock !== null && this.#shock.until_ms > this.#now_ms ? this.#shock : null
  }

  /** Moves the price by `pct` percent over the next `seconds` of market time. False where prices are recorded. */
  shock(pct: number, seconds: number): boolean {
    if (!this.#day.shock(this.#now_ms, pct, seconds)) return false
    this.#shock = { pct, until_ms: this.#now_ms + seconds * 1000 }
    return true
  }

  /** Runs to `to_ms`, or to the next day's start if the day ends before. */
  advance(to_ms: number): void {
    this.#run(to_ms, false)
    this.#publishLatest()
  }

  /** Publishes everything on the way. Passes over the nights: `to_ms` in a night ends at the next day's start. */
  stepTo(to_ms: number): StepStop {
    for (let instants = 0; instants < INSTANTS_MAX; instants++) {
      const stop = this.#run(to_ms, true)
      if (stop !== 'day_start' || this.#now_ms >= to_ms) return stop
    }
    throw new RangeError('expected a step over fewer days: step to a nearer time')
  }

  /** Like `stepTo`, `seconds` of running market time on: the nights are not counted. */
  stepSeconds(seconds: number): StepStop {
    let left_ms = seconds * 1000
    for (let days = 0; days < INSTANTS_MAX; days++) {
      const before_ms = this.#now_ms
      const dayEnd_ms = endOf(this.#day)
      const stop = this.#run(Math.min(before_ms + left_ms, dayEnd_ms), true)
      left_ms -= Math.min(left_ms, dayEnd_ms - before_ms)
      if (left_ms <= 0 || stop === 'end') return stop
    }
    throw new RangeError('expected a step over fewer days: step fewer seconds')
  }

  /** To the next book of the day; without one to the close, from there to the next day's start. */
  stepBook(): StepStop {
    const next_ms = this.#day.nextBookAfter(this.#now_ms)
    if (next_ms !== null) {
      this.#run(next_ms, true)
      return 'book'
    }
    if (this.#now_ms < this.session.close_ms) {
      this.#run(this.session.close_ms, true)
      return 'close'
    }
    return this.#run(endOf(this.#day), true)
  }

  #run(to_ms: number, publishAll: boolean): StepStop {
    for (let instants = 0; this.#now_ms < to_ms; instants++) {
      if (this.#ended) return 'end'
      if (instants > INSTANTS_MAX) throw new RangeError('expected fewer instants in one step: step to a nearer time')
      const next_ms = Math.min(to_ms, this.#nextInstant())
      this.#now_ms = next_ms
      if (next_ms >= endOf(this.#day)) return this.#nextDay()
      this.#happen(publishAll)
    }
    return this.#ended ? 'end' : 'time'
  }

  #nextInstant(): number {
    const { session } = this.#day
    const times = [
      this.#day.nextBookAfter(this.#now_ms),
      this.#barEnd(),
      session.close_ms - LIQUIDATION_BEFORE_CLOSE_MS,
      session.close_ms,
    ]
    let next_ms = endOf(this.#day)
    for (const t_ms of times) if (t_ms !== null && t_ms > this.#now_ms && t_ms < next_ms) next_ms = t_ms
    return next_ms
  }

  /** When the first bar that is not yet out will be complete. */
  #barEnd(): number | null {
    const bar = this.#day.bars[this.#bars]
    return bar === undefined ? null : bar.t_ms + BAR_MS
  }

  #happen(publishAll: boolean): void {
    const now_ms = this.#now_ms
    const completed: VolumeBar[] = []
    for (let end = this.#barEnd(); end !== null && end <= now_ms; end = this.#barEnd()) {
      const bar = this.#day.bars[this.#bars]
      if (bar !== undefined) completed.push(bar)
      this.#bars += 1
    }
    if (completed.length > 0) this.#listener.onBars(completed)
    const book = this.#day.bookAt(now_ms)
    if (book !== null && book.t_ms !== this.#book?.t_ms) {
      this.#book = book
      this.#unpublished = true
      this.#listener.onBook(book)
    }
    if (publishAll || completed.length > 0) this.#publishLatest()
    const { close_ms } = this.session
    if (now_ms === close_ms - LIQUIDATION_BEFORE_CLOSE_MS) this.#listener.onMoment('liquidation', this.#day)
    if (now_ms === close_ms) this.#listener.onMoment('close', this.#day)
  }

  #publishLatest(): void {
    if (!this.#unpublished || this.#book === null) return
    this.#unpublished = false
    this.#listener.publish(this.#book)
  }

  #nextDay(): StepStop {
    this.#publishLatest()
    const next = this.#source.dayAfter(this.#day)
    if (next === null) {
      this.#ended = true
      return 'end'
    }
    this.#past.add(this.#day)
    this.#day = next
    this.#bars = 0
    this.#book = null
    this.#now_ms = startOf(next)
    this.#listener.onDay(next)
    return 'day_start'
  }
}

const startOf = (day: MarketDay): number => day.session.open_ms - DAY_MARGIN_MS
const endOf = (day: MarketDay): number => day.session.close_ms + DAY_MARGIN_MS
