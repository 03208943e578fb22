/**
 * A position that was held past the close, once it is known what became of it: pure. Entry points: `isUnsettled`,
 * `settleExpiry`.
 *
 * 1. First what orders did: fills of the desk's own that nobody had heard of, and closes of somebody else's (the
 *    broker's liquidation is one). Only what they leave expired, also of a spread of which they closed one leg alone.
 * 2. What expired is settled by the broker's list of expiries and assignments where that accounts for all of it, else
 *    at the official close: a put at least a cent in the money is exercised. Shares that were taken over are valued at
 *    that close; what they do afterwards is not the day's.
 * 3. The day ends a second time, and says what its first end said. Limits of a day that is over hold nothing back any
 *    more; what halted the account goes on doing so.
 */
import { occOf } from '../broker/occ.ts'
import type { BrokerActivity, BrokerOrder } from '../broker/port.ts'
import { centsOf, exact } from '../strategy/exact.ts'
import { rulePnl } from '../strategy/pnl.ts'
import { MULTIPLIER } from '../strategy/rules.ts'
import { EXIT_REASONS, type ExitReason } from '../strategy/types.ts'
import { adoptOrder } from './adoption.ts'
import { priceText } from './amounts.ts'
import { closedByOthers, type LegCloses, legsClosed } from './closed-by-others.ts'
import { closeTrade, endSession } from './closing.ts'
import type { JournalEvent } from './events.ts'
import { addFill } from './money.ts'
import { giveUpEntry } from './opening.ts'
import { applyOrder } from './orders.ts'
import type { Settlement } from './settled-events.ts'
import {
  heldQty,
  isStopping,
  type Leftover,
  type MarketView,
  type OrderState,
  type SessionState,
  type Trade,
} from './state.ts'
import { andThen, type Step, stay, step } from './step.ts'

/** What is known of a day that is over. */
export interface ExpiryFacts {
  /** All orders of the day. */
  readonly orders: readonly BrokerOrder[]
  /** Expiries, assignments and exercises as far as the broker lists them. */
  readonly activities: readonly BrokerActivity[]
  /** SPY's official close, dollars; null: not published yet. */
  readonly officialClose: number | null
}

/** Then a person has to look, and the account may be resumed without it. */
export const SETTLED_WITHIN_DAYS = 5

/** Ended with something open, and nobody has settled it. */
export const isUnsettled = ({ phase, trade }: Pick<SessionState, 'phase' | 'trade'>): boolean =>
  phase === 'ended' && trade !== null

/** Null: it is not known yet what became of all of it. Effects are none: nothing can be done about it any more. */
export function settleExpiry(ended: SessionState, facts: ExpiryFacts): Step | null {
  if (!isUnsettled(ended)) return null
  const view = atTheClose(ended)
  const { stop, drain, ...rest } = ended
  // A stop ends a session as soon as it is flat: this one ends when all is settled. The day's limit is over with the
  // day.
  const open: SessionState = { ...rest, stop: null, phase: 'exiting', breachedDay: true }
  const own = withOrders(stay(open), facts.orders)
  // A fill whose price is not known yet.
  if (own.effects.some(({ kind }) => kind === 'lookup')) return null
  // An opening that the broker has, and has not ended yet: how much of it was filled is not known.
  if (Object.values(own.state.orders).some(isStillOpening)) return null
  const ordered = andThen(own, (current) => closedByOthers(current, facts.orders, view))
  const settled = expire(ordered, facts, view)
  if (settled === null) return null
  const { status, dayNetPnlCents, dayBrokerPnlCents } = endOf(ended)
  const over = andThen(settled, (current) => {
    const { breachedDay } = ended
    const day: SessionState = { ...current, stop, ...(drain === undefined ? {} : { drain }), breachedDay }
    const how = isStopping(ended) ? 'stopped' : 'day_over'
    return endSession(day, how, { status, dayNetPnlCents, dayBrokerPnlCents })
  })
  return { ...over, effects: [] }
}

