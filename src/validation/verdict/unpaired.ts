/**
 * Why a day has no replay to be paired with. A desk quotes only what it holds: where a fill was missed or a person ended a trade,
 * what the rules would have held on is not on its tape, and such a day is counted here in place of in live − replay. Pure.
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
  return status === 'stopped' ? 'ended by a person' : 'held something else'
}
