/** A store with a prefix of its own, journals committed to it, and what it holds, for tests of journal files. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { type Campaign, CONTROL_ACTIVE } from '../../src/session/campaign.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { Archiver } from '../../src/store/archive/archiver.ts'
import { exportJournal } from '../../src/store/archive/export.ts'
import type { Manifest } from '../../src/store/archive/manifest.ts'
import { planRestore } from '../../src/store/archive/restore-plan.ts'
import { type RestoreResult, writeRestore } from '../../src/store/archive/restore-write.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import type { Commit } from '../../src/store/port.ts'
import { newSession } from './session.ts'

export const quiet = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }, pino.destination(2))

export const ALERT: JournalEvent = { type: 'engine_alert', code: 'x', message: 'y', critical: false }
/** Is not published. */
export const ACCEPTED: JournalEvent = { type: 'order_accepted', clientOrderId: 'o', orderId: 'broker-1' }
export const OPENING: JournalEvent = {
  type: 'order_intent',
  clientOrderId: 'p4d-25k-20260717-open-1',
  purpose: 'open',
  attempt: 1,
  symbols: ['SPY260717P00742000'],
  qty: 25,
  limitPrice: '1.90',
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'phase4d-journal-'))
}

export function openTestStore(prefix = `test-${randomUUID()}`): Promise<Store> {
  return openStore({ redisUrl: process.env.TEST_REDIS_URL ?? '', wall: systemWallClock, log: quiet, prefix })
}

export function campaignOf(accountId: string, change: Partial<Campaign> = {}): Campaign {
  const { strategy, engine, plan, session, next, source } = newSession()
  return {
    campaignId: 'campaign-1',
    accountId,
    source,
    strategy,
    engine,
    plan,
    armedBy: { id: 'u1', name: 'Olivia', via: 'discord' },
    armedAt_ms: 5,
    session,
    next,
    stop: null,
    control: CONTROL_ACTIVE,
    active: true,
    ...change,
  }
}

/** Commits `events` as one step, outside any session. */
export async function commitTo(
  store: Store,
  events: readonly JournalEvent[],
  change: Partial<Commit> = {},
): Promise<void> {
  const state = newSession()
  const result = await store.sessions.commit({
    accountId: 'account-1',
    profile: '25k',
    source: state.source,
    date: '2026-07-17',
    atMarket_ms: 1,
    atWall_ms: 2,
    events,
    epoch: null,
    session: null,
    campaign: null,
    openGuard: null,
    ...change,
  })
  if (!result.ok) throw new Error(`expected the commit to pass, got ${result.reason}`)
}

/** Everything that is committed, in files. */
export async function archiveInto(store: Store, folder: string, onDamage = (_: string): void => undefined) {
  const { redis, keys } = store
  const archiver = new Archiver({
    redis,
    keys,
    folder,
    wall: systemWallClock,
    log: quiet,
    lost: () => false,
    onDamage,
  })
  await archiver.sweep()
  return archiver
}

export function exportAll(store: Store, folder: string): Promise<Manifest> {
  const { redis, keys } = store
  return exportJournal({
    redis,
    keys,
    wall: systemWallClock,
    log: quiet,
    folder,
    from: null,
    to: null,
    dataDir: null,
    selects: () => true,
  })
}

export async function restoreFrom(folder: string, store: Store, force = false): Promise<RestoreResult> {
  const plan = await planRestore(folder, { gapsAllowed: false })
  if (!plan.ok) throw new Error(plan.problems.join('\n'))
  return writeRestore(store, plan.accounts, { force, desk: plan.desk })
}

/** Every key of the desk with its value, by name without the prefix. */
export async function contentsOf({ redis, keys }: Store): Promise<Record<string, unknown>> {
  const prefix = keys.accounts.slice(0, -'accounts'.length)
  const contents: Record<string, unknown> = {}
  for (const key of (await redis.keys(`${prefix}*`)).sort()) {
    const name = key.slice(prefix.length)
    switch (await redis.type(key)) {
      case 'string':
        contents[name] = await redis.get(key)
        break
      case 'hash':
        contents[name] = await redis.hgetall(key)
        break
      case 'set':
        contents[name] = (await redis.smembers(key)).sort()
        break
      case 'stream':
        contents[name] = await redis.xrange(key, '-', '+')
        break
      // Others are the queue's.
    }
  }
  return contents
}

/**
 * The queues' and the processes' own keys; what is volatile, marks of what is done once among it; and what comes back
 * otherwise: disarmed, counted as posted.
 */
const NOT_RESTORED =
  /^(lease|epoch|commands|sessions|studies):|^(workers|worker-versions|silences)$|:(campaign|feed-state|feed-posts|live|reports|report-writes)$|:once:/

/** What a restore gives back exactly: journals, feed, counters, dates, accounts, guards, sessions. */
export function restorable(contents: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const left = Object.entries(contents).filter(([name]) => !NOT_RESTORED.test(name))
  return Object.fromEntries(left)
}

/** Two days of two accounts, with sessions, an opening and a campaign. */
export async function someDays(store: Store): Promise<void> {
  await commitTo(store, [ALERT, ACCEPTED], { campaign: { expectedSeq: 0, value: campaignOf('account-1') } })
  await commitTo(store, [OPENING, ALERT], {
    openGuard: OPENING.type === 'order_intent' ? OPENING.clientOrderId : null,
  })
  await commitTo(store, [ALERT], { accountId: 'account-2', profile: '2k' })
  await commitTo(store, [ACCEPTED, ALERT], { date: '2026-07-20' })
  await commitTo(store, [], { date: '2026-07-20', session: { expectedSeq: 0, value: newSession() } })
}

/**
 * Two stores, anew for every test, and the folder by which one comes into the other; call where the tests are
 * described.
 */
export function twoStores(): { readonly before: Store; readonly after: Store; readonly folder: string } {
  const made: { before?: Store; after?: Store; folder?: string } = {}
  beforeEach(async () => {
    Object.assign(made, { before: await openTestStore(), after: await openTestStore(), folder: newFolder() })
  })
  afterEach(() => {
    made.before?.close()
    made.after?.close()
    if (made.folder !== undefined) rmSync(made.folder, { recursive: true, force: true })
  })
  const of = <T>(one: T | undefined): T => {
    if (one === undefined)
      throw new Error('expected to be read inside a test, got a read before its stores were opened')
    return one
  }
  return {
    get before() {
      return of(made.before)
    },
    get after() {
      return of(made.after)
    },
    get folder() {
      return of(made.folder)
    },
  }
}
