/** Orders that take too long, and those that are not wanted any more. */
import { waited } from './clockwork.ts'
import type { EventOf } from './events.ts'
import { updateOrder } from './intents.ts'
import { activeOrder, heldQty, type MarketView, type OrderState, type SessionState } from './state.ts'
import { type Step, stay, step } from './step.ts'

/** Orders that took too long: an unanswered one is looked up, a working one canceled, a hanging cancel looked up. */
export function patience(state: SessionState, view: MarketView): Step {
  const order = activeOrder(state)
  if (order === null || !waited(order.since, view.now, orderWait_s(state, order))) return stay(state)
  const touched = updateOrder(state, order, { since: view.now })
  const { clientOrderId, orderId } = order
  const lookup = { kind: 'lookup', clientOrderId } as const
  // An intent keeps the moment it was made: how long the broker has not known it counts from there.
  if (orderId === null || order.status === 'intent') return step(state, [], [lookup])
  // A cancel can be lost as any request can: asked again until the broker says how the order ended.
  if (order.status === 'cancelling') {
    const cancelsRepeated = (order.cancelsRepeated ?? 0) + 1
    const told = isToldOf(cancelsRepeated) ? [hangingAlert(state, order, cancelsRepeated)] : []
    const again = updateOrder(touched, order, { since: view.now, cancelsRepeated })
    return step(again, told, [{ kind: 'cancel', clientOrderId, orderId }, lookup])
  }
  const cancelling = updateOrder(touched, order, { status: 'cancelling', since: view.now })
  return step(cancelling, [], [{ kind: 'cancel', clientOrderId, orderId }])
}

/** A cancel is told of when it was asked for again so often, and every so many times after. */
const REPEATS_TOLD_FIRST = 3
const REPEATS_TOLD_EVERY = 60

const isToldOf = (repeats: number): boolean => repeats === REPEATS_TOLD_FIRST || repeats % REPEATS_TOLD_EVERY === 0

/** Nothing is closed beside an order that the broker may still fill: while it hangs, what is held has no exit. */
function hangingAlert(state: SessionState, order: OrderState, repeats: number): EventOf<'engine_alert'> {
  const held = heldQty(state.trade)
  const waited_s = repeats * orderWait_s(state, order)
  const stake = held === 0 ? 'nothing is held' : `${held} held, which cannot be closed before that`
  const message = `The broker has not confirmed the cancel of ${order.clientOrderId} for more than ${waited_s} s: ${stake}. The desk goes on asking; check the broker's own screen.`
  return { type: 'engine_alert', code: 'cancel_hangs', message, critical: held > 0 }
}

/** Market seconds after which an order is looked after. */
export function orderWait_s(state: SessionState, order: OrderState): number {
  return order.purpose === 'open' ? state.engine.entryWait_s : state.engine.exitWait_s
}

/** Asks for the end of what is working; what is being canceled or sent already ends by itself. */
export function cancelNow(state: SessionState, view: MarketView): Step {
  const order = activeOrder(state)
  if (order === null || order.orderId === null || order.status !== 'working') return step(state, [])
  const cancelling = updateOrder(state, order, { status: 'cancelling', since: view.now })
  return step(cancelling, [], [{ kind: 'cancel', clientOrderId: order.clientOrderId, orderId: order.orderId }])
}

/** Attempts to close after which the team first hears that the position is not flat. */
const ATTEMPTS_TOLD = 5

/**
 * Whether the team hears of it after so many attempts: 5, 10, 20, 40 and on. A broker that takes no close for an hour
 * is asked hundreds of times, and each alert wants its own acknowledgement.
 */
export function isToldAfter(attempts: number): boolean {
  if (attempts < ATTEMPTS_TOLD) return false
  return Number.isInteger(Math.log2(attempts / ATTEMPTS_TOLD))
}
