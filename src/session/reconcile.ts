/**
 * Our books against the broker's: pure, (local, broker) → what follows.
 *
 * 1. Orders first: what the broker knows of our orders is applied; what it does not know is looked up by id.
 *    Closes under the desk's own ids that it does not know are adopted first.
 * 2. Then positions, and only with no order working: a fill on its way is no difference.
 * 3. A difference seen twice stops opening and is posted; the desk never fights what it did not do.
 */
import type { BrokerOrder, BrokerPosition } from '../broker/port.ts'
import { clientOrderIdPrefix } from './intents.ts'
import type { SessionMode } from './mode.ts'
import { applyOrder } from './orders.ts'
import { activeOrder, heldQty, type MarketView, type OrderState, type SessionState } from './state.ts'
import { andThen, type Effect, type Step, stay, step } from './step.ts'

export function reconcile(
  state: SessionState,
  orders: readonly BrokerOrder[],
  positions: readonly BrokerPosition[],
  view: MarketView,
): Step {
  let result = adoptCloses({ ...state, reconciled_ms: view.now.wall_ms }, orders, view)
  for (const order of orders) result = andThen(result, (current) => applyOrder(current, order, null, view))
  result = andThen(result, (current) => lookUpUnseen(current, orders))
  result = andThen(result, (current) => reportUnknownOrders(current, orders))
  return andThen(result, (current) => comparePositions(current, positions))
}

/**
 * Closes under this desk's ids that its books do not know: the watchdog's, sent while no engine was there (or a close
 * that went out while the store was away). They are the desk's own, and are counted as such.
 */
function adoptCloses(state: SessionState, orders: readonly BrokerOrder[], view: MarketView): Step {
  let result = stay(state)
  for (const { order, attempt } of unknownCloses(state, orders)) {
    result = andThen(result, (current) => adoptClose(current, order, attempt, view))
  }
  return result
}

function unknownCloses(state: SessionState, orders: readonly BrokerOrder[]) {
  const prefix = `${clientOrderIdPrefix(state)}close-`
  return (
    orders
      .filter(({ clientOrderId }) => clientOrderId.startsWith(prefix) && state.orders[clientOrderId] === undefined)
      .map((order) => ({ order, attempt: Number(order.clientOrderId.slice(prefix.length)) }))
      // A close of one leg alone mends legs out of balance: it is no unit of the position.
      .filter(({ order, attempt }) => Number.isInteger(attempt) && order.legs.length === state.trade?.symbols.length)
      .sort((a, b) => a.attempt - b.attempt)
  )
}

function adoptClose(state: SessionState, order: BrokerOrder, attempt: number, view: MarketView): Step {
  const { trade } = state
  if (trade === null) return stay(state)
  const { clientOrderId, qty, limitPrice, id } = order
  const adopted: OrderState = {
    clientOrderId,
    purpose: 'close',
    attempt,
    qty,
    limitPrice,
    status: 'working',
    orderId: id,
    filledQty: 0,
    filledNotional: '0',
    since: view.now,
  }
  const exit = trade.exit ?? { reason: 'watchdog', alsoFired: [], mid: null, rulePnlCents: null, netPnlCents: null }
  const message = `Order ${clientOrderId} closed the position while no engine was there; it is in the books now.`
  return step(
    {
      ...state,
      phase: 'exiting',
      trade: { ...trade, exit },
      closeAttempts: Math.max(state.closeAttempts, attempt),
      orders: { ...state.orders, [clientOrderId]: adopted },
    },
    [{ type: 'engine_alert', code: 'close_adopted', message, critical: false }],
  )
}

function lookUpUnseen(state: SessionState, orders: readonly BrokerOrder[]): Step {
  const active = activeOrder(state)
  if (active === null || orders.some((order) => order.clientOrderId === active.clientOrderId)) return stay(state)
  const lookup: Effect = { kind: 'lookup', clientOrderId: active.clientOrderId }
  return step(state, [], [lookup])
}

function reportUnknownOrders(state: SessionState, orders: readonly BrokerOrder[]): Step {
  const prefix = clientOrderIdPrefix(state)
  const unknown = orders.filter(
    (order) => order.clientOrderId.startsWith(prefix) && state.orders[order.clientOrderId] === undefined,
  )
  if (unknown.length === 0) return stay(state)
  const ids = unknown.map((order) => order.clientOrderId).join(', ')
  return alarm(
    state,
    'REDUCING',
    'unknown_order',
    `The broker has orders of this desk that its books do not know: ${ids}.`,
  )
}

/**
 * A difference counts when two readings in a row show the same one: a fill can fall between reading the orders and the
 * positions. It stops opening; what the desk holds is managed on, as far as the broker shows it.
 */
function comparePositions(state: SessionState, positions: readonly BrokerPosition[]): Step {
  if (activeOrder(state) !== null) return stay(state)
  const difference = differenceOf(state, positions)
  if (difference === state.difference && difference !== null) {
    return state.mode === 'ACTIVE' ? alarm(state, 'REDUCING', 'position_mismatch', difference) : stay(state)
  }
  if (difference === state.difference) return stay(state)
  return step({ ...state, difference }, [], difference === null ? [] : [{ kind: 'reconcile' }])
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
function expectedPositions(state: SessionState): Map<string, number> {
  const expected = new Map<string, number>()
  const held = heldQty(state.trade)
  const [short, long] = state.trade?.symbols ?? []
  if (held > 0 && short !== undefined) expected.set(short, -held)
  if (held > 0 && long !== undefined) expected.set(long, held)
  return expected
}

function alarm(state: SessionState, mode: SessionMode, code: string, what: string): Step {
  if (state.mode === mode || state.mode === 'HALTED') return stay(state)
  const message = `${what} No new entries until /resume; check the broker's own screen and close by hand what should not be there.`
  return step({ ...state, mode, modeReason: code }, [{ type: 'engine_alert', code, message, critical: true }])
}
