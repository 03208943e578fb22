/** The trades of a day out of its events, closed or open. Pure. Entry points: `tradesOf`, `tradeView`, `adoptedView`. */
import type { EventOf, JournalEvent } from '../session/events.ts'
import { addFill, averagePrice } from '../session/money.ts'
import type { TradeView } from './views.ts'

/**
 * In the order in which they were opened; what was decided and never filled is no trade. One whose decision the journal
 * does not have (the store lost it, or the order was adopted) is a trade all the same.
 */
export function tradesOf(events: readonly JournalEvent[]): TradeView[] {
  const fills = events.filter((event) => event.type === 'fill')
  const closings = events.filter((event) => event.type === 'trade_closed')
  const decided = new Map(events.flatMap((event) => (event.type === 'entry_decided' ? [[event.tradeId, event]] : [])))
  const tradeIds = new Set([...decided.keys(), ...[...fills, ...closings].map(({ tradeId }) => tradeId)])
  const trades = [...tradeIds].flatMap((tradeId) => {
    const own = fills.filter((fill) => fill.tradeId === tradeId)
    const closed = closings.find((closing) => closing.tradeId === tradeId) ?? null
    const entry = decided.get(tradeId)
    return (entry === undefined ? adoptedView(own, closed) : tradeView(entry, own, closed)) ?? []
  })
  return trades.toSorted((a, b) => a.entry_ms - b.entry_ms)
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

/**
 * Of a trade whose decision the journal does not have: what its end says, else what its opening fills sold. Null: not
 * even its legs are known (an older journal, or its fills were lost, too).
 */
export function adoptedView(
  fills: readonly EventOf<'fill'>[],
  closed: EventOf<'trade_closed'> | null,
): TradeView | null {
  if (closed !== null) return closedView(closed)
  const opened = openedBy(fills)
  if (opened === null) return null
  const { first, contracts, entryFill } = opened
  const { tradeId, strike, hedgeStrike, at_ms, decisionMid } = first
  if (strike === undefined || hedgeStrike === undefined) return null
  return {
    tradeId,
    structure: hedgeStrike === null ? 'short_put' : 'put_spread',
    strike,
    hedgeStrike,
    contracts,
    entry_ms: at_ms,
    entryFill: Number(entryFill),
    decisionMid: decisionMid ?? Number(entryFill),
    ...{ exit_ms: null, exitFill: null, reason: null },
    ...{ netPnlCents: null, rulePnlCents: null, brokerPnlCents: null },
  }
}

interface Opened {
  readonly first: EventOf<'fill'>
  readonly contracts: number
  /** Average, dollars a share, exact. */
  readonly entryFill: string
}

/** What was sold; null: nothing. */
export function openedBy(fills: readonly EventOf<'fill'>[]): Opened | null {
  const opened = fills.filter(({ purpose }) => purpose === 'open')
  const [first] = opened
  const contracts = opened.reduce((sum, { qty }) => sum + qty, 0)
  if (first === undefined || contracts <= 0) return null
  const notional = opened.reduce((sum, { price, qty }) => addFill(sum, price, qty), '0')
  return { first, contracts, entryFill: averagePrice(notional, contracts) }
}

/** What the fills say is what was traded: an entry that was filled in part is as large as its fills. */
export function tradeView(
  entry: EventOf<'entry_decided'>,
  fills: readonly EventOf<'fill'>[],
  closed: EventOf<'trade_closed'> | null,
): TradeView | null {
  const opened = openedBy(fills)
  if (opened === null) return null
  const lastClose = fills.findLast(({ purpose }) => purpose === 'close')
  return {
    tradeId: entry.tradeId,
    structure: entry.structure,
    strike: entry.strike,
    hedgeStrike: entry.hedgeStrike,
    contracts: closed?.contracts ?? opened.contracts,
    entry_ms: opened.first.at_ms,
    entryFill: Number(closed?.entryFill ?? opened.entryFill),
    decisionMid: entry.mid,
    exit_ms: closed === null ? null : (lastClose?.at_ms ?? closed.exit_ms),
    exitFill: closed === null ? null : Number(closed.exitFill),
    reason: closed?.reason ?? null,
    netPnlCents: closed?.netPnlCents ?? null,
    rulePnlCents: closed?.rulePnlCents ?? null,
    brokerPnlCents: closed?.brokerPnlCents ?? null,
  }
}
