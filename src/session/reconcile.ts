/**
 * Our books against the broker's: pure, (local, broker) → what follows.
 *
 * 1. Orders first, oldest first: own ones that the books do not know are adopted, and what the broker knows of each is
 *    applied; what it does not know is looked up by id.
 * 2. Then positions, and only with no order working: a fill on its way is no difference.
 * 3. A difference seen twice stops opening and is posted, each once; the desk never fights what it did not do.
 * 4. Books that agree in everything change nothing, which is seen at a glance (`agrees`) and is the same as going
 *    through them in full.
 */

import { occOf } from '../broker/occ.ts'
import { type BrokerActivity, type BrokerOrder, type BrokerPosition, TERMINAL_ORDER_STATUSES } from '../broker/port.ts'
import { centsOf, exact } from '../strategy/exact.ts'
import { adoptOrder, unknownIds } from './adoption.ts'
import { dollarsText } from './amounts.ts'
import type { JournalEvent } from './events.ts'
import { followsSwitch, isHalted } from './holds.ts'
import { settleElsewhere } from './imbalance.ts'
import { clientOrderIdPrefix } from './intents.ts'
import type { SessionMode } from './mode.ts'
import { applyOrder } from './orders.ts'
import { activeOrder, heldQty, isFlat, type MarketView, type SessionState } from './state.ts'
import { andThen, type Effect, type Step, stay, step } from './step.ts'

/** The broker's side as read in one go. */
export interface BrokerBooks {
  readonly orders: readonly BrokerOrder[]
  readonly positions: readonly BrokerPosition[]
  /** Null where they could not be read this time. */
  readonly activities: readonly BrokerActivity[] | null
  /** Dollars, exact; null likewise. */
  readonly cash: string | null
}

export function reconcile(state: SessionState, books: BrokerBooks, view: MarketView): Step {
  return agrees(state, books) ? stay(state) : reconcileInFull(state, books, view)
}

/** Whether the books agree so plainly that nothing can follow. False is no statement: then they are gone through. */
function agrees(state: SessionState, { orders, positions, activities, cash }: BrokerBooks): boolean {
  const { trade, difference } = state
  if (cash !== null || difference !== null || (activities !== null && activities.length > 0)) return false
  if (trade !== null && (trade.leftovers.length > 0 || isFlat(trade))) return false
  const active = activeOrder(state)
  let isActiveSeen = active === null
  for (const order of orders) {
    const local = state.orders[order.clientOrderId]
    if (local === undefined || local.orderId === null || local.status === 'intent') return false
    if (local.filledQty !== order.filledQty) return false
    if ((local.status === 'ended') !== TERMINAL_ORDER_STATUSES.has(order.status)) return false
    isActiveSeen ||= local === active
  }
  return isActiveSeen && holdsExactly(state, positions)
}

/** Nothing but the position's own legs, each as often as it is held: a fill on its way shows here too. */
function holdsExactly({ trade }: SessionState, positions: readonly BrokerPosition[]): boolean {
  const held = heldQty(trade)
  const symbols = held === 0 ? [] : (trade?.symbols ?? [])
  if (positions.length !== symbols.length) return false
  return symbols.every((symbol, at) =>
    positions.some((position) => position.symbol === symbol && position.qty === (at === 0 ? -held : held)),
  )
}

export function reconcileInFull(state: SessionState, books: BrokerBooks, view: MarketView): Step {
  let result = stay(state)
  for (const order of books.orders) {
    result = andThen(result, (current) => adoptOrder(current, order, view))
    result = andThen(result, (current) => applyOrder(current, order, null, view))
  }
  result = andThen(result, (current) => lookUpUnseen(current, books.orders))
  result = andThen(result, (current) => reportUnknownOrders(current, books.orders))
  result = andThen(result, (current) => reportForeignOrders(current, books.orders))
  result = andThen(result, (current) => comparePositions(current, books, view))
  result = andThen(result, (current) => noteAssignments(current, books))
  return andThen(result, (current) => compareCash(current, books.cash))
}

