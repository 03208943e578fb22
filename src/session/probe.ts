/** The order with which a drill tries the guards out: pure. Entry point: `probeRequest`. */
import { putSymbol } from '../broker/occ.ts'
import type { OrderRequest } from '../broker/port.ts'
import { clientOrderIdPrefix } from './intents.ts'
import { spotOf } from './pricing.ts'
import type { MarketView, SessionState } from './state.ts'

/** Before the first quote of a day any strike will do: the guards that are tried out look at none. */
const STRIKE_UNKNOWN = 500
const LIMIT_PRICE = '0.01'

/** An opening as the strategy would make it, at the money and in full size; its id is no opening's. */
export function probeRequest(state: SessionState, view: MarketView | null): OrderRequest {
  const { strategy, session } = state
  const strike = Math.ceil(spotOf(view?.spot ?? null) ?? STRIKE_UNKNOWN)
  const sold = { symbol: putSymbol(session.date, strike), side: 'sell', positionIntent: 'sell_to_open' } as const
  const bought = { side: 'buy', positionIntent: 'buy_to_open' } as const
  const hedge = () => ({ ...bought, symbol: putSymbol(session.date, strike - strategy.width) })
  return {
    clientOrderId: `${clientOrderIdPrefix(state)}drill`,
    qty: strategy.profile.contracts,
    legs: strategy.structure === 'put_spread' ? [sold, hedge()] : [sold],
    limitPrice: LIMIT_PRICE,
  }
}
