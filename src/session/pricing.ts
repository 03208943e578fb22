/** The position's prices out of the market view. */
import { type PositionMarks, positionMarks } from '../strategy/structure.ts'
import type { Quote } from '../strategy/types.ts'
import type { MarketView, SessionState } from './state.ts'

/** Time of the newest quote among the legs; null while a leg has none. */
export function quoteTime_ms(view: MarketView): number | null {
  let newest: number | null = null
  for (const leg of view.legs) {
    if (leg === null || leg.t_ms === null) return null
    newest = newest === null ? leg.t_ms : Math.max(newest, leg.t_ms)
  }
  return newest
}

export function legQuotes(view: MarketView): readonly Quote[] {
  return view.legs.filter((leg): leg is Quote => leg !== null)
}

/** Mid of a SPY quote for display; the rules compute their own, exactly. */
export function spotOf(spot: Quote | null): number | null {
  if (spot === null || spot.bid === null || spot.ask === null) return null
  return (spot.bid + spot.ask) / 2
}

/** What selling the position would yield right now, dollars a share; null without usable quotes. */
export function sellPriceNow(state: SessionState, view: MarketView): number | null {
  return marksNow(state, view).sell
}

const NO_MARKS: PositionMarks = { mid: null, sell: null, buy: null }

/** Marks of the position right now; all null while a leg has no quote. */
export function marksNow(state: SessionState, view: MarketView): PositionMarks {
  const [short, long] = view.legs
  if (!short) return NO_MARKS
  if (state.strategy.structure === 'short_put') return positionMarks(short, null)
  return long ? positionMarks(short, long) : NO_MARKS
}

/** A price a share as the broker takes it: whole cents, towards what fills. */
export function limitPrice(price: number, rounding: 'down' | 'up'): string {
  const cents = price * 100
  const whole = rounding === 'down' ? Math.floor(cents + 1e-6) : Math.ceil(cents - 1e-6)
  return (Math.max(whole, 1) / 100).toFixed(2)
}
