/** The whole journal of the sample day: the posts of `desk-samples.ts` with the decisions, orders and marks between. */
import { buildDayDocument } from '../../src/report/day/day-document.ts'
import type { DayDocument } from '../../src/report/day/schema.ts'
import { tradeCards } from '../../src/report/trade-card.ts'
import type { TradeDetail } from '../../src/report/trade-detail.ts'
import { type JournalEntry, type JournalEvent, type JournalEventType, PUBLISHABLE } from '../../src/session/events.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import { at, DAY_EVENTS, entryOf } from './desk-samples.ts'

const published = <T extends JournalEventType>(type: T): Extract<JournalEvent, { type: T }>[] =>
  DAY_EVENTS.filter((event): event is Extract<JournalEvent, { type: T }> => event.type === type)

/** 12 minutes of too much volatility, 3 of too little premium; the minute 09:50 was missed; then all gates open. */
function decisions(): JournalEvent[] {
  const skipped = Array.from({ length: 16 }, (_, minute) => minute)
    .filter((minute) => minute !== 5)
    .map((minute): JournalEvent => {
      const isWild = minute <= 12
      return {
        type: 'decision',
        action: 'skip',
        at_ms: at('09:45:01') + minute * MINUTE_MS,
        reason: isWild ? 'high_vix' : 'premium_low',
        value: isWild ? 27.9 - minute * 0.2 : 0.04,
        limit: isWild ? 25 : 0.05,
        spot: 741 + minute * 0.01,
        vixEstimate: isWild ? 27.9 - minute * 0.2 : 12.1,
        rangePct: 0.3 + minute * 0.01,
        bars: 15 + minute,
      }
    })
  const entered: JournalEvent = {
    type: 'decision',
    action: 'enter',
    at_ms: at('10:03:00'),
    reason: null,
    value: null,
    limit: null,
    spot: 741.15,
    vixEstimate: 11.24,
    rangePct: 0.412,
    bars: 33,
  }
  return [...skipped, entered]
}

/** A dip to four fifths of the stop, then up to the target. */
function marks(): JournalEvent[] {
  return Array.from({ length: 189 }, (_, i): JournalEvent => {
    const mid = 1.23 + (i < 95 ? 0.27 * Math.sin((i / 95) * Math.PI) : -0.59 * ((i - 95) / 94))
    const netPnlCents = Math.round((1.21 - mid - 0.01) * 250_000) - 6_500
    return {
      type: 'mark',
      at_ms: at('10:04:00') + i * MINUTE_MS,
      spot: 741,
      mid: Math.round(mid * 1000) / 1000,
      close: Math.round((mid + 0.01) * 1000) / 1000,
      netPnlCents,
      rulePnlCents: netPnlCents + 27,
      dayNetPnlCents: netPnlCents,
    }
  })
}

/** The events of the day in the order in which the session commits them. */
export function journalEvents(): JournalEvent[] {
  const [openFills, closeFills] = [
    published('fill').filter(({ purpose }) => purpose === 'open'),
    published('fill').filter(({ purpose }) => purpose === 'close'),
  ]
  const [firstOpen] = openFills
  const symbols = ['SPY260717P00742000', 'SPY260717P00737000']
  const order = { clientOrderId: firstOpen?.clientOrderId ?? '', symbols, qty: 25, attempt: 1 }
  return [
    ...published('campaign_armed'),
    ...published('session_started'),
    ...decisions(),
    ...published('entry_decided'),
    { type: 'order_intent', purpose: 'open', limitPrice: '1.21', ...order },
    { type: 'order_accepted', clientOrderId: order.clientOrderId, orderId: 'o1' },
    ...openFills,
    ...marks(),
    ...published('risk_warning'),
    ...published('exit_decided'),
    ...closeFills,
    ...published('trade_closed'),
    ...published('session_ended'),
  ]
}

/** The same day without the decision: an order of the desk that its books did not know. */
export const adoptedEvents = (): JournalEvent[] => journalEvents().filter(({ type }) => type !== 'entry_decided')

/** As an older version wrote them: fills that say no strikes. */
export const withoutLegs = (events: readonly JournalEvent[]): JournalEvent[] =>
  events.map((event) => {
    if (event.type !== 'fill') return event
    const { strike: _strike, hedgeStrike: _hedge, ...fill } = event
    return fill
  })

/** The same as entries, each with its market time where it has one of its own. */
export function journalOf(events: readonly JournalEvent[] = journalEvents()): JournalEntry[] {
  let feedNo = 0
  return events.map((event, index) => {
    if (PUBLISHABLE.has(event.type)) feedNo += 1
    const atMarket_ms = 'at_ms' in event ? event.at_ms : event.type === 'session_ended' ? at('16:00') : at('09:25')
    const own = PUBLISHABLE.has(event.type) ? feedNo : null
    return { ...entryOf(event, feedNo), id: `1784296800000-${index}`, feedNo: own, atMarket_ms }
  })
}

function sampleDocument(): DayDocument {
  const made = buildDayDocument(journalOf())
  if (made === null) throw new Error('expected a report')
  return made
}

/** The published report of the sample day. */
export const DOCUMENT: DayDocument = sampleDocument()

/** The trades of a day whose decisions its journal has. */
export const tradeDetails = (entries: readonly JournalEntry[]): readonly TradeDetail[] =>
  tradeCards(entries).flatMap(({ detail }) => detail ?? [])
