/**
 * Duties that could not be done, and when each is tried again: pure. Entry points: `tryNow`, `failedOnce`, `givenUp`.
 *
 * 1. Every wait is longer than the one before, up to a longest; after `TRIES_MAX` tries, or once its time is over, a
 *    duty is given up and the team told, under the duty's own name: it is told, or told to be given up, never both.
 * 2. Of reminders of one kind the newest counts: one that failed is dropped when the next of its kind is due.
 * 3. What waits stands in the store with the schedule's position, so that a second bot goes on with it. Its waits go by
 *    the wall's clock; one of a clock that was far ahead is not waited for.
 */
import type { EventOf } from '../session/events.ts'
import type { FailedDuty } from '../store/schedule-store.ts'
import { MINUTE_MS } from '../time/units.ts'
import type { Duty, DutyKind } from './due.ts'

const FIRST_WAIT_MS = 2_000
const FACTOR = 2
export const WAIT_MAX_MS = 5 * MINUTE_MS
/** The waits together are a little under two hours. */
export const TRIES_MAX = 30
/** So many more tries to tell that it is given up; then only the log knows. */
const TELLS_MAX = 10
const REASON_MAX = 200

/** What is to be tried now, in the order of their times, and what goes on waiting. */
export function tryNow(
  failed: readonly FailedDuty[],
  due: readonly Duty[],
  nowWall_ms: number,
): { readonly now: readonly (Duty | FailedDuty)[]; readonly waiting: readonly FailedDuty[] } {
  const kept = failed.filter(({ kind }) => !due.some((duty) => duty.kind === kind))
  const isDue = ({ next_wall_ms }: FailedDuty): boolean =>
    next_wall_ms <= nowWall_ms || next_wall_ms - nowWall_ms > WAIT_MAX_MS
  const now = [...kept.filter(isDue), ...due].sort((a, b) => a.at_ms - b.at_ms)
  return { now, waiting: kept.filter((duty) => !isDue(duty)) }
}

const triesOf = (duty: Duty | FailedDuty): number => ('tries' in duty ? duty.tries : 0)

/** `now_ms`: market time. Null: it is tried as ever. */
export function givenUp(duty: Duty | FailedDuty, now_ms: number): EventOf<'engine_alert'> | null {
  if (!('tries' in duty) || (duty.tries < TRIES_MAX && now_ms < duty.until_ms)) return null
  const { name, instead } = WORDS[duty.kind]
  const times = TIMES[duty.tries] ?? `${Math.min(duty.tries, TRIES_MAX)} times`
  const message = `${name} could not be made: tried ${times}, and given up now. Last of all: ${duty.reason}. ${instead}`
  return { type: 'engine_alert', code: 'duty_given_up', message, critical: false }
}

/** Null: not even that it is given up could be told. */
export function failedOnce(duty: Duty | FailedDuty, reason: string, nowWall_ms: number): FailedDuty | null {
  const tries = triesOf(duty) + 1
  if (tries > TRIES_MAX + TELLS_MAX) return null
  const wait_ms = Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * FACTOR ** (tries - 1))
  const { kind, key, at_ms, until_ms, date } = duty
  // Where it fails to be told that it is given up, why it failed before is what the team wants to know.
  const known = 'reason' in duty && duty.tries >= TRIES_MAX ? duty.reason : cut(reason)
  return { kind, key, at_ms, until_ms, date, tries, next_wall_ms: nowWall_ms + wait_ms, reason: known }
}

const TIMES: Readonly<Record<number, string>> = { 1: 'once', 2: 'twice' }

const cut = (text: string): string => (text.length > REASON_MAX ? `${text.slice(0, REASON_MAX - 1)}…` : text)

const WORDS: Readonly<Record<DutyKind, { readonly name: string; readonly instead: string }>> = {
  preflight: { name: 'The checks before the open', instead: '`/validate` makes them now.' },
  open: { name: 'The post at the open', instead: '`/status` shows the account.' },
  expiry: {
    name: 'The look at what expires today',
    instead: '`/status` shows what is open; the engine still closes it in time.',
  },
  reviews: { name: 'The reminder of open reviews', instead: '`/review` lists them.' },
  week: { name: "The week's summary", instead: '`/report` with `week` shows it.' },
}
