/**
 * Orders on their way out and back: the risk checks, the sending, lookups and cancels.
 *
 * 1. Nothing is sent that the risk checks deny, and nothing whose intent is not open any more: this is asked again in
 *    the very moment of sending, after every wait. An opening that had to wait for its turn at the broker goes neither
 *    against a switch set meanwhile nor on facts that have grown old.
 * 2. An ambiguous answer is looked up; "not known" is said only after two looks with a pause between, and never while
 *    the request itself is still under way.
 * 3. An opening goes out only while nobody else can have the session. A close does, too; where that is not known, and
 *    the store cannot be asked, it goes out all the same: a position left open is worse than a close whose id is
 *    refused (I2).
 */

import type { BrokerError, OrderRequest } from '../../broker/port.ts'
import { isDuplicateClientOrderId } from '../../broker/refusals.ts'
import { MINUTE_MS } from '../../time/units.ts'
import type { Denial } from '../denial.ts'
import type { SessionMode } from '../mode.ts'
import { orderWait_s } from '../patience.ts'
import { probeRequest } from '../probe.ts'
import { denyByMode, denyClosing, denyOpening } from '../risk.ts'
import type { MarketView, SessionState } from '../state.ts'
import type { EffectsContext } from './effects.ts'

/** An unknown id is asked for once more after this: the request may still be on its way. */
const LOOKUP_AGAIN_MS = 500
/** So long a store that did not answer lets a close go out. */
const UNANSWERED_MS_MAX = 1000
/**
 * What an opening was checked against counts for so long: what waits longer for its turn is left to the next minute.
 */
export const FACTS_MS_MAX = 100

export interface OrdersOut {
  /** `again`: a request for it went out before, and nobody knows what became of that. */
  submit(request: OrderRequest, again?: boolean): Promise<void>
  /** Of a drill: the way of an opening, guard by guard, up to the moment in which it would be sent. */
  probe(drillId: string): Promise<void>
  cancel(clientOrderId: string, orderId: string): Promise<void>
  lookup(clientOrderId: string): Promise<void>
  /** Nothing is sent any more. */
  stop(): void
  /** An order's request has gone out and has no answer. */
  isSending(): boolean
}

export interface OrderFacts {
  /** The session at this moment; null view: no market clock yet. */
  readonly current: () => { readonly state: SessionState; readonly view: MarketView | null }
  /** The account's switch, read afresh; null: unreadable. */
  readonly readControl: () => Promise<SessionMode | null>
}

export function createOrdersOut(context: EffectsContext): OrdersOut {
  const { broker, wall, log, hold, push, current } = context
  const underWay = new Set<string>()
  const sending = new Set<string>()
  let isStopped = false
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
      const denying = isClosing(request)
        ? denialOfClosing(context, request, sentLastMinute())
        : denialOfOpening(context, request, sentLastMinute)
      // The usual close must not cost a turn of the event loop.
      const denial = denying instanceof Promise ? await denying : denying
      // While facts were read the order may have been ended, or the session left to another worker.
      if (!isWanted(clientOrderId)) return
      if (denial !== null) {
        log.error({ denial, clientOrderId }, 'an order was not sent')
        return push({ kind: 'order_denied', clientOrderId, denial, again })
      }
      const isOurs = hold.isHeld() || !isClosing(request) ? hold.isHeld : await askedForClose(context)
      const turn = isClosing(request) ? nothingMore : turnOfOpening(context)
      await send(request, again, { isOurs, ...turn })
    } finally {
      underWay.delete(clientOrderId)
    }
  }

  const isWanted = (clientOrderId: string): boolean =>
    !isStopped && current().state.orders[clientOrderId]?.status === 'intent'

  async function send(request: OrderRequest, again: boolean, { isOurs, denial }: Turn): Promise<void> {
    const { clientOrderId } = request
    let denied: Denial | null = null
    const answer = await broker.submit(request, () => {
      if (!isWanted(clientOrderId) || !isOurs()) return false
      denied = denial()
      if (denied !== null) return false
      sent.push(wall.monotonic_ms())
      sending.add(clientOrderId)
      return true
    })
    sending.delete(clientOrderId)
    if (answer.ok) return push({ kind: 'order', order: answer.value, execution: null })
    const { error } = answer
    if (error.kind === 'not_sent') {
      return denied === null
        ? onNotSent(clientOrderId)
        : push({ kind: 'order_denied', clientOrderId, denial: denied, again })
    }
    log.warn({ error, clientOrderId }, 'the broker did not accept an order')
    const unsure = error.kind === 'ambiguous' || error.kind === 'rate_limited' || isDuplicateClientOrderId(error)
    const left_ms = pause_ms(context, clientOrderId, error)
    if (left_ms > 0) await wall.sleep(left_ms)
    if (unsure) return look(context, clientOrderId)
    push({ kind: 'order_refused', clientOrderId, error, again })
  }

  /** Still an intent: what becomes of it is asked of the broker, and it is sent if it is still wanted. */
  async function onNotSent(clientOrderId: string): Promise<void> {
    log.warn({ clientOrderId }, "an order was held back: the session may be another worker's by now")
    if (isWanted(clientOrderId)) await look(context, clientOrderId)
  }

  return {
    submit,
    stop() {
      isStopped = true
    },
    isSending: () => sending.size > 0,
    probe: (drillId) => probe(context, drillId, sentLastMinute),
    async lookup(clientOrderId) {
      if (!underWay.has(clientOrderId)) await look(context, clientOrderId)
    },
    async cancel(clientOrderId, orderId) {
      if (isStopped) return
      const asked = await broker.cancel(orderId)
      // "Not cancelable" means that it ended by itself: what it ended as is what counts.
      if (!asked.ok) await look(context, clientOrderId)
    },
  }
}

