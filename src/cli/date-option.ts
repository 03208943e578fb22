/** A date typed on the command line. Entry point: `dateOption`. */
import { isCalendarDate } from '../strategy/newyork-time.ts'
import { UsageError } from './usage.ts'

/** Null where none was typed. @throws UsageError for what is no date, `2026-02-30` included. */
export function dateOption(name: string, typed: string | undefined): string | null {
  if (typed === undefined) return null
  if (isCalendarDate(typed)) return typed
  throw new UsageError(`${name}: expected a date like 2026-07-17, got "${typed}"`)
}
