/**
 * What somebody changed for one day: flagged in the verdict, and counted all the same. Pure. Entry point:
 * `overridesOf`.
 */
import { amountText, DAY_LIMIT_ENTRIES } from '../../session/day-limits.ts'
import type { EventOf, JournalEvent } from '../../session/events.ts'

const SWITCHED: Readonly<Record<EventOf<'control_set'>['mode'], string>> = {
  ACTIVE: 'resumed',
  REDUCING: 'paused',
  HALTED: 'halted',
}

const bothOf = ({ actor, approver }: EventOf<'control_set'>): string =>
  approver === undefined ? actor.name : `${actor.name} and ${approver.name}`

/** One line for each, in order. Of all events of a day. */
export function overridesOf(events: readonly JournalEvent[]): string[] {
  return events.flatMap((event) => {
    switch (event.type) {
      case 'day_limit_raised':
      case 'day_limit_lowered': {
        const by =
          event.type === 'day_limit_raised' ? `${event.requester.name} and ${event.approver.name}` : event.actor.name
        const entry = DAY_LIMIT_ENTRIES[event.limit]
        return [`${entry.name} ${amountText(entry, event.from)} → ${amountText(entry, event.to)} by ${by}`]
      }
      case 'control_set':
        return event.actor.via === 'system' ? [] : [`${SWITCHED[event.mode]} by ${bothOf(event)}`]
      case 'campaign_disarmed':
        return [`stopped by ${event.actor.name}`]
      case 'exit_decided':
        return event.actor === null ? [] : [`closed by ${event.actor.name}`]
      default:
        return []
    }
  })
}
