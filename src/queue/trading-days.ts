/** Which session a campaign runs next, out of the broker's calendar. */
import type { Broker, BrokerResult } from '../broker/port.ts'
import { newYorkDate } from '../strategy/newyork-time.ts'
import { entryWindow } from '../strategy/rules.ts'
import type { RuleLimits, SessionHours } from '../strategy/types.ts'

/** Long enough for every holiday to be followed by two trading days. */
const LOOK_AHEAD_DAYS = 14
const DAY_MS = 24 * 3600 * 1000

export interface TradingDays {
  readonly session: SessionHours
  readonly next: SessionHours | null
}

/** The first session in which an entry is still possible at `now_ms`, and the one after; null: the calendar has none. */
export async function upcomingDays(
  broker: Broker,
  now_ms: number,
  limits: RuleLimits,
): Promise<BrokerResult<TradingDays | null>> {
  return pick(broker, now_ms, (session) => now_ms < entryWindow(session, limits).to_ms)
}

/** The first session after `date`, and the one after that. */
export async function daysAfter(broker: Broker, session: SessionHours): Promise<BrokerResult<TradingDays | null>> {
  return pick(broker, session.close_ms, (candidate) => candidate.date > session.date)
}

async function pick(
  broker: Broker,
  from_ms: number,
  wanted: (session: SessionHours) => boolean,
): Promise<BrokerResult<TradingDays | null>> {
  const calendar = await broker.calendar(newYorkDate(from_ms), newYorkDate(from_ms + LOOK_AHEAD_DAYS * DAY_MS))
  if (!calendar.ok) return calendar
  const [session, next] = calendar.value.filter(wanted)
  return { ok: true, value: session === undefined ? null : { session, next: next ?? null } }
}
