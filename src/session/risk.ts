/**
 * Risk, right before an order leaves: pure, (order, what is known at this moment) → a denial or null.
 * Entry points: `denyOpening`, `denyClosing`.
 *
 * 1. Every opening passes all of I13, I14, I16 and I17 here, and closes nobody else's position (I9), on facts read for
 *    this very order; what could not be read denies. (I15, the host, is asserted by the broker adapter on every
 *    request.)
 * 2. A close is held only against what is held (I9) and a pace: closing always gets through in the end.
 */
import { occOf } from '../broker/occ.ts'
import type { BrokerPosition, OrderRequest } from '../broker/port.ts'
import { exact } from '../strategy/exact.ts'
import { positionMarks } from '../strategy/structure.ts'
import type { Quote } from '../strategy/types.ts'
import { buyingPowerNeeded } from './account-check.ts'
import { cutOff_ms } from './clockwork.ts'
import type { Denial } from './denial.ts'
import type { SessionMode } from './mode.ts'
import { activeOrder, heldQty, isStopping, type MarketView, type SessionState } from './state.ts'

/** What is read afresh for an opening; null where it could not be read. */
export interface FreshFacts {
  /** The team's switch for this account. */
  readonly controlMode: SessionMode | null
  readonly optionsBuyingPower: string | null
  /** Quotes of the order's legs, in their order. */
  readonly legs: readonly (Quote | null)[] | null
  /** What the account holds, whoever's it is. */
  readonly positions: readonly BrokerPosition[] | null
  /** Orders sent in the last minute of wall time, this one not counted. */
  readonly sentLastMinute: number
}

export const OPENS_PER_DAY_MAX = 12
export const OPENS_PER_MINUTE_MAX = 6
export const CLOSES_PER_MINUTE_MAX = 30
/** Furthest that an opening's limit may stand from the position's present mid, dollars a share. */
export const PRICE_BAND = 0.25

type Check = (request: OrderRequest, state: SessionState, view: MarketView, facts: FreshFacts) => Denial | null

const deny = (code: Denial['code'], numbers: Denial['numbers'] = {}): Denial => ({ code, numbers })

export function denyOpening(
  request: OrderRequest,
  state: SessionState,
  view: MarketView,
  facts: FreshFacts,
): Denial | null {
  for (const check of OPENING_CHECKS) {
    const denial = check(request, state, view, facts)
    if (denial !== null) return denial
  }
  return null
}

/** The switch as read for this very order; null: it could not be read. */
export function denyBySwitch(controlMode: SessionMode | null): Denial | null {
  if (controlMode === null) return deny('kill_switch_unreadable')
  return controlMode === 'ACTIVE' ? null : deny('kill_switch', { mode: controlMode })
}

const killSwitch: Check = (_request, _state, _view, { controlMode }) => denyBySwitch(controlMode)

/** What the session itself says to an opening: at once, and again as its turn at the broker comes. */
export function denyByMode(state: SessionState): Denial | null {
  if (isStopping(state)) return deny('mode_not_active', { mode: 'stopping' })
  return state.mode === 'ACTIVE' ? null : deny('mode_not_active', { mode: state.mode })
}

const mode: Check = (_request, state) => denyByMode(state)

const hours: Check = (_request, state, view) => {
  const now_ms = view.now.market_ms
  const until_ms = cutOff_ms(state)
  if (now_ms >= state.session.open_ms && now_ms < until_ms) return null
  return deny('market_closed', { now_ms, open_ms: state.session.open_ms, until_ms })
}

const instrument: Check = (request, state) => {
  for (const { symbol } of request.legs) {
    const contract = occOf(symbol)
    const allowed = contract?.root === 'SPY' && contract.right === 'put' && contract.expiry === state.session.date
    if (!allowed) return deny('instrument_not_allowed', { symbol })
  }
  return null
}

const contracts: Check = (request, state) => {
  const limit = state.strategy.profile.contracts
  const active = activeOrder(state)
  const working = active !== null && active.clientOrderId !== request.clientOrderId ? active.qty - active.filledQty : 0
  const wanted = heldQty(state.trade) + working + request.qty
  return wanted <= limit ? null : deny('contracts_limit', { wanted, limit })
}

const dailyLoss: Check = (_request, state) => {
  const limitCents = -state.plan.maxDailyLossCents
  return state.netPnlCents > limitCents ? null : deny('daily_loss_limit', { pnlCents: state.netPnlCents, limitCents })
}

