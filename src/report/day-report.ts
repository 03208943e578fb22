/** A day's report out of its journal: pure, and the same while the day runs as after it. Entry: `buildDayReport`. */
import type { EventOf, JournalEntry, JournalEvent } from '../session/events.ts'
import type { SkipReason } from '../strategy/types.ts'
import type { DayReport, TradeView } from './views.ts'

/** Null for a day without a session: a campaign may have been armed, but nothing was traded or decided. */
export function buildDayReport(entries: readonly JournalEntry[]): DayReport | null {
  const [first] = entries
  const events = entries.map((entry) => entry.event)
  const started = findLast(events, 'session_started')
  if (first === undefined || started === undefined) return null
  const ended = findLast(events, 'session_ended')
  const trades = tradesOf(events)
  const decisions = events.filter((event) => event.type === 'decision')
  return {
    schema: 'phase4d.day/1',
    accountId: first.accountId,
    source: first.source,
    profile: first.profile,
    date: first.date,
    plan: started.plan,
    final: ended !== undefined,
    open_ms: started.open_ms,
    close_ms: started.close_ms,
    status: ended?.status ?? 'running',
    netPnlCents: sum(trades.map((trade) => trade.netPnlCents)),
    brokerPnlCents: sum(trades.map((trade) => trade.brokerPnlCents)),
    rulePnlCents: sum(trades.map((trade) => trade.rulePnlCents)),
    targetDailyCents: started.plan.targetDailyCents,
    trades,
    decisions: decisions.length,
    skips: countSkips(decisions),
    minutesMissed: ended?.minutesMissed ?? 0,
    pnlPoints: pnlPoints(events, started.open_ms),
    alerts: entries.flatMap(({ event, atMarket_ms }) =>
      event.type === 'engine_alert' ? [{ at_ms: atMarket_ms, code: event.code, message: event.message }] : [],
    ),
  }
}

function findLast<T extends JournalEvent['type']>(events: readonly JournalEvent[], type: T): EventOf<T> | undefined {
  return events.findLast((event): event is EventOf<T> => event.type === type)
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0)
}

function countSkips(decisions: readonly EventOf<'decision'>[]): Partial<Record<SkipReason, number>> {
  const counts: Partial<Record<SkipReason, number>> = {}
  for (const { reason } of decisions) if (reason !== null) counts[reason] = (counts[reason] ?? 0) + 1
  return counts
}

/** Closed trades, and the one that is open. */
function tradesOf(events: readonly JournalEvent[]): TradeView[] {
  return events
    .filter((event) => event.type === 'entry_decided')
    .flatMap((entry) => {
      const fills = events.filter((event) => event.type === 'fill').filter((fill) => fill.tradeId === entry.tradeId)
      const [firstFill] = fills
      if (firstFill === undefined) return []
      const closed = events.find((event) => event.type === 'trade_closed' && event.tradeId === entry.tradeId)
      return [tradeView(entry, firstFill, closed?.type === 'trade_closed' ? closed : null)]
    })
}

function tradeView(
  entry: EventOf<'entry_decided'>,
  firstFill: EventOf<'fill'>,
  closed: EventOf<'trade_closed'> | null,
): TradeView {
  return {
    tradeId: entry.tradeId,
    structure: entry.structure,
    strike: entry.strike,
    hedgeStrike: entry.hedgeStrike,
    contracts: closed?.contracts ?? entry.contracts,
    entry_ms: closed?.entry_ms ?? firstFill.at_ms,
    entryFill: Number(closed?.entryFill ?? firstFill.price),
    decisionMid: entry.mid,
    exit_ms: closed?.exit_ms ?? null,
    exitFill: closed === null ? null : Number(closed.exitFill),
    reason: closed?.reason ?? null,
    netPnlCents: closed?.netPnlCents ?? null,
    rulePnlCents: closed?.rulePnlCents ?? null,
    brokerPnlCents: closed?.brokerPnlCents ?? null,
  }
}

/** From zero at the open, level until each entry, through every mark to each trade's end. */
function pnlPoints(events: readonly JournalEvent[], open_ms: number): DayReport['pnlPoints'] {
  const points = [{ at_ms: open_ms, netPnlCents: 0 }]
  for (const event of events) {
    const last = points.at(-1)
    if (event.type === 'entry_decided' && last !== undefined) points.push({ ...last, at_ms: event.at_ms })
    if (event.type === 'mark') points.push({ at_ms: event.at_ms, netPnlCents: event.dayNetPnlCents })
    if (event.type === 'trade_closed') points.push({ at_ms: event.exit_ms, netPnlCents: event.dayNetPnlCents })
  }
  return points
}