function isStillOpening({ purpose, status, orderId }: OrderState): boolean {
  return purpose === 'open' && status !== 'ended' && orderId !== null
}

/** What the first end said. */
const endOf = ({ netPnlCents, brokerPnlCents }: SessionState) =>
  ({ status: 'incomplete', dayNetPnlCents: netPnlCents, dayBrokerPnlCents: brokerPnlCents }) as const

/** Nothing is quoted any more, and nothing can be sent. */
function atTheClose({ session: { close_ms } }: SessionState): MarketView {
  return { now: { market_ms: close_ms, wall_ms: close_ms }, latency_s: 0, spot: null, legs: [], lastBar_ms: null }
}

/** What the broker knows of the day's orders, counted as at its close. */
export function withOrders(begun: Step, orders: readonly BrokerOrder[]): Step {
  const view = atTheClose(begun.state)
  return orders.reduce((result, order) => {
    const known = andThen(result, (current) => adoptOrder(current, order, view))
    return andThen(known, (current) => applyOrder(current, order, null, view))
  }, begun)
}

/** Null: what became of it is not known yet. */
function expire(begun: Step, { orders, activities, officialClose }: ExpiryFacts, view: MarketView): Step | null {
  const { state } = begun
  const { trade } = state
  if (trade === null) return begun
  // Decided, and of its order the broker knows nothing to this day: there was no trade.
  if (trade.openedQty === 0)
    return andThen(begun, (current) => giveUpEntry(current, 'the broker never showed the order', false))
  // To the cent, as it is published: what is settled is whole cents, then, whichever way it is summed.
  const close = officialClose === null ? null : exact(officialClose).round(2).toFixed()
  const legs = legsLapsed(begun, trade, close, activities)
  const qty = heldQty(trade)
  if (legs === null) return null
  if (qty <= 0) return andThen(legs, (current) => closeTrade(current, { ...trade, leftovers: [] }, view))
  const alone = legsClosed(state, trade, orders)
  const settlement = settlementOf(trade, { qty, alone }, close, activities)
  if (settlement === null) return null
  const told = andThen(legs, (current) =>
    step(
      current,
      alone.flatMap((leg, at) => legAlone(leg, trade.symbols[at])),
    ),
  )
  return andThen(told, (current) => closeExpired(current, trade, settlement, view))
}

/** Of a spread: what others closed of one leg, and of its partner not. */
function legAlone({ qty, notional }: LegCloses, symbol: string | undefined): JournalEvent[] {
  if (qty === 0 || symbol === undefined) return []
  const price = priceText(exact(notional).div(qty).round(8).toFixed())
  const message = `${qty} of the leg ${symbol} alone were closed at ${price} by orders that are not this desk's, unseen until now; they count at that price, and what expired at what it was worth.`
  return [{ type: 'engine_alert', code: 'position_mismatch', message, critical: false }]
}

function closeExpired(state: SessionState, trade: Trade, settlement: Settlement, view: MarketView): Step {
  const { qty, price } = settlement
  const mid = Number(price)
  const { decisionMid, openedQty: contracts } = trade
  // Of contracts that left before at other mids, expiry is no mid.
  const isWhole = trade.closedQty === 0 && settlement.legsClosed === undefined
  const rule = isWhole ? centsOf(rulePnl({ decisionMid, mid, contracts }, state.strategy)) : null
  const expired: Trade = {
    ...trade,
    closedQty: trade.closedQty + qty,
    closedNotional: addFill(trade.closedNotional, price, qty),
    leftovers: [],
    exit_ms: state.session.close_ms,
    exit: {
      reason: settlement.assignedQty > 0 ? 'assigned' : 'expired',
      // A rule that had decided to close it, and could not: it held all the same.
      alsoFired: firedBefore(trade),
      mid,
      rulePnlCents: rule,
      netPnlCents: null,
    },
  }
  const settlementCents = -centsOf(exact(price).times(qty).times(MULTIPLIER)) + 0
  return closeTrade({ ...state, settlementCents }, expired, view, settlement)
}

