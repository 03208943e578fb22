/** What of the feed has been posted, in memory: the scripts of `store/feed-store.ts` without Redis, check for check. */
import type { BeginResult, FeedPosition, PostRef, RecordResult } from '../../feed/port.ts'
import { BOT_LEASE } from '../../store/feed-store.ts'
import type { MemoryLeases } from './memory-leases.ts'

interface FeedState {
  cursor: number
  after: string | null
  posting: { readonly feedNo: number; readonly after: string | null } | null
  readonly posts: Map<number, PostRef>
}

export class MemoryPosts {
  readonly #leases: MemoryLeases
  readonly #states = new Map<string, FeedState>()

  constructor(leases: MemoryLeases) {
    this.#leases = leases
  }

  position(accountId: string): FeedPosition {
    const { cursor, after } = this.#stateOf(accountId)
    return { cursor, lastMessageId: after }
  }

  /** Up to here nothing is left to post. */
  skipTo(accountId: string, cursor: number): void {
    this.#stateOf(accountId).cursor = cursor
  }

  clear(): void {
    this.#states.clear()
  }

  begin(accountId: string, feedNo: number, epoch: number, after: string | null): BeginResult {
    if (!this.#leases.isNewest(BOT_LEASE, epoch)) return { state: 'stale_epoch' }
    const state = this.#stateOf(accountId)
    if (feedNo !== state.cursor + 1) return { state: 'moved' }
    if (state.posting?.feedNo === feedNo) return { state: 'resumed', after: state.posting.after }
    state.posting = { feedNo, after }
    return { state: 'fresh', after }
  }

  record(accountId: string, feedNo: number, epoch: number, post: PostRef): RecordResult {
    if (!this.#leases.isNewest(BOT_LEASE, epoch)) return 'stale_epoch'
    const state = this.#stateOf(accountId)
    if (feedNo !== state.cursor + 1) return 'moved'
    state.cursor = feedNo
    state.after = post.messageId
    state.posting = null
    state.posts.set(feedNo, post)
    return 'recorded'
  }

  postOf(accountId: string, feedNo: number): PostRef | null {
    return this.#stateOf(accountId).posts.get(feedNo) ?? null
  }

  #stateOf(accountId: string): FeedState {
    const known = this.#states.get(accountId)
    if (known !== undefined) return known
    const made = { cursor: 0, after: null, posting: null, posts: new Map() }
    this.#states.set(accountId, made)
    return made
  }
}
