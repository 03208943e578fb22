/** What the store knows of the processes around it, and of itself. */

/** A process, and the milliseconds since it was last heard of. */
export interface Beat {
  readonly name: string
  readonly age_ms: number
}

export interface StoreHealth {
  /** Every worker heard of within a day, with the wall milliseconds since; those silent were not stopped in order. */
  readonly workers: readonly {
    readonly name: string
    readonly age_ms: number
    /** Of its program; absent: an older one that does not say. */
    readonly version?: string
  }[]
  /** Every bot process heard of within a day, active or standing by. */
  readonly bots: readonly Beat[]
  /** Every watchdog that asked a worker within a day. */
  readonly watchdogs: readonly Beat[]
  /** The process that holds the bot's lease; null: none. */
  readonly bot: string | null
  readonly redis: { readonly version: string; readonly usedMemory: string; readonly answer_ms: number }
}

/** How far the feed of an account has been posted. */
export interface FeedProgress {
  readonly feedNo: number
  readonly postedNo: number
}

/** Jobs by state; sessions run for a whole day as active ones. */
export interface QueueDepths {
  readonly waiting: number
  readonly active: number
  readonly delayed: number
  readonly failed: number
}
