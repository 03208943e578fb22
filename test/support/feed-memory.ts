/** The journal's feed and the memory of what was posted, in memory: what the publisher reads and writes in tests. */
import type { FeedSource, FeedStore, PostRef } from '../../src/feed/port.ts'
import type { JournalEntry } from '../../src/session/events.ts'

export const EPOCH = 3

export class FeedMemory {
  readonly entries: JournalEntry[] = []
  readonly recorded = new Map<string, PostRef>()
  epoch = EPOCH
  private readonly cursors = new Map<string, { cursor: number; after: string | null }>()
  private readonly marks = new Map<string, { feedNo: number; after: string | null }>()
  private readonly grown = new Set<string>()
  private wake: (() => void) | null = null

  /** Commits an entry: the publisher is woken up. */
  commit(entry: JournalEntry): void {
    this.entries.push(entry)
    this.grown.add(entry.accountId)
    this.wake?.()
  }

  readonly source: FeedSource = {
    accounts: async () => [...new Set(this.entries.map(({ accountId }) => accountId))],
    feed: async (accountId, after, count) =>
      this.entries.filter((entry) => entry.accountId === accountId && (entry.feedNo ?? 0) > after).slice(0, count),
    waitForFeed: async (timeout_ms, signal) => {
      if (this.grown.size === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeout_ms)
          const finish = () => {
            clearTimeout(timer)
            resolve()
          }
          this.wake = finish
          signal.addEventListener('abort', finish, { once: true })
        })
      }
      const accounts = [...this.grown]
      this.grown.clear()
      return accounts
    },
  }

  readonly store: FeedStore = {
    position: async (accountId) => {
      const at = this.cursors.get(accountId)
      return { cursor: at?.cursor ?? 0, lastMessageId: at?.after ?? null }
    },
    begin: async (accountId, feedNo, epoch, after) => {
      if (epoch !== this.epoch) return { state: 'stale_epoch' }
      if (feedNo !== (this.cursors.get(accountId)?.cursor ?? 0) + 1) return { state: 'moved' }
      const mark = this.marks.get(accountId)
      if (mark?.feedNo === feedNo) return { state: 'resumed', after: mark.after }
      this.marks.set(accountId, { feedNo, after })
      return { state: 'fresh', after }
    },
    record: async (accountId, feedNo, epoch, post) => {
      if (epoch !== this.epoch) return 'stale_epoch'
      if (feedNo !== (this.cursors.get(accountId)?.cursor ?? 0) + 1) return 'moved'
      this.cursors.set(accountId, { cursor: feedNo, after: post.messageId })
      this.marks.delete(accountId)
      this.recorded.set(`${accountId}/${feedNo}`, post)
      return 'recorded'
    },
    postOf: async (accountId, feedNo) => this.recorded.get(`${accountId}/${feedNo}`) ?? null,
  }
}
