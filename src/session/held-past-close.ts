/**
 * A day that ends with something open: pure. Entry points: `endWithPosition`, `foundAfterClose`.
 *
 * 1. It opens nothing more until it is settled (`settlement.ts`) and two persons have resumed the account.
 * 2. An opening of which nobody heard before the close, and which the broker has filled, was held past it like any
 *    other.
 */
import type { BrokerOrder } from '../broker/port.ts'
import { endSession } from './closing.ts'
import type { EventOf } from './events.ts'
import { clientOrderIdPrefix } from './intents.ts'
import { isUnseen, lateOpening, reopened } from './reopened.ts'
import { withOrders } from './settlement.ts'
import { isStopping, type SessionState, type Trade } from './state.ts'
import { andThen, type Step, stay, step } from './step.ts'

const SETTLED_WHEN =
  'The desk settles it as soon as the official close is known (half an hour later on a real market), and is not resumed before.'
const HELD = `The market has closed with a position open: what expires in the money is assigned. ${SETTLED_WHEN} Shares that are taken over are nothing it trades: close them by hand.`
const DECIDED = `The market has closed while an entry was on its way, and of its order no fill is known: whether a position is open is the broker's to say. ${SETTLED_WHEN} Look at the broker's own screen.`

/** `corrects`: what an end of the day said that did not know of the position. */
export function endWithPosition(
  state: SessionState,
  trade: Trade,
  corrects?: EventOf<'session_ended'>['corrects'],
): Step {
  const [message, modeReason] =
    trade.openedQty > 0 ? [HELD, 'a position was open at the close'] : [DECIDED, 'an entry was on its way at the close']
  const alerted = step({ ...state, mode: 'HALTED', modeReason }, [
    { type: 'engine_alert', code: 'position_at_close', message, critical: true },
  ])
  return andThen(alerted, (current) => endSession(current, 'incomplete', corrects))
}

/** Ended while an opening was asked for that the broker had not shown: it may have been filled all the same. */
export const mayBeFilledYet = ({ phase, trade, givenUp, orders }: SessionState): boolean =>
  phase === 'ended' && trade === null && givenUp !== null && Object.values(orders).some(isUnseen)

/** The ended day with what the broker filled of its openings; null: nothing more, or not known yet at which price. */
export function foundAfterClose(ended: SessionState, orders: readonly BrokerOrder[]): Step | null {
  const late = lateOpening(ended, orders)
  if (late === null || late.filledQty === 0) return null
  const { stop, drain: _, ...rest } = reopened(ended)
  const prefix = `${clientOrderIdPrefix(ended)}open-`
  const openings = orders.filter((order) => order.clientOrderId.startsWith(prefix))
  const found = withOrders(stay({ ...rest, stop: null }), openings)
  const { trade } = found.state
  // A fill without its price is not counted yet.
  if (trade === null || trade.openedQty === 0) return null
  const { clientOrderId, filledQty, qty } = late
  const message = `Order ${clientOrderId} of this desk was filled (${filledQty} of ${qty}), which nobody knew before the close.`
  const told = andThen(found, (current) =>
    step(current, [{ type: 'engine_alert', code: 'late_fill', message, critical: true }]),
  )
  const { netPnlCents: dayNetPnlCents, brokerPnlCents: dayBrokerPnlCents } = ended
  const status = isStopping(ended) ? 'stopped' : ended.entries > 0 ? 'traded' : 'no_trade'
  const over = andThen(told, (current) => {
    const { drain } = ended
    const day = { ...current, stop, ...(drain === undefined ? {} : { drain }) }
    return endWithPosition(day, trade, { status, dayNetPnlCents, dayBrokerPnlCents })
  })
  return { ...over, effects: [] }
}
