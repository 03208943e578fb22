/** Journals full of trades: whatever the events' schemas allow, in whatever order. */
import fc from 'fast-check'
import { type JournalEntry, type JournalEvent, journalEventSchema } from '../../src/session/events.ts'
import { entryOf } from './desk-samples.ts'
import { arbitraryOf } from './schema-arbitrary.ts'

const TYPES: ReadonlySet<string> = new Set([
  'session_started',
  'entry_decided',
  'order_intent',
  'order_accepted',
  'order_ended',
  'order_refused',
  'order_denied',
  'fill',
  'entry_abandoned',
  'mark',
  'risk_warning',
  'risk_breach',
  'exit_decided',
  'trade_closed',
  'session_ended',
])

const anyEvent: fc.Arbitrary<JournalEvent> = fc.oneof(
  ...journalEventSchema.options
    .filter(({ shape }) => TYPES.has(shape.type.value))
    .map((schema): fc.Arbitrary<JournalEvent> => arbitraryOf<JournalEvent>(schema)),
)

/** The events of one trade or two, by their ids and orders. */
export const anyTradeJournal: fc.Arbitrary<readonly JournalEntry[]> = fc
  .array(fc.tuple(anyEvent, fc.boolean()), { minLength: 1, maxLength: 14 })
  .map((made) =>
    made.map(([event, isFirst], index) => {
      const tradeId = isFirst ? '2026-07-17-1' : '2026-07-17-2'
      const owned = 'tradeId' in event ? { ...event, tradeId } : event
      const ordered = 'clientOrderId' in owned ? { ...owned, clientOrderId: `order-${tradeId}` } : owned
      return entryOf(ordered, index + 1)
    }),
  )