function firedBefore({ exit }: Trade): readonly ExitReason[] {
  if (exit === null) return []
  const reason = EXIT_REASONS.find((rule) => rule === exit.reason)
  return reason === undefined ? exit.alsoFired : [reason, ...exit.alsoFired]
}

const EXERCISED: ReadonlySet<BrokerActivity['type']> = new Set(['OPASN', 'OPEXC'])

/**
 * Of `qty` contracts of a put: how many the broker lists as exercised or assigned; null: it does not account for all.
 */
function listedExercised(symbol: string, qty: number, activities: readonly BrokerActivity[]): number | null {
  const own = activities.filter((activity) => activity.symbol === symbol)
  const sum = (some: readonly BrokerActivity[]): number => some.reduce((total, each) => total + Math.abs(each.qty), 0)
  if (sum(own) < qty) return null
  const exercised = sum(own.filter(({ type }) => EXERCISED.has(type)))
  return Math.min(qty, exercised)
}

/** The rule of expiry: a cent in the money is exercised. */
const CENT = 0.01

interface Unsettled {
  readonly qty: number
  /** Of each leg, what others closed of it alone. */
  readonly alone: readonly LegCloses[]
}

function settlementOf(
  trade: Trade,
  { qty, alone }: Unsettled,
  close: string | null,
  activities: readonly BrokerActivity[],
): Settlement | null {
  const legs = trade.symbols.map((symbol, at) => {
    const closed = alone[at] ?? { qty: 0, notional: '0' }
    const left = qty - closed.qty
    const strike = occOf(symbol)?.strike ?? null
    return { sign: at === 0 ? 1 : -1, strike, closed, left, listed: listedExercised(symbol, left, activities) }
  })
  const isListed = legs.every(({ listed }) => listed !== null)
  let [worth, assignedQty] = [exact(0), 0]
  for (const [at, { sign, strike, closed, left, listed }] of legs.entries()) {
    if (strike === null) return null
    const byClose = close === null ? null : exact(strike).minus(close).gte(CENT) ? left : 0
    const exercised = isListed ? listed : byClose
    if (exercised === null || (exercised > 0 && close === null)) return null
    if (at === 0) assignedQty = exercised
    worth = worth.plus(exact(closed.notional).times(sign))
    if (close !== null) worth = worth.plus(exact(strike).minus(close).times(exercised).times(sign))
  }
  const price = worth.div(qty).round(8).toFixed()
  const by = isListed ? 'activities' : 'official_close'
  const closedQty = legs.reduce((sum, { closed }) => sum + closed.qty, 0)
  const settlement = { qty, price, officialClose: close, assignedQty, by } as const
  return closedQty === 0 ? settlement : { ...settlement, legsClosed: closedQty }
}

/** Legs that had lost their partner: told, and in no P&L; their spreads' was settled when the partners were missed. */
function legsLapsed(
  begun: Step,
  { leftovers }: Trade,
  close: string | null,
  activities: readonly BrokerActivity[],
): Step | null {
  const told: JournalEvent[] = []
  for (const leg of leftovers) {
    const words = legWords(leg, close, activities)
    if (words === null) return null
    told.push({ type: 'engine_alert', code: 'leg_closed', message: words, critical: false })
  }
  return told.length === 0 ? begun : andThen(begun, (current) => step(current, told))
}

function legWords({ symbol, qty }: Leftover, close: string | null, activities: readonly BrokerActivity[]) {
  const strike = occOf(symbol)?.strike
  if (strike === undefined) return null
  const held = Math.abs(qty)
  const byClose = close === null ? null : exact(strike).minus(close).gte(CENT) ? held : 0
  const exercised = listedExercised(symbol, held, activities) ?? byClose
  if (exercised === null) return null
  const word = qty < 0 ? 'assigned' : 'exercised'
  return `The single leg ${symbol}: ${held} held through the close, ${exercised === 0 ? 'lapsed' : `${exercised} ${word}`}. It is in no P&L of the desk.`
}
