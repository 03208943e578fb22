/**
 * Orders under this desk's own ids that its books do not know: the watchdog's closes, what went out while the store was
 * away, and everything of the day when the store came back empty. They are the desk's, and are counted as such.
 * Entry point: `adoptOrder`.
 *
 * 1. Adopting only makes an order known; its fills are counted by whoever applies the broker's view of it after that.
 * 2. What was opened without a record of its decision is held and closed by the rules, its fill standing for the mid it
 *    was decided at; nothing more is opened on it.
 * 3. A close that is adopted has its intent in the journal from then on: every order of the day is there once.
 */

import { occOf } from '../broker/occ.ts'
import type { BrokerOrder } from '../broker/port.ts'
import { planNow } from './closing.ts'
import type { EventOf } from './events.ts'
import { isForgotten, isOver } from './forgotten.ts'
import { isUnheld } from './holds.ts'
import { clientOrderIdPrefix, intentOf, type Purpose } from './intents.ts'
import { createTrade } from './new-trade.ts'
import { quoteTime_ms } from './pricing.ts'
import { startedEvent } from './started.ts'
import type { MarketView, OrderState, SessionState, Trade } from './state.ts'
import { type Step, stay, step } from './step.ts'

interface Parsed {
  readonly purpose: Purpose
  readonly attempt: number
}

/** What an own id says of its order; null where it is not one of this session's. */
function parseId(state: SessionState, clientOrderId: string): Parsed | null {
  const prefix = clientOrderIdPrefix(state)
  if (!clientOrderId.startsWith(prefix)) return null
  const [purpose, number, ...rest] = clientOrderId.slice(prefix.length).split('-')
  const attempt = Number(number)
  if ((purpose !== 'open' && purpose !== 'close') || rest.length > 0 || !Number.isInteger(attempt)) return null
  return { purpose, attempt }
}

/**
 * Makes an unknown order of this session known; stays where it is known, not the session's, or fits nothing it holds.
 */
export function adoptOrder(state: SessionState, order: BrokerOrder, view: MarketView): Step {
  const parsed = state.orders[order.clientOrderId] === undefined ? parseId(state, order.clientOrderId) : null
  if (parsed === null || isOfNoUse(state, order, parsed)) return stay(state)
  const known = { ...localOrder(order, parsed, view), ...legOf(state, order) }
  if (parsed.purpose === 'close') return adoptClose(state, order, known, view)
  return isOver(order) ? stay(record(state, known)) : adoptOpen(state, order, known, view)
}

/** A close that the books had, and forgot because nothing came of it; nothing has come of it since. */
function isOfNoUse(state: SessionState, order: BrokerOrder, { purpose, attempt }: Parsed): boolean {
  return purpose === 'close' && isForgotten(state, attempt) && isOver(order)
}

/** Own ids that neither the books know nor ever knew. */
export function unknownIds(state: SessionState, orders: readonly BrokerOrder[]): readonly string[] {
  const prefix = clientOrderIdPrefix(state)
  return orders.flatMap((order) => {
    const id = order.clientOrderId
    if (!id.startsWith(prefix) || state.orders[id] !== undefined) return []
    const parsed = parseId(state, id)
    return parsed !== null && isOfNoUse(state, order, parsed) ? [] : [id]
  })
}

function localOrder(order: BrokerOrder, { purpose, attempt }: Parsed, view: MarketView): OrderState {
  return {
    clientOrderId: order.clientOrderId,
    purpose,
    attempt,
    qty: order.qty,
    leg: null,
    limitPrice: order.limitPrice,
    status: isOver(order) ? 'ended' : 'working',
    orderId: order.id,
    filledQty: 0,
    filledNotional: '0',
    since: view.now,
  }
}

/** A close of one leg alone mends legs out of balance: it is no unit of the position. */
function legOf({ trade }: SessionState, { legs }: BrokerOrder): { leg: string | null } {
  const [first] = legs
  return { leg: legs.length === 1 && trade?.symbols.length === 2 && first !== undefined ? first.symbol : null }
}

