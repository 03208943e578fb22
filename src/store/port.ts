/**
 * The store as the session, the commands and the queue see it. Implemented on Redis; the chaos simulator has another in
 * memory.
 *
 * 1. `commit` is all or nothing: documents, journal events and feed numbers change together or not at all.
 * 2. A commit under an old epoch, or against a document that changed meanwhile, changes nothing and says so.
 * 3. When the store does not answer, methods throw `StoreUnreachable`: the outcome of a commit is then unknown.
 * 4. A document that this version cannot read is never half read: whoever asks for it is thrown `UnreadableDocument`.
 */
import type { Source } from '../broker/port.ts'
import type { Campaign } from '../session/campaign.ts'
import type { JournalEntry, JournalEvent } from '../session/events.ts'
import type { SessionState } from '../session/state.ts'
import type { ProfileName } from '../strategy/types.ts'

export class StoreUnreachable extends Error {
  constructor(cause: unknown) {
    super('The store (Redis) does not answer; check that it runs and that REDIS_URL is right.', { cause })
    this.name = 'StoreUnreachable'
  }
}

/** What stands in the store was written by a version that kept something else there, or by hand. */
export class UnreadableDocument extends Error {
  constructor(key: string, problem: string) {
    const todo = 'run the version of this program that wrote it, or look at the account and delete the key'
    super(`${key} cannot be read by this version: ${problem}; ${todo}`)
    this.name = 'UnreadableDocument'
  }
}

/** A stored document with the number of its version; 0 where there is none yet. */
export interface Versioned<T> {
  readonly seq: number
  readonly value: T | null
}

/** A document's next value, valid only on top of version `expectedSeq`. */
export interface Replacement<T> {
  readonly expectedSeq: number
  readonly value: T
}

export interface Commit {
  readonly accountId: string
  readonly profile: ProfileName
  readonly source: Source
  readonly date: string
  readonly atMarket_ms: number
  readonly atWall_ms: number
  readonly events: readonly JournalEvent[]
  /** Epoch of the session's lease; null for writes that need none (the campaign's). */
  readonly epoch: number | null
  readonly session: Replacement<SessionState> | null
  readonly campaign: Replacement<Campaign> | null
  /** With the day's first opening intent: its id, created if absent (I8). */
  readonly openGuard: string | null
  /** Highest feed number of the account that the writer knows to have been given; absent: it knows of none. */
  readonly feedFloor?: number
  /**
   * Name of what happens once for the account, like a post of the schedule: a second commit under it changes nothing.
   */
  readonly once?: string
}

/** Of a commit of events alone: it changes no document and needs no lease. */
export const EVENTS_ALONE = { epoch: null, session: null, campaign: null, openGuard: null } as const

export type CommitResult =
  /** `lastFeedNo`: the account's highest number given, whoever was given it; 0: none yet. */
  | { readonly ok: true; readonly feedNos: readonly (number | null)[]; readonly lastFeedNo: number }
  /** `store_lost`: the store knows less than it once confirmed; whoever holds the lease sets it up again. */
  | {
      readonly ok: false
      readonly reason: 'stale_epoch' | 'store_lost' | 'conflict' | 'already_opened' | 'already_done'
    }

export interface SessionStore {
  commit(commit: Commit): Promise<CommitResult>
  session(accountId: string, date: string): Promise<Versioned<SessionState>>
  campaign(accountId: string): Promise<Versioned<Campaign>>
  /** Without campaigns that are over and of a version that cannot be read any more. */
  campaigns(): Promise<readonly Campaign[]>
  journal(accountId: string, date: string): Promise<readonly JournalEntry[]>
  /**
   * What the session's worker sees right now; for display only, never read by the rules. Resolves to the account's
   * highest feed number given: who holds the session knows it, also where others were given it.
   */
  saveLive(live: LiveRecord): Promise<number>
}

/** Of a lease asked for again; `unknown`: the store does not answer. */
export type Renewed = 'held' | 'lost' | 'unknown'

/** What the holder of a lease knows of it; `store/lease-hold.ts`. */
export interface LeaseHold {
  /** Nobody else can have the lease at this moment. False: somebody may, and only `renew` can tell. */
  isHeld(): boolean
  /** Asks the store now. */
  renew(): Promise<Renewed>
  /** The lease is not given back when the work is over: nobody else has it for so long from then on. */
  letRunOut(left_ms: number): void
  /** Null: it is given back. */
  runsOutIn_ms(): number | null
}

/** Volatile: the market and the streams as the session's worker sees them. */
export interface LiveRecord {
  readonly accountId: string
  readonly worker: string
  /** By the worker's own clock; of one read by `readLive`, by the reader's. */
  readonly atWall_ms: number
  readonly now_ms: number
  readonly spot: number | null
  readonly data_ms: number | null
  readonly mid: number | null
  readonly close: number | null
  readonly rulePnlCents: number | null
  readonly netPnlCents: number | null
  /** When the broker's side was last read and compared; null: not yet. */
  readonly reconciledAtWall_ms: number | null
  readonly streams: Readonly<Record<'orders' | 'stock' | 'options', 'connected' | 'disconnected'>>
  /** Wall milliseconds since each brought something; null: never. Absent: an older worker's. */
  readonly streamAges_ms?: Readonly<Record<'orders' | 'stock' | 'options', number | null>>
}
