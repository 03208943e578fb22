/**
 * The seeded market as a price source: trading days of the exchange's calendar from a start date on, without end.
 * A book a second, from ten minutes before the open (SPY alone) to the close.
 */

import { hashText, noiseAt } from '../../config/prng.ts'
import { nextSession, sessionHours, sessionsBetween } from '../../strategy/exchange-calendar.ts'
import type { SessionHours } from '../../strategy/types.ts'
import type { BookQuote, MarketBook, MarketDay, PriceSource, VolumeBar } from './price-source.ts'
import { quoteChain } from './seeded-chain.ts'
import { type DayPath, type DayState, dayPath, firstDayState, nextDayState, PRE_OPEN_S, uShape } from './seeded-path.ts'
import { shockPath } from './seeded-shock.ts'

const START_PRICE = 770
/** Contracts are listed this far around the opening price, so that a position keeps its quote on any likely day. */
const LISTED_SHARE = 0.04
const MINUTE_S = 60

interface SeededOptions {
  readonly seed: string
  /** `YYYY-MM-DD`; the market starts on the first trading day on or after it. */
  readonly startDate: string
}

export function seededSource(options: SeededOptions): PriceSource {
  const states = new Map<string, DayState>()
  const dayOf = (session: SessionHours, state: DayState): MarketDay => {
    states.clear()
    states.set(session.date, state)
    return seededDay(options.seed, session, dayPath(options.seed, session, state))
  }
  return {
    kind: 'SIM',
    label: options.seed,
    firstDay: () => {
      const session = sessionHours(options.startDate) ?? nextSession(options.startDate)
      return dayOf(session, firstDayState(options.seed, START_PRICE))
    },
    dayAfter: (day) => {
      const before = states.get(day.session.date)
      if (before === undefined) throw new Error(`expected the day that was made last, got ${day.session.date}`)
      const session = nextSession(day.session.date)
      return dayOf(session, nextDayState(options.seed, session.date, before, day.closePrice))
    },
    // Nobody saw it, so it needs no day before it.
    dayOfHistory: (session) => {
      const state = firstDayState(`${options.seed}/${session.date}`, START_PRICE)
      return seededDay(options.seed, session, dayPath(options.seed, session, state))
    },
    sessions: sessionsBetween,
    sessionAfter: nextSession,
  }
}

function seededDay(seed: string, session: SessionHours, path: DayPath): MarketDay {
  const daySeed = hashText(`${seed}/${session.date}/book`)
  const seconds = path.mids.length - 1
  const firstBook_ms = session.open_ms - PRE_OPEN_S * 1000
  const strikes = listedStrikes(path.mids[0] ?? START_PRICE)
  const makeBook = (t_ms: number): MarketBook => {
    const second = (t_ms - session.open_ms) / 1000
    const mid = (second < 0 ? path.preOpen[second + PRE_OPEN_S] : path.mids[second]) ?? START_PRICE
    const spot = stockQuote(mid, daySeed, second)
    let puts: ReadonlyMap<number, BookQuote> | null = second < 0 ? new Map() : null
    return {
      t_ms,
      spot,
      // Most books are only looked at for SPY: the chain is priced when somebody asks.
      get puts() {
        puts ??= quoteChain(
          {
            seed,
            date: session.date,
            second,
            secondsLeft: seconds - second,
            spot: mid,
            dayVol: path.dayVol,
            slowVol: path.slowVol[second] ?? 0,
            varianceLeft: path.varianceLeft[second] ?? 0,
          },
          strikes,
        )
        return puts
      },
    }
  }
  let bars = minuteBars(session, path, daySeed)
  let last: MarketBook | null = null
  return {
    session,
    get bars() {
      return bars
    },
    strikes,
    get closePrice() {
      return toCent(path.mids[seconds] ?? START_PRICE)
    },
    nextBookAfter: (t_ms) => {
      const next = Math.max(firstBook_ms, session.open_ms + Math.floor((t_ms - session.open_ms) / 1000 + 1) * 1000)
      return next <= session.close_ms ? next : null
    },
    bookAt: (t_ms) => {
      if (t_ms < firstBook_ms) return null
      const second = Math.floor((Math.min(t_ms, session.close_ms) - session.open_ms) / 1000)
      const at_ms = session.open_ms + second * 1000
      if (last?.t_ms !== at_ms) last = makeBook(at_ms)
      return last
    },
    shock: (t_ms, pct, shockSeconds) => {
      shockPath(path, Math.floor((t_ms - session.open_ms) / 1000), pct, shockSeconds)
      bars = minuteBars(session, path, daySeed)
      return true
    },
  }
}

const toCent = (price: number): number => Math.round(price * 100) / 100

function listedStrikes(open: number): number[] {
  const strikes: number[] = []
  for (let strike = Math.ceil(open * (1 - LISTED_SHARE)); strike <= open * (1 + LISTED_SHARE); strike++) {
    strikes.push(strike)
  }
  return strikes
}

function stockQuote(mid: number, seed: number, second: number): BookQuote {
  const widthCents = noiseAt(seed, second, 1) < 0.8 ? 1 : 2
  const bidCents = Math.floor(mid * 100 - (widthCents - 1) / 2)
  return {
    bid: bidCents / 100,
    ask: (bidCents + widthCents) / 100,
    bidSize: 100 * (1 + Math.floor(9 * noiseAt(seed, second, 2))),
    askSize: 100 * (1 + Math.floor(9 * noiseAt(seed, second, 3))),
  }
}

function minuteBars(session: SessionHours, path: DayPath, seed: number): VolumeBar[] {
  const minutes = Math.floor((path.mids.length - 1) / MINUTE_S)
  return Array.from({ length: minutes }, (_, minute) => {
    const prices = path.mids.subarray(minute * MINUTE_S, (minute + 1) * MINUTE_S)
    const busy = uShape((minute + 0.5) / minutes) ** 2
    const volume = Math.round(90_000 * busy * Math.exp(0.5 * (noiseAt(seed, minute, 4) * 2 - 1)))
    return {
      t_ms: session.open_ms + minute * MINUTE_S * 1000,
      o: toCent(prices[0] ?? 0),
      h: toCent(prices.reduce((high, price) => Math.max(high, price), Number.NEGATIVE_INFINITY)),
      l: toCent(prices.reduce((low, price) => Math.min(low, price), Number.POSITIVE_INFINITY)),
      c: toCent(prices.at(-1) ?? 0),
      volume,
      trades: Math.max(1, Math.round(volume / 120)),
    }
  })
}