const pace: Check = (_request, state, _view, { sentLastMinute }) => {
  if (sentLastMinute >= OPENS_PER_MINUTE_MAX) {
    return deny('orders_per_minute', { sent: sentLastMinute, limit: OPENS_PER_MINUTE_MAX })
  }
  return state.openAttempts <= OPENS_PER_DAY_MAX
    ? null
    : deny('orders_per_day', { sent: state.openAttempts, limit: OPENS_PER_DAY_MAX })
}

const freshQuote: Check = (_request, state, view, { legs }) => {
  const limit_s = state.strategy.limits.quoteAgeMax_s + view.latency_s
  const times = legs?.map((leg) => leg?.t_ms ?? null) ?? [null]
  const known = times.filter((t_ms) => t_ms !== null)
  if (known.length < times.length) return deny('stale_quote', { limit_s })
  const age_s = (view.now.market_ms - Math.min(...known)) / 1000
  return age_s <= limit_s ? null : deny('stale_quote', { age_s, limit_s })
}

const priceBand: Check = (request, _state, _view, { legs }) => {
  const [short, long] = legs ?? []
  const marks = short ? positionMarks(short, request.legs.length === 2 ? (long ?? null) : null) : null
  const limit = request.limitPrice
  if (limit === null || marks?.mid == null) return deny('price_outside_band', { band: PRICE_BAND })
  const away = exact(limit).minus(marks.mid).abs()
  return away.lte(PRICE_BAND) ? null : deny('price_outside_band', { limit, mid: marks.mid, band: PRICE_BAND })
}

const buyingPower: Check = (request, state, _view, { optionsBuyingPower }) => {
  if (optionsBuyingPower === null) return deny('buying_power_unreadable')
  const { structure, width } = state.strategy
  const strike = occOf(request.legs[0].symbol)?.strike ?? 0
  const needed = buyingPowerNeeded(structure === 'put_spread' ? width : strike, request.qty)
  // A spread ties up its width less the credit: at the limit price at the latest.
  const credit =
    structure === 'put_spread'
      ? exact(request.limitPrice ?? 0)
          .times(100)
          .times(request.qty)
      : 0
  const tied = needed.minus(credit)
  return tied.lte(optionsBuyingPower)
    ? null
    : deny('buying_power', { needed: tied.toFixed(2), has: optionsBuyingPower })
}

/** Where the other side of a leg is held, the order would close that: an account nets what is in it. */
const opposite: Check = (request, _state, _view, { positions }) => {
  if (positions === null) return deny('positions_unreadable')
  for (const { symbol, side } of request.legs) {
    const held = positions.find((position) => position.symbol === symbol)?.qty ?? 0
    if (side === 'sell' ? held > 0 : held < 0) return deny('opposite_position', { symbol, held })
  }
  return null
}

/** In the order in which they are asked; the first that denies is the reason. */
const OPENING_CHECKS: readonly Check[] = [
  killSwitch,
  mode,
  hours,
  instrument,
  contracts,
  dailyLoss,
  pace,
  freshQuote,
  priceBand,
  buyingPower,
  opposite,
]

/** What other closes of the same leg (null: of whole positions) that may still fill would take. */
function closingElsewhere({ clientOrderId }: OrderRequest, { orders }: SessionState, leg: string | null): number {
  let qty = 0
  for (const order of Object.values(orders)) {
    const isOther = order.clientOrderId !== clientOrderId && order.purpose === 'close' && order.status !== 'ended'
    if (isOther && order.leg === leg) qty += order.qty - order.filledQty
  }
  return qty
}

export function denyClosing(request: OrderRequest, state: SessionState, sentLastMinute: number): Denial | null {
  const [{ symbol: only }] = request.legs
  const leftover = request.legs.length === 1 ? state.trade?.leftovers.find(({ symbol }) => symbol === only) : undefined
  const held = leftover === undefined ? heldQty(state.trade) : Math.abs(leftover.qty)
  const free = held - closingElsewhere(request, state, leftover === undefined ? null : leftover.symbol)
  const known = request.legs.every(({ symbol }) => state.trade?.symbols.includes(symbol) ?? false)
  if (!known || request.qty > free) return deny('close_exceeds_position', { wanted: request.qty, held: free })
  return sentLastMinute < CLOSES_PER_MINUTE_MAX
    ? null
    : deny('orders_per_minute', { sent: sentLastMinute, limit: CLOSES_PER_MINUTE_MAX })
}
