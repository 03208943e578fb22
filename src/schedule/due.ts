/**
 * What the desk does by the clock of the market. Pure. Entry point: `dueBetween`.
 *
 * 1. A duty is due at the first look at or after its time, and not any more from `until_ms` on: a preflight after the
 *    open helps nobody. Looks may be any time apart: simulators run fast, and jump over nights.
 * 2. A duty has a key, by which it is done once an account, whoever does it.
 * 3. Of several reminders of one kind that a look jumped over, only the newest is due.
 */
import type { DutyRecord } from '../store/schedule-store.ts'
import { addDays, newYorkDate, newYorkToEpoch, weekday } from '../strategy/newyork-time.ts'
import type { SessionHours } from '../strategy/types.ts'
import { DAY_MS, MINUTE_MS } from '../time/units.ts'

/**
 * `key`: done once an account under this name; without colons. `date`: the trading day it is about; of `week`, the
 * Monday.
 */
export type Duty = DutyRecord
export type DutyKind = Duty['kind']

/** Time enough to mend what is wrong, before the session checks for itself. */
const PREFLIGHT_BEFORE_OPEN_MIN = 15
const OPEN_STALE_MIN = 30
/** Before the close; the broker may liquidate from 30 minutes on. */
const EXPIRY_BEFORE_CLOSE_MIN = [120, 90, 60, 45] as const
export const LIQUIDATION_BEFORE_CLOSE_MIN = 30
/** Reviews are reminded of until late in the evening. */
const REVIEWS_STALE_MIN = 6 * 60
/** A week is over on Friday at 16:30, New York, whether it is a holiday or not. */
const FRIDAY = 5
const WEEK_ENDS_S = 16.5 * 3600
const WEEK_STALE_DAYS = 4

function dutiesOfDay({ date, open_ms, close_ms }: SessionHours): readonly Duty[] {
  const expiry = EXPIRY_BEFORE_CLOSE_MIN.map((before_min): Duty => {
    const until_ms = close_ms - LIQUIDATION_BEFORE_CLOSE_MIN * MINUTE_MS
    return {
      kind: 'expiry',
      key: `expiry-${date}-${before_min}`,
      at_ms: close_ms - before_min * MINUTE_MS,
      until_ms,
      date,
    }
  })
  const preflight_ms = open_ms - PREFLIGHT_BEFORE_OPEN_MIN * MINUTE_MS
  return [
    { kind: 'preflight', key: `preflight-${date}`, at_ms: preflight_ms, until_ms: open_ms, date },
    { kind: 'open', key: `open-${date}`, at_ms: open_ms, until_ms: open_ms + OPEN_STALE_MIN * MINUTE_MS, date },
    ...expiry,
    {
      kind: 'reviews',
      key: `reviews-${date}`,
      at_ms: close_ms,
      until_ms: close_ms + REVIEWS_STALE_MIN * MINUTE_MS,
      date,
    },
  ]
}

/** The end of the week that was the last to end at `now_ms`. */
function lastWeek(now_ms: number): Duty {
  const today = newYorkDate(now_ms)
  const friday = addDays(today, -((weekday(today) - FRIDAY + 7) % 7))
  const thisFriday_ms = newYorkToEpoch(friday, WEEK_ENDS_S)
  const ended = thisFriday_ms <= now_ms ? friday : addDays(friday, -7)
  const at_ms = newYorkToEpoch(ended, WEEK_ENDS_S)
  const date = addDays(ended, -4)
  return { kind: 'week', key: `week-${date}`, at_ms, until_ms: at_ms + WEEK_STALE_DAYS * DAY_MS, date }
}

/** `previous_ms`: the look before. `calendar`: the broker's hours of every session that the time between may touch. */
export function dueBetween(previous_ms: number, now_ms: number, calendar: readonly SessionHours[]): readonly Duty[] {
  const byDate = new Map(calendar.map((session) => [session.date, session]))
  const all = [...[...byDate.values()].flatMap(dutiesOfDay), lastWeek(now_ms)]
  const due = all
    .filter(({ at_ms, until_ms }) => at_ms > previous_ms && at_ms <= now_ms && now_ms < until_ms)
    .sort((a, b) => a.at_ms - b.at_ms)
  return due.filter((duty, index) => !due.slice(index + 1).some(({ kind }) => kind === duty.kind))
}
