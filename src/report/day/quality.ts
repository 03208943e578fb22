/**
 * What the day's data was worth, and whether its books agree. Pure. Entry points: `qualityOf`, `reconciliationOf`,
 * `brokerDifferenceOf`.
 */
import type { EventOf, JournalEntry, JournalEvent } from '../../session/events.ts'
import { addFill } from '../../session/money.ts'
import { centsOf, exact } from '../../strategy/exact.ts'
import { MULTIPLIER } from '../../strategy/rules.ts'
import { MINUTE_MS } from '../../time/units.ts'
import { eventsOf, lastEventOf } from '../events-of.ts'
import type { DayReport } from '../views.ts'
import { pctOf, sum } from './fields.ts'
import type { DayDocument } from './schema.ts'

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
  const alerts = eventsOf(events, 'engine_alert')
  const count = (code: string): number => alerts.filter((alert) => alert.code === code).length
  const last = lastEventOf(events, 'decision')
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
    blindExits: eventsOf(events, 'exit_decided').filter(({ mid }) => mid === null).length,
    lateQuotes: count('position_quotes_late') + count('position_quote_stale'),
    resumed: eventsOf(events, 'session_resumed').length,
    unreadableEvents: count('unreadable_event'),
  }
}

function marksOf(events: readonly JournalEvent[]): DayDocument['dataQuality']['marks'] {
  // A mark is recorded once in every market minute of which a part was held, the first and the last among them.
  const held = eventsOf(events, 'trade_closed').map(({ entry_ms, exit_ms }) =>
    Math.max(0, Math.floor(exit_ms / MINUTE_MS) - Math.floor(entry_ms / MINUTE_MS) + 1),
  )
  return held.length === 0 ? null : { recorded: eventsOf(events, 'mark').length, expected: sum(held) }
}

/** The broker's own P&L of the day less the desk's, in cents; null where the broker's records were not read. */
export function brokerDifferenceOf(proved: EventOf<'day_proved'> | undefined): number | null {
  if (proved?.broker == null) return null
  const { brokerCents, deskCents, otherCents = 0 } = proved.broker
  // Where the desk's own orders add up, what somebody else traded beside it is not the day's.
  return brokerCents === deskCents ? 0 : brokerCents + otherCents - deskCents
}

/** What expiry cost, cents: negative where it did. */
function settledCentsOf({ settlement }: EventOf<'trade_closed'>): number {
  if (settlement === undefined) return 0
  return -centsOf(exact(settlement.price).times(settlement.qty).times(MULTIPLIER)) + 0
}

/** The P&L of each trade once more from its fills. */
export function reconciliationOf(entries: readonly JournalEntry[]): DayDocument['reconciliation'] {
  const events = entries.map(({ event }) => event)
  const trades = eventsOf(events, 'trade_closed').flatMap((closed) => {
    const fills = eventsOf(events, 'fill').filter(({ tradeId }) => tradeId === closed.tradeId)
    // Fills that no event tells of were adopted with their order; they are among the differences told.
    if (fills.length === 0) return []
    const notional = (purpose: 'open' | 'close') =>
      fills
        .filter((fill) => fill.purpose === purpose)
        .reduce((total, { price, qty }) => addFill(total, price, qty), '0')
    const fillsCents = centsOf(exact(notional('open')).minus(notional('close')).times(MULTIPLIER))
    const recordedCents = closed.brokerPnlCents
    const settledCents = settledCentsOf(closed)
    return [
      {
        tradeId: closed.tradeId,
        fillsCents,
        recordedCents,
        settledCents,
        differenceCents: recordedCents - settledCents - fillsCents,
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
    brokerDifferenceCents: brokerDifferenceOf(lastEventOf(events, 'day_proved')),
  }
}
