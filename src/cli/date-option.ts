/** A date typed on the command line. Entry points: `dateOption`, `periodUnit`. */
import { isCalendarDate } from '../strategy/newyork-time.ts'
import { UsageError } from './usage.ts'

/** Null where none was typed. @throws UsageError for what is no date, `2026-02-30` included. */
export function dateOption(name: string, typed: string | undefined): string | null {
  if (typed === undefined) return null
  if (isCalendarDate(typed)) return typed
  throw new UsageError(`${name}: expected a date like 2026-07-17, got "${typed}"`)
}

interface TypedPeriod {
  readonly week?: boolean
  readonly month?: boolean
  readonly date?: string
  readonly from: string | null
  readonly to: string | null
}

/** What is asked for: a week, a month, or (null) a day or a range. @throws UsageError for what does not go together. */
export function periodUnit({ week, month, date, from, to }: TypedPeriod): 'week' | 'month' | null {
  const isRange = from !== null || to !== null
  if (week === true && month === true) throw new UsageError('expected --week or --month, got both')
  if (isRange && (week === true || month === true || date !== undefined)) {
    throw new UsageError('expected --from and --to alone, got a day, week or month beside them')
  }
  if (from !== null && to !== null && from > to) {
    throw new UsageError(`expected --from at or before --to, got ${from} and ${to}`)
  }
  if (week === true) return 'week'
  return month === true ? 'month' : null
}