/** Asked as an order's turn at the broker has come. */
interface Turn {
  /** The session is this worker's. */
  readonly isOurs: () => boolean
  readonly denial: () => Denial | null
}

const nothingMore = { denial: () => null }

/** Begun when the checks were through: the switch was read last of all. */
function turnOfOpening({ wall, current }: EffectsContext): Pick<Turn, 'denial'> {
  const checked_ms = wall.monotonic_ms()
  return {
    denial() {
      const age_ms = wall.monotonic_ms() - checked_ms
      const isOld = age_ms > FACTS_MS_MAX
      const old = { code: 'stale_quote', numbers: { age_s: age_ms / 1000, limit_s: FACTS_MS_MAX / 1000 } } as const
      return denyByMode(current().state) ?? (isOld ? old : null)
    },
  }
}

/** Of a lease that may be somebody else's by now: whether a close may go out, in the moment it does. */
async function askedForClose({ hold, wall }: EffectsContext): Promise<() => boolean> {
  if ((await hold.renew()) !== 'unknown') return hold.isHeld
  const until_ms = wall.monotonic_ms() + UNANSWERED_MS_MAX
  return () => wall.monotonic_ms() < until_ms
}

function denialOfClosing(
  context: EffectsContext,
  request: OrderRequest,
  sentLastMinute: number,
): Denial | null | Promise<Denial | null> {
  const { state } = context.current()
  const denial = denyClosing(request, state, sentLastMinute)
  const isUnseen =
    state.forgottenCloses !== undefined ||
    Object.values(state.orders).some(
      ({ purpose, status, orderId }) => purpose === 'close' && status === 'ended' && orderId === null,
    )
  return denial === null && isUnseen ? denialByPositions(context, request) : denial
}

/**
 * Beside a close that was never seen, and may have arrived since, the broker says what is left to close. Where it does
 * not say, the close goes out.
 */
async function denialByPositions({ broker }: EffectsContext, request: OrderRequest): Promise<Denial | null> {
  const positions = await broker.positions()
  if (!positions.ok) return null
  const held = (symbol: string): number => Math.abs(positions.value.find((one) => one.symbol === symbol)?.qty ?? 0)
  const open = Math.min(...request.legs.map(({ symbol }) => held(symbol)))
  return request.qty <= open ? null : { code: 'close_exceeds_position', numbers: { wanted: request.qty, held: open } }
}

async function denialOfOpening(
  { broker, current, readControl }: EffectsContext,
  request: OrderRequest,
  sentLastMinute: () => number,
): Promise<Denial | null> {
  const symbols = request.legs.map((leg) => leg.symbol)
  const [account, quotes, positions] = await Promise.all([
    broker.account(),
    broker.optionQuotes(symbols),
    broker.positions(),
  ])
  // Last, whatever the others took: nothing is waited for between this reading and the request (I16).
  const controlMode = await readControl()
  const { state, view } = current()
  if (view === null) return { code: 'stale_quote', numbers: {} }
  return denyOpening(request, state, view, {
    controlMode,
    optionsBuyingPower: account.ok ? account.value.optionsBuyingPower : null,
    legs: quotes.ok ? symbols.map((symbol) => quotes.value.get(symbol) ?? null) : null,
    positions: positions.ok ? positions.value : null,
    sentLastMinute: sentLastMinute(),
  })
}

/** Nothing comes of it where the broker's adapter did not get as far as the last guard. */
async function probe(context: EffectsContext, drillId: string, sentLastMinute: () => number): Promise<void> {
  const { broker, current, push, log } = context
  const { state, view } = current()
  const request = probeRequest(state, view)
  const checked = await denialOfOpening(context, request, sentLastMinute)
  const turn = turnOfOpening(context)
  const said: (Denial | null)[] = []
  const answer = await broker.submit(request, () => {
    said.push(turn.denial())
    // Whatever the guards say: it is not sent.
    return false
  })
  const [sending] = said
  if (sending === undefined) return log.warn({ answer, drillId }, 'the order of a drill did not get to the last guard')
  push({ kind: 'drill_probed', probe: { drillId, clientOrderId: request.clientOrderId, checked, sending } })
}

/** How long the broker is left alone as it asked to be, within what the order waits for its answer anyway. */
function pause_ms(
  { current, clock }: EffectsContext,
  clientOrderId: string,
  { kind, retryAfter_ms }: BrokerError,
): number {
  const { state } = current()
  const order = state.orders[clientOrderId]
  if (kind !== 'rate_limited' || retryAfter_ms === null || order === undefined) return 0
  const left_ms = (1000 * orderWait_s(state, order)) / Math.max(1, clock.speed())
  return Math.min(retryAfter_ms, left_ms)
}

async function look({ broker, wall, push, log }: EffectsContext, clientOrderId: string): Promise<void> {
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

/** Opening and closing legs never share an order. */
export function isClosing(request: OrderRequest): boolean {
  return request.legs.every((leg) => leg.positionIntent.endsWith('_to_close'))
}
