/** The day's document out of a journal, built once for as long as it does not grow: it is asked for again and again. */
import { buildDayDocument } from '../../report/day/day-document.ts'
import type { DayDocument } from '../../report/day/schema.ts'
import type { JournalEntry } from '../../session/events.ts'

let last: { readonly entry: JournalEntry; readonly built: DayDocument | null } | null = null

/** A journal in memory only grows, and its entries are never changed: the last one tells what it holds. */
export function documentOf(entries: readonly JournalEntry[]): DayDocument | null {
  const entry = entries.at(-1)
  if (entry === undefined) return null
  if (last?.entry !== entry) last = { entry, built: buildDayDocument(entries) }
  return last.built
}
