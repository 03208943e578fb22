/**
 * What comes of an order that was not taken: refused, denied by the desk itself, or unknown to the broker. What makes
 * an order end is said in `orders.ts`. Entry points: `refuseOrder`, `denyOrder`, `missingOrder`.
 */

import { waited, windowClose_ms } from './clockwork.ts'
import type { Denial } from './denial.ts'
import type { JournalEvent } from './events.ts'
import type { SessionInput } from './input.ts'
import { orderRequest, updateOrder } from './intents.ts'
import { giveUpEntry } from './opening.ts'
import { endOrder } from './orders.ts'
import { isToldAfter } from './patience.ts'
import { isStopping, type MarketView, type OrderState, type SessionState } from './state.ts'
import { andThen, type Step, stay, step } from './step.ts'

export function refuseOrder(
  state: SessionState,
  { clientOrderId: id, error, again }: Extract<SessionInput, { kind: 'order_refused' }>,
  view: MarketView,
): Step {
  const local = state.orders[id]
  if (local === undefined || local.status === 'ended') return stay(state)
  if (again) return afterUnsure(state, local, view)
  const code = error.code === null ? error.kind : String(error.code)
  const { purpose, attempt, filledQty } = local
  const before = attempt - 1
  // Of a close that is refused on and on, the first, and then the one after each alert that says so.
  const isPosted = purpose === 'open' || before === 0 || isToldAfter(before)
  const event: JournalEvent = isPosted
    ? { type: 'order_refused', clientOrderId: id, purpose, code, message: error.message }
    : { type: 'order_ended', clientOrderId: id, status: `refused ${code}`, filledQty }
  const ended = updateOrder(state, local, { status: 'ended', since: view.now })
  if (purpose === 'open') {
    // What a broker refuses (buying power, level, the hour) it refuses in the next minute too: the day is done with it.
    return andThen(step(ended, [event]), (current) => giveUpEntry(current, `refused: ${error.message}`, false))
  }
  // A refused close is tried again by the clock, once the broker was asked what it is that stands there.
  return step(ended, [event], [{ kind: 'reconcile' }])
}

/** Not sent at all. An opening is given up; a close is tried again by the clock. */
export function denyOrder(
  state: SessionState,
  { clientOrderId: id, denial, again }: Extract<SessionInput, { kind: 'order_denied' }>,
  view: MarketView,
): Step {
  const local = state.orders[id]
  if (local === undefined || local.status === 'ended') return stay(state)
  if (again) return afterUnsure(state, local, view)
  const { code, numbers } = denial
  const denied: JournalEvent = { type: 'order_denied', clientOrderId: id, purpose: local.purpose, code, numbers }
  const ended = updateOrder(state, local, { status: 'ended', since: view.now })
  if (local.purpose === 'close') return step(ended, [denied], [{ kind: 'reconcile' }])
  return andThen(step(ended, [denied]), (current) => giveUpEntry(current, `denied: ${code}`, !FINAL_DENIALS.has(code)))
}

/** What the next minute will not have changed. */
const FINAL_DENIALS: ReadonlySet<Denial['code']> = new Set<Denial['code']>([
  'buying_power',
  'contracts_limit',
  'instrument_not_allowed',
  'orders_per_day',
  'daily_loss_limit',
])

/** An order that is not sent any more lapses when the broker has not known it for this long. */
const LAPSE_S = 30

/** Not to be sent again now, by the broker's word or our own; what was sent before may have arrived. */
function afterUnsure(state: SessionState, local: OrderState, view: MarketView): Step {
  if (waited(local.since, view.now, LAPSE_S)) return endOrder(state, local, 'never_sent', view)
  // It shows among the broker's orders before it is asked for by its id again.
  return step(state, [], [{ kind: 'reconcile' }])
}

/**
 * The broker does not know the id. The same id is sent again while that is still wanted; the broker takes it once.
 * Where it is not, the request could still arrive: it is asked for until it cannot be on its way any more.
 */
export function missingOrder(state: SessionState, id: string, view: MarketView): Step {
  const local = state.orders[id]
  if (local === undefined || local.status !== 'intent' || state.trade === null) return stay(state)
  const isWanted = local.purpose === 'close' || mayStillOpen(state, view)
  if (isWanted) return step(state, [], [{ kind: 'submit', request: orderRequest(state.trade, local), again: true }])
  if (!waited(local.since, view.now, LAPSE_S)) return stay(state)
  return endOrder(state, local, 'never_sent', view)
}

function mayStillOpen(state: SessionState, view: MarketView): boolean {
  return !isStopping(state) && state.mode === 'ACTIVE' && view.now.market_ms <= windowClose_ms(state)
}
