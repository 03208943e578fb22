/** The day's orders and fills out of its journal. Pure. Entry points: `ordersOf`, `executionOf`. */
import type { EventOf, JournalEntry, JournalEvent } from '../../session/events.ts'
import { addFill, averagePrice } from '../../session/money.ts'
import { PROFILES } from '../../strategy/profiles.ts'
import type { ProfileName } from '../../strategy/types.ts'
import type { CostAnalysis, Execution, OrderLine } from './execution-schema.ts'
import { median, pctOf, sum, sumKnown } from './fields.ts'

interface Timed<T extends JournalEvent['type']> extends JournalEntry {
  readonly event: EventOf<T>
}

const isOf =
  <T extends JournalEvent['type']>(type: T) =>
  (entry: JournalEntry): entry is Timed<T> =>
    entry.event.type === type

/** An intent that was sent again after a crash is one order: its id says so. */
export function ordersOf(entries: readonly JournalEntry[]): OrderLine[] {
  const own = entriesByOrder(entries)
  const seen = new Set<string>()
  return entries.filter(isOf('order_intent')).flatMap((intent) => {
    const { clientOrderId } = intent.event
    if (seen.has(clientOrderId)) return []
    seen.add(clientOrderId)
    return [orderLine(intent, own.get(clientOrderId) ?? [])]
  })
}

/** Sorted out once: a broker that takes no close is sent a thousand orders a day. */
function entriesByOrder(entries: readonly JournalEntry[]): ReadonlyMap<string, readonly JournalEntry[]> {
  const found = new Map<string, JournalEntry[]>()
  for (const entry of entries) {
    if (!('clientOrderId' in entry.event)) continue
    const { clientOrderId } = entry.event
    const own = found.get(clientOrderId)
    if (own === undefined) found.set(clientOrderId, [entry])
    else own.push(entry)
  }
  return found
}

function orderLine(intent: Timed<'order_intent'>, own: readonly JournalEntry[]): OrderLine {
  const { clientOrderId, purpose, attempt, symbols, qty, limitPrice } = intent.event
  const fills = own.filter(isOf('fill'))
  const accepted = own.find(isOf('order_accepted'))
  const ended = own.findLast(isOf('order_ended'))
  const [firstFill, lastFill] = [fills[0], fills.at(-1)]
  const filledQty = sum(fills.map(({ event }) => event.qty))
  const notional = fills.reduce((total, { event }) => addFill(total, event.price, event.qty), '0')
  return {
    clientOrderId,
    purpose,
    attempt,
    symbols,
    qty,
    limitPrice,
    sent_ms: intent.atMarket_ms,
    accepted_ms: accepted?.atMarket_ms ?? null,
    ended_ms: ended?.atMarket_ms ?? null,
    status: ended?.event.status ?? (filledQty >= qty ? 'filled' : turnedDown(own)),
    filledQty,
    executions: fills.length,
    averagePrice: filledQty === 0 ? null : averagePrice(notional, filledQty),
    firstFill_ms: firstFill?.event.at_ms ?? null,
    lastFill_ms: lastFill?.event.at_ms ?? null,
    timeToFill_ms: lastFill === undefined ? null : Math.max(0, lastFill.event.at_ms - intent.atMarket_ms),
    timeToFill_wall_ms: lastFill === undefined ? null : Math.max(0, lastFill.atWall_ms - intent.atWall_ms),
  }
}

function turnedDown(own: readonly JournalEntry[]): string | null {
  if (own.some(({ event }) => event.type === 'order_refused')) return 'refused'
  return own.some(({ event }) => event.type === 'order_denied') ? 'denied' : null
}

/** As reports have it, whose members are published: what the journal's event gets beside them stays there. */
function fillOf(event: EventOf<'fill'>): Execution['fills'][number] {
  const { tradeId, clientOrderId, executionId, purpose, qty, price, decisionMid, slippageCents, at_ms } = event
  return { tradeId, clientOrderId, executionId, purpose, qty, price, decisionMid, slippageCents, at_ms }
}

export function executionOf(entries: readonly JournalEntry[], profile: ProfileName, costs: CostAnalysis): Execution {
  const orders = ordersOf(entries)
  const fills = entries.filter(isOf('fill')).map(({ event }) => fillOf(event))
  const entriesDecided = entries.filter(isOf('entry_decided')).map(({ event }) => event.tradeId)
  const opened = new Set(fills.filter(({ purpose }) => purpose === 'open').map(({ tradeId }) => tradeId))
  const entriesFilled = entriesDecided.filter((id) => opened.has(id)).length
  const filled = orders.filter(({ filledQty, qty }) => filledQty >= qty)
  const partly = orders.filter(({ filledQty, qty }) => filledQty > 0 && filledQty < qty)
  const waits = orders.flatMap(({ timeToFill_ms }) => (timeToFill_ms === null ? [] : [timeToFill_ms]))
  const [contractsOrdered, contractsFilled] = [sum(orders.map(({ qty }) => qty)), sum(orders.map((o) => o.filledQty))]
  return {
    orders,
    fills,
    sent: orders.length,
    filled: filled.length,
    partlyFilled: partly.length,
    unfilled: orders.length - filled.length - partly.length,
    refused: orders.filter(({ status }) => status === 'refused' || status === 'denied').length,
    contractsOrdered,
    contractsFilled,
    fillRatePct: pctOf(contractsFilled, contractsOrdered),
    entriesDecided: entriesDecided.length,
    entriesFilled,
    entryFillRatePct: pctOf(entriesFilled, entriesDecided.length),
    timeToFill_ms: { median: median(waits), max: waits.length === 0 ? null : Math.max(...waits) },
    inSeveralParts: orders.filter(({ executions }) => executions > 1).length,
    slippage: slippageOf(fills, profile, costs),
  }
}

function slippageOf(
  fills: readonly { readonly slippageCents: number | null }[],
  profile: ProfileName,
  { premiumCents, actual, estimated, proof }: CostAnalysis,
): Execution['slippage'] {
  const againstMidCents = fills.length === 0 ? null : sumKnown(fills.map(({ slippageCents }) => slippageCents))
  const againstTouchCents = actual.slippageCents
  const share = (value: number | null): number | null => (value === null ? null : pctOf(value, premiumCents))
  // What the decisions were charged with, under whichever settings; the profile's own where nothing was sold.
  const assumedPct = share(estimated.slippageCents) ?? PROFILES[profile].slippagePct
  const againstTouchPct = share(againstTouchCents)
  return {
    againstMidCents,
    againstMidPct: share(againstMidCents),
    againstTouchCents,
    againstTouchPct,
    assumedPct,
    within: againstTouchPct === null ? null : againstTouchPct <= assumedPct,
    proves: proof.some(({ parameter, proves }) => parameter === 'slippage' && proves),
  }
}
