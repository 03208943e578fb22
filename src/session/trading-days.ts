/** Which session a campaign runs next, out of the broker's calendar. */
import type { Broker, BrokerResult } from '../broker/port.ts'
import { newYorkDate } from '../strategy/newyork-time.ts'
import type { SessionHours } from '../strategy/types.ts'
import { DAY_MS } from '../time/units.ts'

/** Long enough for every holiday to be followed by two trading days. */
const LOOK_AHEAD_DAYS = 14

export interface TradingDays {
  readonly session: SessionHours
  readonly next: SessionHours | null
}

/** The first session after `session`, and the one after that; null: the calendar has none. */
export async function daysAfter(broker: Broker, session: SessionHours): Promise<BrokerResult<TradingDays | null>> {
  const from_ms = session.close_ms
  const calendar = await broker.calendar(newYorkDate(from_ms), newYorkDate(from_ms + LOOK_AHEAD_DAYS * DAY_MS))
  if (!calendar.ok) return calendar
  const [following, next] = calendar.value.filter((candidate) => candidate.date > session.date)
  return { ok: true, value: following === undefined ? null : { session: following, next: next ?? null } }
}
