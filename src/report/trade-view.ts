/** The trades of a day out of its events, closed or open. Pure. Entry point: `tradesOf`. */
import type { EventOf, JournalEvent } from '../session/events.ts'
import { addFill, averagePrice } from '../session/money.ts'
import type { TradeView } from './views.ts'

/**
 * In order of their decisions; what was decided and never filled is no trade. A close whose decision the journal does
 * not have (the store lost it, or the order was adopted) is a trade all the same.
 */
export function tradesOf(events: readonly JournalEvent[]): TradeView[] {
  const decided = new Set(events.flatMap((event) => (event.type === 'entry_decided' ? [event.tradeId] : [])))
  const adopted = events.filter(
    (event): event is EventOf<'trade_closed'> => event.type === 'trade_closed' && !decided.has(event.tradeId),
  )
  return [...adopted.map(closedView), ...decidedTrades(events)]
}

function decidedTrades(events: readonly JournalEvent[]): TradeView[] {
  const fills = events.filter((event) => event.type === 'fill')
  const closings = events.filter((event) => event.type === 'trade_closed')
  return events
    .filter((event) => event.type === 'entry_decided')
    .flatMap((entry) => {
      const own = fills.filter((fill) => fill.tradeId === entry.tradeId)
      const closed = closings.find((closing) => closing.tradeId === entry.tradeId) ?? null
      return tradeView(entry, own, closed) ?? []
    })
}

function closedView(closed: EventOf<'trade_closed'>): TradeView {
  const { tradeId, structure, strike, hedgeStrike, contracts, entry_ms, decisionMid, exit_ms, reason } = closed
  return {
    tradeId,
    structure,
    strike,
    hedgeStrike,
    contracts,
    entry_ms,
    entryFill: Number(closed.entryFill),
    decisionMid,
    exit_ms,
    exitFill: Number(closed.exitFill),
    reason,
    netPnlCents: closed.netPnlCents,
    rulePnlCents: closed.rulePnlCents,
    brokerPnlCents: closed.brokerPnlCents,
  }
}

/** What the fills say is what was traded: an entry that was filled in part is as large as its fills. */
export function tradeView(
  entry: EventOf<'entry_decided'>,
  fills: readonly EventOf<'fill'>[],
  closed: EventOf<'trade_closed'> | null,
): TradeView | null {
  const opened = fills.filter(({ purpose }) => purpose === 'open')
  const [firstFill] = opened
  if (firstFill === undefined) return null
  const lastClose = fills.findLast(({ purpose }) => purpose === 'close')
  const contracts = opened.reduce((sum, { qty }) => sum + qty, 0)
  if (contracts <= 0) return null
  const notional = opened.reduce((sum, { price, qty }) => addFill(sum, price, qty), '0')
  return {
    tradeId: entry.tradeId,
    structure: entry.structure,
    strike: entry.strike,
    hedgeStrike: entry.hedgeStrike,
    contracts: closed?.contracts ?? contracts,
    entry_ms: firstFill.at_ms,
    entryFill: Number(closed?.entryFill ?? averagePrice(notional, contracts)),
    decisionMid: entry.mid,
    exit_ms: closed === null ? null : (lastClose?.at_ms ?? closed.exit_ms),
    exitFill: closed === null ? null : Number(closed.exitFill),
    reason: closed?.reason ?? null,
    netPnlCents: closed?.netPnlCents ?? null,
    rulePnlCents: closed?.rulePnlCents ?? null,
    brokerPnlCents: closed?.brokerPnlCents ?? null,
  }
}