function record(state: SessionState, order: OrderState): SessionState {
  const attempts =
    order.purpose === 'open'
      ? { openAttempts: Math.max(state.openAttempts, order.attempt) }
      : { closeAttempts: Math.max(state.closeAttempts, order.attempt) }
  return { ...state, ...attempts, orders: { ...state.orders, [order.clientOrderId]: order } }
}

function adoptClose(state: SessionState, order: BrokerOrder, known: OrderState, view: MarketView): Step {
  const { trade } = state
  if (trade === null) return stay(state)
  const recorded = record(state, known)
  // Forgotten since, it has its intent in the journal.
  const intent = isForgotten(state, known.attempt) ? [] : [intentOf(trade, known)]
  const { clientOrderId } = known
  if (known.status === 'ended') {
    return step(recorded, [...intent, { type: 'order_ended', clientOrderId, status: order.status, filledQty: 0 }])
  }
  const exit = trade.exit ?? planNow(state, trade, 'watchdog', ofItsTime(state, order, view))
  const message = `Order ${clientOrderId} closed the position while no engine was there; it is in the books now.`
  const adopted = { ...recorded, phase: 'exiting', trade: { ...trade, exit } } as const
  return step(adopted, [...intent, alert('close_adopted', message, false)])
}

/** The market as the close saw it: quotes that are much younger than it say nothing of what it was sent for. */
function ofItsTime({ engine }: SessionState, { updatedAt_ms }: BrokerOrder, view: MarketView): MarketView {
  const quoted_ms = quoteTime_ms(view)
  const isOfThen = quoted_ms !== null && quoted_ms <= updatedAt_ms + engine.positionQuoteAgeMax_s * 1000
  return isOfThen ? view : { ...view, legs: [] }
}

function adoptOpen(state: SessionState, order: BrokerOrder, known: OrderState, view: MarketView): Step {
  const trade = state.trade === null ? adoptedTrade(state, order, known, view) : null
  if (trade === null) return stay(state)
  const message = `Order ${order.clientOrderId} is the desk's own, and its books did not know it. Its position is held and closed by the rules, the fill standing for the mid of the decision. No new entries until /resume.`
  const mode = isUnheld(state) ? ({ mode: 'REDUCING', modeReason: 'an own order was not in the books' } as const) : {}
  return step(
    { ...record(state, known), ...mode, phase: 'entering', trade },
    // Adopted before the day had begun here: its report needs the beginning.
    [...(state.phase === 'waiting' ? [startedEvent(state)] : []), alert('open_adopted', message, true)],
    [{ kind: 'watch', symbols: trade.symbols }],
  )
}

/** Null where its legs are not those of the session's structure. */
function adoptedTrade(state: SessionState, order: BrokerOrder, known: OrderState, view: MarketView): Trade | null {
  const { structure } = state.strategy
  const sold = order.legs.find(({ side }) => side === 'sell')?.symbol
  const bought = order.legs.find(({ side }) => side === 'buy')?.symbol
  const strike = sold === undefined ? undefined : occOf(sold)?.strike
  const hedgeStrike = bought === undefined ? null : (occOf(bought)?.strike ?? null)
  const fits = structure === 'short_put' ? bought === undefined : hedgeStrike !== null
  if (sold === undefined || strike === undefined || !fits) return null
  const price = Number(order.filledAvgPrice ?? order.limitPrice ?? 0)
  return createTrade(
    {
      tradeId: `${state.session.date}-${known.attempt}`,
      strike,
      hedgeStrike,
      symbols: bought === undefined ? [sold] : [sold, bought],
      decided_ms: order.submittedAt_ms,
      decisionMid: price,
      sellPrice: price,
      openAttempts: known.attempt,
    },
    view.now,
  )
}

function alert(code: string, message: string, critical: boolean): EventOf<'engine_alert'> {
  return { type: 'engine_alert', code, message, critical }
}
