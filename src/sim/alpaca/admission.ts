/**
 * Whether the simulated broker takes an order: what depends on the account and the market, in the order in which Alpaca
 * would notice it. Returns what the order needs to be entered, or throws the refusal.
 *
 * 1. Puts that expire today may be opened until half an hour before the close; closing is taken until the close.
 * 2. A short put is cash-secured (strike × 100); inside a multi-leg order it must be covered by a long put of the
 *    order.
 * 3. Levels: 1 short puts, 2 adds long puts, 3 adds multi-leg orders. Closing needs no level.
 * 4. A working close holds its contracts: two closes cannot share them.
 */
import type { OrderSide, PositionIntent } from '../../broker/port.ts'
import type { SessionHours } from '../../strategy/types.ts'
import { MINUTE_MS } from '../../time/units.ts'
import type { MarketBook } from '../market/price-source.ts'
import type { Account } from './account.ts'
import { CONTRACT_SIZE, parsePut, UNDERLYING } from './contracts.ts'
import {
  duplicateId,
  expiresSoon,
  insufficientOptionsPower,
  insufficientPower,
  insufficientQty,
  intentMismatch,
  levelTooLow,
  uncovered,
  unprocessable,
} from './errors.ts'
import { marginCents } from './margin.ts'
import { heldForClosing, isClosing } from './order.ts'
import type { LegRequest, OrderRequest } from './order-request.ts'
import { touchOf } from './touch.ts'

const NO_OPEN_BEFORE_CLOSE_MS = 30 * MINUTE_MS

export interface MarketState {
  readonly now_ms: number
  readonly isOpen: boolean
  readonly session: SessionHours
  readonly strikes: readonly number[]
  readonly book: MarketBook | null
}

export interface AdmittedLeg {
  readonly symbol: string
  readonly side: OrderSide
  readonly intent: PositionIntent
  readonly ratio: number
}

interface Admission {
  readonly legs: readonly AdmittedLeg[]
  /** Buying power that a unit of the order holds while it works. */
  readonly heldCentsPerUnit: number
}

/** @throws AlpacaError 403 or 422. */
export function admit(request: OrderRequest, account: Account, market: MarketState): Admission {
  if (account.orders.some((order) => order.clientOrderId === request.clientOrderId)) throw duplicateId()
  for (const leg of request.legs) checkSymbol(leg, request, market)
  checkHours(request, market)
  const legs = request.legs.map((leg) => ({ ...leg, intent: checkIntent(leg, account) }))
  const opens = legs.some((leg) => !isClosing(leg.intent))
  for (const leg of legs) {
    const soon = market.now_ms >= market.session.close_ms - NO_OPEN_BEFORE_CLOSE_MS
    if (soon && !isClosing(leg.intent) && leg.symbol !== UNDERLYING) throw expiresSoon(leg.symbol)
  }
  checkLevel(request, legs, account, opens)
  for (const leg of legs) checkHeldQty(leg, request.qty, account)
  const heldCentsPerUnit = opens ? checkPower(request, legs, account, market) : 0
  if (!opens) checkReleasedCover(request, legs, account)
  return { legs, heldCentsPerUnit }
}

function checkSymbol(leg: LegRequest, request: OrderRequest, market: MarketState): void {
  if (leg.symbol === UNDERLYING && request.orderClass === 'simple') return
  const put = parsePut(leg.symbol)
  const listed = put !== null && put.expiry === market.session.date && market.strikes.includes(put.strike)
  if (listed) return
  if (put !== null && put.expiry <= market.session.date) throw unprocessable(`asset ${leg.symbol} is not active`)
  throw unprocessable(`asset "${leg.symbol}" not found`)
}

function checkHours(request: OrderRequest, market: MarketState): void {
  if (market.isOpen || request.legs[0]?.symbol === UNDERLYING) return
  throw unprocessable(`options ${request.type} orders are only allowed during market hours`)
}

