/** What the day's data was worth, and whether its books agree. Pure. Entry points: `qualityOf`, `reconciliationOf`. */
import type { EventOf, JournalEntry, JournalEvent } from '../../session/events.ts'
import { addFill } from '../../session/money.ts'
import { centsOf, exact } from '../../strategy/exact.ts'
import { MULTIPLIER } from '../../strategy/rules.ts'
import { brokerDifferenceOf } from '../../validation/criteria/evidence.ts'
import type { DayReport } from '../views.ts'
import { pctOf, sum } from './fields.ts'
import type { DayDocument } from './schema.ts'

const MINUTE_MS = 60_000

const of = <T extends JournalEvent['type']>(events: readonly JournalEvent[], type: T): EventOf<T>[] =>
  events.filter((event): event is EventOf<T> => event.type === type)

/** Alerts that say: the books of the desk and of the broker were apart. */
const DIFFERENCES: ReadonlySet<string> = new Set([
  'position_mismatch',
  'cash_mismatch',
  'foreign_order',
  'shares_held',
  'assigned',
  'late_fill',
  'session_reopened',
  'leg_closed',
  'unclaimed_fill',
  'position_over_limit',
  'order_mismatch',
  'close_adopted',
  'open_adopted',
  'store_lost',
])

export function qualityOf(events: readonly JournalEvent[], report: DayReport): DayDocument['dataQuality'] {
  const alerts = of(events, 'engine_alert')
  const count = (code: string): number => alerts.filter((alert) => alert.code === code).length
  const last = of(events, 'decision').at(-1)
  const minutesDue = report.decisions + report.minutesMissed
  return {
    minutesDue,
    minutesDecided: report.decisions,
    minutesMissed: report.minutesMissed,
    coveragePct: pctOf(report.decisions, minutesDue),
    bars:
      last === undefined
        ? null
        : { known: last.bars, expected: Math.max(0, Math.floor((last.at_ms - report.open_ms) / MINUTE_MS)) },
    marks: marksOf(events),
    blindExits: of(events, 'exit_decided').filter(({ mid }) => mid === null).length,
    lateQuotes: count('position_quotes_late') + count('position_quote_stale'),
    resumed: of(events, 'session_resumed').length,
    unreadableEvents: count('unreadable_event'),
  }
}

function marksOf(events: readonly JournalEvent[]): DayDocument['dataQuality']['marks'] {
  // A mark is recorded once in every market minute of which a part was held, the first and the last among them.
  const held = of(events, 'trade_closed').map(({ entry_ms, exit_ms }) =>
    Math.max(0, Math.floor(exit_ms / MINUTE_MS) - Math.floor(entry_ms / MINUTE_MS) + 1),
  )
  return held.length === 0 ? null : { recorded: of(events, 'mark').length, expected: sum(held) }
}

/** The P&L of each trade once more from its fills. */
export function reconciliationOf(entries: readonly JournalEntry[]): DayDocument['reconciliation'] {
  const events = entries.map(({ event }) => event)
  const trades = of(events, 'trade_closed').flatMap((closed) => {
    const fills = of(events, 'fill').filter(({ tradeId }) => tradeId === closed.tradeId)
    // Fills that no event tells of were adopted with their order; they are among the differences told.
    if (fills.length === 0) return []
    const notional = (purpose: 'open' | 'close') =>
      fills
        .filter((fill) => fill.purpose === purpose)
        .reduce((total, { price, qty }) => addFill(total, price, qty), '0')
    const fillsCents = centsOf(exact(notional('open')).minus(notional('close')).times(MULTIPLIER))
    const recordedCents = closed.brokerPnlCents
    return [
      {
        tradeId: closed.tradeId,
        fillsCents,
        recordedCents,
        differenceCents: recordedCents - fillsCents,
        estimatedContracts: closed.estimatedQty ?? 0,
      },
    ]
  })
  return {
    trades,
    differenceCents: sum(trades.map(({ differenceCents }) => differenceCents)),
    differencesTold: entries.flatMap(({ event, atMarket_ms }) =>
      event.type === 'engine_alert' && DIFFERENCES.has(event.code)
        ? [{ at_ms: atMarket_ms, code: event.code, message: event.message }]
        : [],
    ),
    brokerDifferenceCents: brokerDifferenceOf(of(events, 'day_proved').at(-1)),
  }
}
