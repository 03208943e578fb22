/** Views of a journal that are built once for as long as it does not grow: they are asked for again and again. */
import type { JournalEntry } from '../../session/events.ts'

/** A journal in memory only grows, and its entries are never changed: the last one tells what it holds. */
export function onceAJournal<T>(build: (entries: readonly JournalEntry[]) => T): typeof build {
  let last: { readonly entry: JournalEntry; readonly built: T } | null = null
  return (entries) => {
    const entry = entries.at(-1)
    if (entry === undefined) return build(entries)
    if (last?.entry !== entry) last = { entry, built: build(entries) }
    return last.built
  }
}
