/**
 * The session store in memory: the commit script of `store/commit-script.ts` without Redis, check for check. Answers at
 * once; whoever uses it adds the waiting. Values are kept by reference: they are never changed in place.
 */
import type { Campaign } from '../../session/campaign.ts'
import { type JournalEntry, PUBLISHABLE } from '../../session/events.ts'
import { SESSION_STATE_VERSION, type SessionState } from '../../session/state.ts'
import type { Commit, CommitResult, LiveRecord, Replacement, Versioned } from '../../store/port.ts'
import type { MemoryLeases } from './memory-leases.ts'

const MISSING = { seq: 0, value: null } as const

/** Told of what a commit changed, as Redis' channels tell it. */
export interface MemorySessionsOptions {
  readonly leases: MemoryLeases
  leaseName(accountId: string): string
  onFeed(accountId: string): void
  /** Feed numbers up to this one were given and are lost: nobody waits for what stood under them. */
  onFeedFloor(accountId: string, floor: number): void
  onCampaign(accountId: string): void
}

export class MemorySessions {
  readonly #options: MemorySessionsOptions
  readonly #sessions = new Map<string, Versioned<SessionState>>()
  readonly #campaigns = new Map<string, Versioned<Campaign>>()
  readonly #guards = new Map<string, string>()
  readonly #journals = new Map<string, JournalEntry[]>()
  readonly #feeds = new Map<string, JournalEntry[]>()
  /** The highest feed number given, by account. */
  readonly #feedNos = new Map<string, number>()
  readonly #accounts = new Set<string>()
  readonly #dates = new Map<string, Set<string>>()
  readonly #live = new Map<string, LiveRecord>()
  readonly #done = new Set<string>()
  #journalIds = 0

  constructor(options: MemorySessionsOptions) {
    this.#options = options
  }

  commit(commit: Commit): CommitResult {
    const { accountId, date, epoch, session, campaign, openGuard } = commit
    const { leases, leaseName, onFeed, onCampaign } = this.#options
    const day = dayOf(accountId, date)
    const newest = leases.newest(leaseName(accountId))
    if (epoch !== null && newest < epoch) return refuse('store_lost')
    if (epoch !== null && newest > epoch) return refuse('stale_epoch')
    if (session !== null && (this.#sessions.get(day)?.seq ?? 0) !== session.expectedSeq) return refuse('conflict')
    if (campaign !== null && (this.#campaigns.get(accountId)?.seq ?? 0) !== campaign.expectedSeq) {
      return refuse('conflict')
    }
    if (openGuard !== null && this.#guards.has(day)) return refuse('already_opened')
    const once = commit.once === undefined ? null : `${accountId}:${commit.once}`
    if (once !== null && this.#done.has(once)) return refuse('already_done')

    if (session !== null) this.#sessions.set(day, following(session))
    if (campaign !== null) {
      this.#campaigns.set(accountId, following(campaign))
      onCampaign(accountId)
    }
    if (openGuard !== null) this.#guards.set(day, openGuard)
    if (once !== null) this.#done.add(once)
    this.#accounts.add(accountId)
    entryOf(this.#dates, accountId, () => new Set()).add(date)
    this.#raiseFeed(accountId, commit.feedFloor ?? 0)
    const feedNos = this.#journal(commit)
    if (feedNos.some((feedNo) => feedNo !== null)) onFeed(accountId)
    return { ok: true, feedNos, lastFeedNo: this.feedLength(accountId) }
  }

  /** A counter below what a writer was given is one that was lost: numbers that were given are not given again. */
  #raiseFeed(accountId: string, floor: number): void {
    if (this.feedLength(accountId) >= floor) return
    this.#feedNos.set(accountId, floor)
    this.#options.onFeedFloor(accountId, floor)
  }

  #journal({ accountId, profile, source, date, atMarket_ms, atWall_ms, events }: Commit): (number | null)[] {
    if (events.length === 0) return []
    const journal = entryOf(this.#journals, dayOf(accountId, date), () => [])
    return events.map((event) => {
      this.#journalIds += 1
      const feed = PUBLISHABLE.has(event.type) ? entryOf(this.#feeds, accountId, () => []) : null
      const feedNo = feed === null ? null : this.feedLength(accountId) + 1
      if (feedNo !== null) this.#feedNos.set(accountId, feedNo)
      const id = `${this.#journalIds}-0`
      const entry = { id, accountId, source, profile, date, feedNo, atMarket_ms, atWall_ms, event }
      journal.push(entry)
      feed?.push(entry)
      return feedNo
    })
  }

  session(accountId: string, date: string): Versioned<SessionState> {
    const stored = this.#sessions.get(dayOf(accountId, date)) ?? MISSING
    const version = stored.value?.version
    if (version !== undefined && version !== SESSION_STATE_VERSION) {
      throw new Error(`expected session state version ${SESSION_STATE_VERSION}, got ${version}`)
    }
    return stored
  }

  campaign(accountId: string): Versioned<Campaign> {
    return this.#campaigns.get(accountId) ?? MISSING
  }

  campaigns(): readonly Campaign[] {
    return [...this.#accounts].flatMap((accountId) => this.campaign(accountId).value ?? [])
  }

  journal(accountId: string, date: string): readonly JournalEntry[] {
    return this.#journals.get(dayOf(accountId, date)) ?? []
  }

  saveLive(live: LiveRecord): number {
    this.#live.set(live.accountId, live)
    return this.feedLength(live.accountId)
  }

  live(accountId: string): LiveRecord | null {
    return this.#live.get(accountId) ?? null
  }

  accounts(): readonly string[] {
    return [...this.#accounts]
  }

  /** Newest first. */
  dates(accountId: string): readonly string[] {
    return [...(this.#dates.get(accountId) ?? [])].sort().reverse()
  }

  feed(accountId: string, afterFeedNo: number, count: number): readonly JournalEntry[] {
    const feed = this.#feeds.get(accountId) ?? []
    // Numbers follow one another, but for those that were lost.
    let at = Math.max(0, feed.length - (this.feedLength(accountId) - afterFeedNo))
    while (at > 0 && (feed[at - 1]?.feedNo ?? 0) > afterFeedNo) at -= 1
    while ((feed[at]?.feedNo ?? afterFeedNo + 1) <= afterFeedNo) at += 1
    return feed.slice(at, at + count)
  }

  /** As after the loss of all data. */
  clear(): void {
    const kept = [this.#sessions, this.#campaigns, this.#guards, this.#journals, this.#feeds, this.#feedNos]
    for (const map of [...kept, this.#accounts, this.#dates, this.#live, this.#done]) map.clear()
  }

  /** The highest feed number given. */
  feedLength(accountId: string): number {
    return this.#feedNos.get(accountId) ?? 0
  }
}

function dayOf(accountId: string, date: string): string {
  return `${accountId}:${date}`
}

function refuse(reason: Extract<CommitResult, { ok: false }>['reason']): CommitResult {
  return { ok: false, reason }
}

function following<T>({ expectedSeq, value }: Replacement<T>): Versioned<T> {
  return { seq: expectedSeq + 1, value }
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