function checkIntent(leg: LegRequest, account: Account): PositionIntent {
  const qty = account.qtyOf(leg.symbol)
  const closes = leg.side === 'buy' ? qty < 0 : qty > 0
  const inferred: PositionIntent = `${leg.side}_to_${closes ? 'close' : 'open'}`
  if (leg.intent !== null && leg.intent !== inferred) throw intentMismatch(inferred, leg.intent)
  return inferred
}

function checkLevel(request: OrderRequest, legs: readonly AdmittedLeg[], account: Account, opens: boolean): void {
  if (!opens || legs[0]?.symbol === UNDERLYING) return
  const level = account.options.optionsLevel
  if (request.orderClass === 'mleg') {
    if (level < 3) throw levelTooLow(3, level)
    const bought = legs.filter((leg) => leg.intent === 'buy_to_open').reduce((sum, leg) => sum + leg.ratio, 0)
    const sold = legs.filter((leg) => leg.intent === 'sell_to_open').reduce((sum, leg) => sum + leg.ratio, 0)
    if (sold > bought) throw uncovered()
    return
  }
  const required = legs[0]?.side === 'buy' ? 2 : 1
  if (level < required) throw levelTooLow(required, level)
}

function checkHeldQty(leg: AdmittedLeg, orderQty: number, account: Account): void {
  if (!isClosing(leg.intent)) return
  const existing = Math.abs(account.qtyOf(leg.symbol))
  const held = heldForClosing(account.working, leg.symbol)
  const requested = orderQty * leg.ratio
  if (requested > existing - held.qty) {
    throw insufficientQty(leg.symbol, requested, existing, held.qty, held.orderIds)
  }
}

function checkPower(
  request: OrderRequest,
  legs: readonly AdmittedLeg[],
  account: Account,
  market: MarketState,
): number {
  const debitCents = request.limitDebitCents ?? touchOf(legs, market.book)?.debitCents
  if (debitCents === undefined) throw unprocessable(`no quote for ${legs.map((leg) => leg.symbol).join(', ')}`)
  const availableCents = account.optionsPowerCents()
  const [single] = request.orderClass === 'simple' ? legs : []
  if (single?.symbol === UNDERLYING) {
    if (single.side === 'sell') throw insufficientQty(UNDERLYING, request.qty, 0, 0, [])
    return required(debitCents, request.qty, availableCents, insufficientPower)
  }
  if (single?.side === 'sell') {
    const strikeCents = Math.round((parsePut(single.symbol)?.strike ?? 0) * 100)
    return required(strikeCents * CONTRACT_SIZE, request.qty, availableCents, (needed, available) =>
      insufficientOptionsPower(needed, available, true),
    )
  }
  const opening = legs.filter((leg) => !isClosing(leg.intent))
  const margin = marginCents(
    opening.map((leg) => ({ symbol: leg.symbol, qty: leg.side === 'buy' ? leg.ratio : -leg.ratio })),
  )
  const unitCents = Math.max(0, margin + debitCents * CONTRACT_SIZE)
  return required(unitCents, request.qty, availableCents, (needed, available) =>
    insufficientOptionsPower(needed, available, false),
  )
}

function required(
  unitCents: number,
  qty: number,
  availableCents: number,
  refusal: (requiredCents: number, availableCents: number) => Error,
): number {
  if (unitCents * qty > availableCents) throw refusal(unitCents * qty, availableCents)
  return unitCents
}

/** Selling the long leg alone may leave a short put uncovered: then it must be cash-secured from now on. */
function checkReleasedCover(request: OrderRequest, legs: readonly AdmittedLeg[], account: Account): void {
  const after = [...account.positions.values()].map(({ symbol, qty }) => {
    const leg = legs.find((candidate) => candidate.symbol === symbol)
    const change = leg === undefined ? 0 : request.qty * leg.ratio * (leg.side === 'buy' ? 1 : -1)
    return { symbol, qty: qty + change }
  })
  const moreCents = marginCents(after) - account.marginCents()
  if (moreCents > 0 && moreCents > account.optionsPowerCents()) throw uncovered()
}
