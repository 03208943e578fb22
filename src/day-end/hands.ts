/** What people did by hand on a day, out of its journal. Pure. Entry point: `handsOf`. */
import type { Actor, EventOf, JournalEntry, JournalEvent } from '../session/events.ts'
import type { Hand } from '../session/report-events.ts'

/** A desk is stopped by more than one command of many: more than this is no news any more. */
const HANDS_MAX = 20

const isPerson = (actor: Actor | null): actor is Actor => actor !== null && actor.via !== 'system'

const SWITCHED = { ACTIVE: 'resumed', REDUCING: 'paused', HALTED: 'halted' } as const

/** In the order in which they happened. A drill sets the switch without telling so, and restores it: it is none. */
export function handsOf(entries: readonly JournalEntry[]): readonly Hand[] {
  return entries.flatMap(({ event, atMarket_ms }) => handOf(event, atMarket_ms)).slice(0, HANDS_MAX)
}

function handOf(event: JournalEvent, at_ms: number): readonly Hand[] {
  const plain = { approver: null, at_ms, limit: null }
  switch (event.type) {
    case 'control_set': {
      if (!isPerson(event.actor)) return []
      return [{ ...plain, kind: SWITCHED[event.mode], by: event.actor, approver: event.approver ?? null }]
    }
    case 'campaign_disarmed':
      return isPerson(event.actor) ? [{ ...plain, kind: 'stopped', by: event.actor }] : []
    case 'exit_decided':
      return isPerson(event.actor) ? [{ ...plain, kind: 'closed', by: event.actor, at_ms: event.at_ms }] : []
    case 'trade_closed':
      return event.reason === 'closed_elsewhere'
        ? [{ ...plain, kind: 'closed_elsewhere', by: null, at_ms: event.exit_ms }]
        : []
    case 'day_limit_raised':
      return [limitHand('limit_raised', event, event.requester, event.approver)]
    case 'day_limit_lowered':
      return [limitHand('limit_lowered', event, event.actor, null)]
    default:
      return []
  }
}

function limitHand(
  kind: 'limit_raised' | 'limit_lowered',
  { limit: name, from, to, at_ms }: EventOf<'day_limit_raised' | 'day_limit_lowered'>,
  by: Actor,
  approver: Actor | null,
): Hand {
  return { kind, by, approver, at_ms, limit: { name, from, to } }
}
