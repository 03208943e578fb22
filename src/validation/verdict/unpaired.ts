/**
 * Why a day has no replay to be paired with: where the tape does not tell what the rules would have done, a day is
 * counted here in place of in live − replay. Pure.
 * Entry points: `unpairedKind`, `unpairedSchema`.
 */
import { z } from 'zod'
import { unaskedKind } from '../../report/day/checks.ts'
import { endOf } from '../../report/day/live-day.ts'
import type { DayDocument } from '../../report/day/schema.ts'
import { eventsOf } from '../../report/events-of.ts'
import type { JournalEvent } from '../../session/events.ts'

export const unpairedSchema = z.enum([
  'missed fill',
  'ended by a person',
  'ended by the desk',
  'position left open',
  'no whole tape',
  'paused',
  'minutes missed',
  'held something else',
])
type UnpairedKind = z.infer<typeof unpairedSchema>

/** Null: the day has a pair. */
export function unpairedKind(
  { checks: { parity, replay }, status }: Pick<DayDocument, 'checks' | 'status'>,
  events: readonly JournalEvent[],
): UnpairedKind | null {
  if (replay !== null && replay.difference !== null) return null
  const ends = new Set(eventsOf(events, 'trade_closed').map((trade) => endOf(trade, events)))
  if (status === 'incomplete' || ends.has('expiry')) return 'position left open'
  if (replay === null || parity?.complete !== true) return 'no whole tape'
  if (ends.has('human') || ends.has('operator_stop')) return 'ended by a person'
  if (ends.has('engine')) return 'ended by the desk'
  if (events.some(({ type }) => type === 'entry_abandoned')) return 'missed fill'
  if (status === 'stopped') return 'ended by a person'
  return unaskedKind(replay.reason) ?? notAsked(events) ?? 'held something else'
}

/** Nothing was held, and the rules were not asked all day. */
function notAsked(events: readonly JournalEvent[]): UnpairedKind | null {
  if (events.some(({ type }) => type === 'trade_closed')) return null
  const ended = events.findLast((event) => event.type === 'session_ended')
  if (ended?.type !== 'session_ended') return null
  if ((ended.minutesPaused ?? 0) > 0) return 'paused'
  return ended.minutesMissed > 0 ? 'minutes missed' : null
}
