/**
 * What one account's journal says of approvals, alerts and drills, as far as it is read. Entry points: `emptyBooks`,
 * `readOn`.
 */
import { AlertBook } from '../../approval/alerts.ts'
import { ApprovalBook } from '../../approval/approvals.ts'
import { DrillBook } from '../../approval/drills.ts'
import type { JournalEntry } from '../../session/events.ts'
import type { JournalPosition } from '../../store/authority-store.ts'

export interface Books {
  readonly approvals: ApprovalBook
  readonly alerts: AlertBook
  readonly drills: DrillBook
  /** By feed number. */
  readonly entries: Map<number, JournalEntry>
  position: JournalPosition
  /** Feed number → how the post was made again last; null: not asked yet. */
  remade: Map<number, string> | null
}

export const emptyBooks = (): Books => ({
  approvals: new ApprovalBook(),
  alerts: new AlertBook(),
  drills: new DrillBook(),
  entries: new Map(),
  position: new Map(),
  remade: null,
})

/** Two readings at once add the same entries twice, which changes nothing. */
export function readOn(books: Books, entries: readonly JournalEntry[], position: JournalPosition): void {
  for (const entry of entries) {
    books.approvals.add(entry)
    books.alerts.add(entry)
    books.drills.add(entry)
    if (entry.feedNo !== null) books.entries.set(entry.feedNo, entry)
  }
  books.position = position
  forgetUnread(books)
}

/** What is on none of the dates that are still read is forgotten, as by a bot that starts now: books do not grow. */
function forgetUnread({ approvals, alerts, drills, entries, remade, position }: Books): void {
  const [oldest] = [...position.keys()].toSorted()
  if (oldest === undefined) return
  for (const book of [approvals, alerts, drills]) book.forgetBefore(oldest)
  for (const [feedNo, { date }] of entries) {
    if (date >= oldest) continue
    entries.delete(feedNo)
    remade?.delete(feedNo)
  }
}