function lookUpUnseen(state: SessionState, orders: readonly BrokerOrder[]): Step {
  const active = activeOrder(state)
  if (active === null || orders.some((order) => order.clientOrderId === active.clientOrderId)) return stay(state)
  const lookup: Effect = { kind: 'lookup', clientOrderId: active.clientOrderId }
  return step(state, [], [lookup])
}

function reportUnknownOrders(state: SessionState, orders: readonly BrokerOrder[]): Step {
  const unknown = unknownIds(state, orders)
  if (unknown.length === 0) return stay(state)
  const ids = unknown.join(', ')
  return alarm(
    state,
    'REDUCING',
    'unknown_order',
    `The broker has orders of this desk that its books do not know: ${ids}.`,
  )
}

/**
 * Somebody else's order on SPY options works in this account: nothing shows of it in the positions yet. Each is told
 * once, whatever holds the account back already, and left alone.
 */
function reportForeignOrders(state: SessionState, orders: readonly BrokerOrder[]): Step {
  const prefix = clientOrderIdPrefix(state)
  const told = state.foreignOrders ?? []
  const news = orders.filter(
    ({ id, clientOrderId, status, legs }) =>
      !clientOrderId.startsWith(prefix) &&
      !TERMINAL_ORDER_STATUSES.has(status) &&
      !told.includes(id) &&
      legs.some(({ symbol }) => occOf(symbol)?.root === 'SPY'),
  )
  if (news.length === 0) return stay(state)
  const known: SessionState = { ...state, foreignOrders: [...told, ...news.map(({ id }) => id)] }
  const what = `Orders that are not this desk's work in its account: ${news.map(foreignText).join('; ')}.`
  const alarmed = alarm(known, 'REDUCING', 'foreign_order', what)
  return alarmed.events.length > 0 ? alarmed : step(known, [alarmEvent('foreign_order', what)])
}

function foreignText({ clientOrderId, qty, legs }: BrokerOrder): string {
  return `${clientOrderId} (${qty} × ${legs.map(({ side, symbol }) => `${side} ${symbol}`).join(' / ')})`
}

/**
 * A difference counts when two readings in a row show the same one: a fill can fall between reading the orders and the
 * positions. It stops opening; what is left of the desk's position is managed on.
 */
function comparePositions(state: SessionState, { orders, positions }: BrokerBooks, view: MarketView): Step {
  if (activeOrder(state) !== null || isPastClose(state, view)) return stay(state)
  const difference = differenceOf(state, positions)
  if (difference !== state.difference) {
    return step({ ...state, difference }, [], difference === null ? [] : [{ kind: 'reconcile' }])
  }
  if (difference === null) return stay(state)
  const settled = settleElsewhere(state, orders, positions, view)
  if (settled.state !== state) return settled
  return alarm(state, 'REDUCING', 'position_mismatch', difference)
}

/** What expires leaves the positions as the broker pleases: nobody closed it. The day ends and is settled. */
function isPastClose({ trade, session }: SessionState, { now }: MarketView): boolean {
  return trade !== null && now.market_ms >= session.close_ms
}

/** What differs, in words that are the same for the same difference; null: nothing does. */
function differenceOf(state: SessionState, positions: readonly BrokerPosition[]): string | null {
  const expected = expectedPositions(state)
  const symbols = [...new Set([...expected.keys(), ...positions.map((position) => position.symbol)])].sort()
  const differences = symbols.flatMap((symbol) => {
    const ours = expected.get(symbol) ?? 0
    const theirs = positions.find((position) => position.symbol === symbol)?.qty ?? 0
    return ours === theirs ? [] : [`${symbol}: broker ${theirs}, desk ${ours}`]
  })
  return differences.length === 0 ? null : `Positions differ from the broker's: ${differences.join('; ')}.`
}

/** Signed quantities by symbol, as the desk's own fills say. */
function expectedPositions({ trade }: SessionState): Map<string, number> {
  const expected = new Map<string, number>()
  const add = (symbol: string, qty: number) => {
    if (qty !== 0) expected.set(symbol, (expected.get(symbol) ?? 0) + qty)
  }
  const [short, long] = trade?.symbols ?? []
  if (short !== undefined) add(short, -heldQty(trade))
  if (long !== undefined) add(long, heldQty(trade))
  for (const { symbol, qty } of trade?.leftovers ?? []) add(symbol, qty)
  return expected
}

