/**
 * Everything the desk keeps in Redis, in memory. The parts answer at once; `ports` makes of them the asynchronous ports
 * that the desk knows. A model-based test holds it to the scripts on a real Redis, answer for answer.
 */
import type { FeedStore } from '../../feed/port.ts'
import type { Leases } from '../../store/lease.ts'
import type { SessionStore } from '../../store/port.ts'
import type { RunCounts } from '../../store/run-counts.ts'
import { MemoryLeases } from './memory-leases.ts'
import { MemoryPosts } from './memory-posts.ts'
import { MemoryRuns } from './memory-runs.ts'
import { MemorySessions } from './memory-sessions.ts'

export interface MemoryStoreOptions {
  readonly now_ms: () => number
  /** An account's feed grew, an account's campaign changed. */
  readonly onFeed?: (accountId: string) => void
  readonly onCampaign?: (accountId: string) => void
}

export interface MemoryStore {
  readonly leases: MemoryLeases
  readonly sessions: MemorySessions
  readonly posts: MemoryPosts
  readonly runs: MemoryRuns
  /** All of it is lost, as with a Redis that comes back empty. */
  clear(): void
}

export const sessionLeaseName = (accountId: string): string => `session:${accountId}`

export function createMemoryStore({ now_ms, onFeed, onCampaign }: MemoryStoreOptions): MemoryStore {
  const leases = new MemoryLeases(now_ms)
  const posts = new MemoryPosts(leases)
  const runs = new MemoryRuns()
  const sessions = new MemorySessions({
    leases,
    leaseName: sessionLeaseName,
    onFeed: onFeed ?? (() => undefined),
    onFeedFloor: (accountId, floor) => posts.skipTo(accountId, floor),
    onCampaign: onCampaign ?? (() => undefined),
  })
  return {
    leases,
    sessions,
    posts,
    runs,
    clear() {
      leases.clear()
      sessions.clear()
      posts.clear()
      runs.clearAll()
    },
  }
}

/** How a port's call reaches the part that answers it: here faults and waits are put in. `site` names the call. */
export type Reach = <T>(site: string, perform: () => T) => Promise<T>

export const reachAtOnce: Reach = async (_site, perform) => perform()

export interface StorePorts {
  readonly sessions: SessionStore
  readonly leases: Leases
  readonly posts: FeedStore
  readonly runs: RunCounts
}

export function storePorts({ sessions, leases, posts, runs }: MemoryStore, reach: Reach): StorePorts {
  return {
    sessions: {
      commit: (commit) => reach('store.commit', () => sessions.commit(commit)),
      session: (accountId, date) => reach('store.session', () => sessions.session(accountId, date)),
      campaign: (accountId) => reach('store.campaign', () => sessions.campaign(accountId)),
      campaigns: () => reach('store.campaigns', () => sessions.campaigns()),
      journal: (accountId, date) => reach('store.journal', () => sessions.journal(accountId, date)),
      saveLive: (live) => reach('store.saveLive', () => sessions.saveLive(live)),
    },
    leases: {
      acquire: (name, owner, ttl_ms) => reach('lease.acquire', () => leases.acquire(name, owner, ttl_ms)),
      renew: (lease, ttl_ms) => reach('lease.renew', () => leases.renew(lease, ttl_ms)),
      release: (lease) => reach('lease.release', () => leases.release(lease)),
      holder: (name) => reach('lease.holder', () => leases.holder(name)),
      epochKey: (name) => `memory:epoch:${name}`,
    },
    runs: {
      begin: (accountId, date) => reach('runs.begin', () => runs.begin(accountId, date)),
      clear: (accountId, date) => reach('runs.clear', () => runs.clear(accountId, date)),
    },
    posts: {
      position: (accountId) => reach('posts.position', () => posts.position(accountId)),
      begin: (accountId, feedNo, epoch, after) =>
        reach('posts.begin', () => posts.begin(accountId, feedNo, epoch, after)),
      record: (accountId, feedNo, epoch, post) =>
        reach('posts.record', () => posts.record(accountId, feedNo, epoch, post)),
      postOf: (accountId, feedNo) => reach('posts.postOf', () => posts.postOf(accountId, feedNo)),
    },
  }
}
