/** What the publisher needs: where entries come from, what it remembers, and where posts go. */
import { reasonOf } from '../config/reason.ts'
import type { ChartFile } from '../report/chart.ts'
import type { JournalEntry } from '../session/events.ts'
import type { Post } from './post.ts'

/** Journal entries to publish. Methods throw when the store does not answer. */
export interface FeedSource {
  /** Every account that ever got a feed number. */
  accounts(): Promise<readonly string[]>
  /** Publishable entries after `afterFeedNo`, in feed order and without gaps, at most `count`. */
  feed(accountId: string, afterFeedNo: number, count: number): Promise<readonly JournalEntry[]>
  /**
   * Accounts whose feed grew since the last call; resolves at once when there are some, else at the next growth, at the
   * latest after `timeout_ms` or when `signal` aborts (then possibly with none). May miss some: the publisher also
   * looks at all accounts from time to time.
   */
  waitForFeed(timeout_ms: number, signal: AbortSignal): Promise<readonly string[]>
}

/** A post that was sent. */
export interface PostRef {
  readonly channelId: string
  readonly messageId: string
}

export interface FeedPosition {
  /** The last feed number posted and recorded; 0 before the first. */
  readonly cursor: number
  /** Message id of that post; null before the first. */
  readonly lastMessageId: string | null
}

export type BeginResult =
  /** Marked as being posted; nobody tried before. */
  | { readonly state: 'fresh'; readonly after: string | null }
  /** Somebody marked it and never recorded a post: it may be in the channel, in a message newer than `after`. */
  | { readonly state: 'resumed'; readonly after: string | null }
  /** Recorded already, or not the next number: read the position again. */
  | { readonly state: 'moved' }
  /** A newer epoch publishes now: stop. */
  | { readonly state: 'stale_epoch' }

export type RecordResult = 'recorded' | 'moved' | 'stale_epoch'

/**
 * Memory of what was posted. Per account: feed numbers are marked before they are sent and recorded after, strictly in
 * order; both writes are refused to any epoch of the bot's lease but the newest.
 */
export interface FeedStore {
  position(accountId: string): Promise<FeedPosition>
  /** `after`: a message id older than the post to come, kept with a fresh mark for whoever must look for the post. */
  begin(accountId: string, feedNo: number, epoch: number, after: string | null): Promise<BeginResult>
  record(accountId: string, feedNo: number, epoch: number, post: PostRef): Promise<RecordResult>
  /** Where a feed number was posted; null when it was not. */
  postOf(accountId: string, feedNo: number): Promise<PostRef | null>
}

/**
 * The channel refused this content for good: sending the same again cannot succeed. Every other failure is worth a
 * retry.
 */
export class PostRefused extends Error {
  constructor(cause: unknown) {
    super(`The post was refused: ${reasonOf(cause)}`, { cause })
    this.name = 'PostRefused'
  }
}

/** A post was held up on its way, and what had been looked for before it may have come meanwhile. Look again. */
export class NotSent extends Error {
  constructor() {
    super('The post was held up for so long that it has to be looked for again; it was not sent.')
    this.name = 'NotSent'
  }
}

/** The channel of the feed. A method that throws anything but `PostRefused` may or may not have taken effect. */
export interface FeedChannel {
  readonly id: string
  /**
   * `nonce` (at most 25 characters) makes an immediate repetition return the first message instead of posting again.
   * `mayGoOut` is asked as the request leaves, whatever it waited for before. Throws `NotSent` when it says no.
   */
  send(post: Post, nonce: string, chart: ChartFile | null, mayGoOut?: () => boolean): Promise<PostRef>
  /** The bot's own message newer than `after` (anything if null) that carries `nonce`, or no nonce and this footer. */
  find(wanted: {
    readonly nonce: string
    readonly footer: string
    readonly after: string | null
  }): Promise<PostRef | null>
  /** Id of the newest message in the channel; null when it is empty. */
  newestMessageId(): Promise<string | null>
}
