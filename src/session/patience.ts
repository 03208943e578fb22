/** Orders that take too long, and those that are not wanted any more. */
import { waited } from './clockwork.ts'
import { updateOrder } from './intents.ts'
import { activeOrder, type MarketView, type OrderState, type SessionState } from './state.ts'
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
  if (order.status === 'cancelling') return step(touched, [], [{ kind: 'cancel', clientOrderId, orderId }, lookup])
  const cancelling = updateOrder(touched, order, { status: 'cancelling', since: view.now })
  return step(cancelling, [], [{ kind: 'cancel', clientOrderId, orderId }])
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
