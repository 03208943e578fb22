/**
 * Why a day has no replay to be paired with: where the tape does not tell what the rules would have done, a day is counted here in
 * place of in live − replay. Pure.
 * Entry points: `unpairedKind`, `unpairedSchema`.
 */
import { z } from 'zod'
import type { DayDocument } from '../../report/day/schema.ts'
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
export type UnpairedKind = z.infer<typeof unpairedSchema>

type EndOfTrade = Extract<JournalEvent, { type: 'trade_closed' }>['reason']
const BY_PERSON: ReadonlySet<EndOfTrade> = new Set(['operator_stop', 'halted', 'closed_elsewhere'])
const BY_DESK: ReadonlySet<EndOfTrade> = new Set(['quotes_lost', 'watchdog', 'legs_out_of_balance'])

/** Null: the day has a pair. */
export function unpairedKind(
  { checks: { parity, replay }, status }: Pick<DayDocument, 'checks' | 'status'>,
  events: readonly JournalEvent[],
): UnpairedKind | null {
  if (replay !== null && replay.difference !== null) return null
  if (status === 'incomplete') return 'position left open'
  if (replay === null || parity?.complete !== true) return 'no whole tape'
  const ends = events.flatMap((event) => (event.type === 'trade_closed' ? [event.reason] : []))
  if (ends.some((reason) => BY_PERSON.has(reason))) return 'ended by a person'
  if (ends.some((reason) => BY_DESK.has(reason))) return 'ended by the desk'
  if (events.some(({ type }) => type === 'entry_abandoned')) return 'missed fill'
  if (status === 'stopped') return 'ended by a person'
  return notAsked(events) ?? 'held something else'
}

/** Nothing was held, and the rules were not asked all day. */
function notAsked(events: readonly JournalEvent[]): UnpairedKind | null {
  if (events.some(({ type }) => type === 'trade_closed')) return null
  const ended = events.findLast((event) => event.type === 'session_ended')
  if (ended?.type !== 'session_ended') return null
  if ((ended.minutesPaused ?? 0) > 0) return 'paused'
  return ended.minutesMissed > 0 ? 'minutes missed' : null
}