/** Assignments never come on a stream. Shares nobody bought are the sign of one that was not listed yet. */
function noteAssignments(state: SessionState, { activities, positions }: BrokerBooks): Step {
  const assigned = (activities ?? []).filter(({ type, id }) => type === 'OPASN' && !state.assignments.includes(id))
  const shares = positions.find(({ symbol, qty }) => symbol === 'SPY' && qty !== 0)
  if (assigned.length > 0) {
    const known = { ...state, assignments: [...state.assignments, ...assigned.map(({ id }) => id)] }
    const what = assigned.map(({ qty, symbol }) => `${Math.abs(qty)} ${symbol}`).join(', ')
    const said = `The broker assigned ${what}${shares ? `; ${shares.qty} SPY are held` : ''}.`
    // Told whatever the account was halted for before.
    return alarm({ ...known, mode: 'ACTIVE' }, 'HALTED', 'assigned', said)
  }
  if (shares === undefined) return stay(state)
  return alarm(state, 'HALTED', 'shares_held', `The account holds ${shares.qty} SPY, which this desk never buys.`)
}

/**
 * Beside the commission that `netPnl` assumes, what a broker may book as fees (exchange, clearing, regulation),
 * dollars.
 */
const CASH_TOLERANCE = 25

/** With nothing open, cash has moved by what the fills say; a difference counts when it is seen twice, and once. */
function compareCash(state: SessionState, cash: string | null): Step {
  const isFlatNow = state.trade === null && activeOrder(state) === null
  if (!isFlatNow || cash === null || state.cashAtStart === null) return stay(state)
  const differenceCents = centsOf(exact(cash).minus(state.cashAtStart)) - state.brokerPnlCents
  // A broker that charges commission takes it from cash; one that pays out more than the fills say is a mistake at
  // once.
  const assumedCents = Math.max(0, state.brokerPnlCents - state.netPnlCents)
  const feesCents = CASH_TOLERANCE * 100 + (differenceCents < 0 ? assumedCents : 0)
  if (Math.abs(differenceCents) <= feesCents || state.cashTold) return stay(state)
  if (differenceCents !== state.cashDifferenceCents) {
    return step({ ...state, cashDifferenceCents: differenceCents }, [], [{ kind: 'reconcile' }])
  }
  const what = `The account's cash stands ${dollarsText(differenceCents / 100)} away from what the day's fills explain.`
  return alarm({ ...state, cashTold: true }, 'REDUCING', 'cash_mismatch', what)
}

/**
 * Reasons that only this comparison gives: the session holds itself back for what it has told, until somebody resumes.
 */
const TOLD = new Set(['unknown_order', 'position_mismatch', 'cash_mismatch'])

/**
 * Told at once, also where a pause, a halt of the team's or a breach keeps the account from opening already; and then
 * the session holds itself back for it, so that it is told once; what differs from what was told is told as well.
 */
function alarm(state: SessionState, mode: SessionMode, code: string, what: string): Step {
  const isHaltedByDesk = state.mode === 'HALTED' && !followsSwitch(state)
  const isHeld = state.mode !== 'ACTIVE' && mode === 'REDUCING' && TOLD.has(state.modeReason)
  const isNews = TOLD.has(code) && state.differencesTold?.[code] !== what
  if (isHaltedByDesk || (isHeld && !isNews)) return stay(state)
  const stricter = isHalted(state) ? 'HALTED' : mode
  const differencesTold = { ...state.differencesTold, [code]: what }
  return step({ ...state, mode: stricter, modeReason: code, differencesTold }, [alarmEvent(code, what)])
}

function alarmEvent(code: string, what: string): JournalEvent {
  const message = `${what} No new entries until /resume; check the broker's own screen and close by hand what should not be there.`
  return { type: 'engine_alert', code, message, critical: true }
}
