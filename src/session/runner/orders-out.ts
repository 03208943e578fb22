/**
 * Orders on their way out and back: the risk checks, the sending, lookups and cancels.
 *
 * 1. Nothing is sent that the risk checks deny, and nothing whose intent is not open any more.
 * 2. An ambiguous answer is looked up; "not known" is said only after two looks with a pause between, and never while
 *    the request itself is still under way.
 */

import type { OrderRequest } from '../../broker/port.ts'
import { isDuplicateClientOrderId } from '../../broker/refusals.ts'
import type { Denial } from '../denial.ts'
import type { SessionMode } from '../mode.ts'
import { denyClosing, denyOpening } from '../risk.ts'
import type { MarketView, SessionState } from '../state.ts'
import type { EffectsContext } from './effects.ts'

/** An unknown id is asked for once more after this: the request may still be on its way. */
const LOOKUP_AGAIN_MS = 500
const MINUTE_MS = 60_000

export interface OrdersOut {
  /** `again`: a request for it went out before, and nobody knows what became of that. */
  submit(request: OrderRequest, again?: boolean): Promise<void>
  cancel(clientOrderId: string, orderId: string): Promise<void>
  lookup(clientOrderId: string): Promise<void>
}

export interface OrderFacts {
  /** The session at this moment; null view: no market clock yet. */
  readonly current: () => { readonly state: SessionState; readonly view: MarketView | null }
  /** The account's switch, read afresh; null: unreadable. */
  readonly readControl: () => Promise<SessionMode | null>
}

export function createOrdersOut(context: EffectsContext): OrdersOut {
  const { broker, wall, log, push, current, readControl } = context
  const underWay = new Set<string>()
  /** When orders were sent, monotonic; only the last minute counts. */
  let sent: number[] = []

  function sentLastMinute(): number {
    const from_ms = wall.monotonic_ms() - MINUTE_MS
    sent = sent.filter((at_ms) => at_ms > from_ms)
    return sent.length
  }

  async function submit(request: OrderRequest, again = false): Promise<void> {
    const { clientOrderId } = request
    underWay.add(clientOrderId)
    try {
      const denial = isClosing(request)
        ? denyClosing(request, current().state, sentLastMinute())
        : await denialOfOpening(request)
      // While facts were read the order may have been ended, or the session left to another worker.
      if (current().state.orders[clientOrderId]?.status !== 'intent') return
      if (denial !== null) {
        log.error({ denial, clientOrderId }, 'an order was not sent')
        return push({ kind: 'order_denied', clientOrderId, denial, again })
      }
      sent.push(wall.monotonic_ms())
      await send(request, again)
    } finally {
      underWay.delete(clientOrderId)
    }
  }

  async function denialOfOpening(request: OrderRequest): Promise<Denial | null> {
    const symbols = request.legs.map((leg) => leg.symbol)
    const [account, quotes] = await Promise.all([broker.account(), broker.optionQuotes(symbols)])
    // Last, whatever the others took: nothing is waited for between this reading and the request (I16).
    const controlMode = await readControl()
    const { state, view } = current()
    if (view === null) return { code: 'stale_quote', numbers: {} }
    return denyOpening(request, state, view, {
      controlMode,
      optionsBuyingPower: account.ok ? account.value.optionsBuyingPower : null,
      legs: quotes.ok ? symbols.map((symbol) => quotes.value.get(symbol) ?? null) : null,
      sentLastMinute: sentLastMinute(),
    })
  }

  async function send(request: OrderRequest, again: boolean): Promise<void> {
    const { clientOrderId } = request
    const answer = await broker.submit(request)
    if (answer.ok) return push({ kind: 'order', order: answer.value, execution: null })
    const { error } = answer
    log.warn({ error, clientOrderId }, 'the broker did not accept an order')
    const unsure = error.kind === 'ambiguous' || error.kind === 'rate_limited' || isDuplicateClientOrderId(error)
    if (unsure) return look(clientOrderId)
    push({ kind: 'order_refused', clientOrderId, error, again })
  }

  async function look(clientOrderId: string): Promise<void> {
    for (const wait_ms of [0, LOOKUP_AGAIN_MS]) {
      await wall.sleep(wait_ms)
      const found = await broker.orderByClientId(clientOrderId)
      if (found.ok) return push({ kind: 'order', order: found.value, execution: null })
      if (found.error.kind !== 'not_found') {
        log.warn({ error: found.error, clientOrderId }, 'an order could not be looked up; asking again later')
        return
      }
    }
    push({ kind: 'order_missing', clientOrderId })
  }

  return {
    submit,
    async lookup(clientOrderId) {
      if (!underWay.has(clientOrderId)) await look(clientOrderId)
    },
    async cancel(clientOrderId, orderId) {
      const asked = await broker.cancel(orderId)
      // "Not cancelable" means that it ended by itself: what it ended as is what counts.
      if (!asked.ok) await look(clientOrderId)
    },
  }
}

/** Opening and closing legs never share an order. */
function isClosing(request: OrderRequest): boolean {
  return request.legs.every((leg) => leg.positionIntent.endsWith('_to_close'))
}
