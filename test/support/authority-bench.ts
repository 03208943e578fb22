/**
 * The bot's authority over a real store, with posts and time by hand. To be called once a file: `useAuthorityBench`.
 */
import { randomUUID } from 'node:crypto'
import { SnowflakeUtil } from 'discord.js'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterEach, beforeEach } from 'vitest'
import type { WallClock } from '../../src/config/clock.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { Authority } from '../../src/discord/approval/authority.ts'
import type { CommandJob } from '../../src/queue/jobs.ts'
import type { DeskReader } from '../../src/report/views.ts'
import { CONTROL_ACTIVE } from '../../src/session/campaign.ts'
import { DEFAULT_ENGINE_LIMITS } from '../../src/session/engine-limits.ts'
import type { EventOf, JournalEvent } from '../../src/session/events.ts'
import { type AuthorityStore, createAuthorityStore } from '../../src/store/authority-store.ts'
import { createDeskReader } from '../../src/store/desk-reader.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createLeases } from '../../src/store/lease.ts'
import type { SessionStore } from '../../src/store/port.ts'
import { createSessionStore } from '../../src/store/session-store.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../src/strategy/rules.ts'
import { ACCOUNT_ID, at, DATE, PLAN, SOURCE } from './desk-samples.ts'

export const OLIVIA = { id: 'u1', name: 'Olivia', via: 'discord' } as const
export const AMIR = { id: 'u2', name: 'Amir', via: 'discord' } as const
const SESSION = { date: DATE, open_ms: at('09:30'), close_ms: at('16:00') }
export const log = pino({ level: 'silent' })
export const START_MS = 1_900_000_000_000

class AuthorityBench {
  readonly redis = new Redis(process.env.TEST_REDIS_URL ?? '')
  readonly auditsKey: string
  readonly sessions: SessionStore
  readonly store: AuthorityStore
  readonly reader: DeskReader
  now_ms = START_MS
  readonly jobs: CommandJob[] = []
  /** Feed number → when it was posted. */
  readonly posted = new Map<number, number>()
  /** What became of posts. */
  readonly edits: string[] = []
  /** What the edited posts say in their last field. */
  readonly outcomes: string[] = []
  /** How often a post was looked up. */
  lookups = 0
  /** How far the bot's clock was set wrong since; durations do not know of it. */
  wrong_ms = 0
  readonly wall: WallClock = {
    ...systemWallClock,
    now_ms: () => this.now_ms,
    monotonic_ms: () => this.now_ms - this.wrong_ms,
  }

  constructor() {
    const { redis, wall } = this
    const prefix = `test-${randomUUID()}`
    const [keys, leases] = [createKeys(prefix), createLeases(redis, prefix)]
    this.auditsKey = keys.audits
    this.sessions = createSessionStore(redis, keys, leases)
    this.reader = createDeskReader(redis, keys, { store: this.sessions, leases, wall })
    this.store = createAuthorityStore({ redis, keys, sessions: this.sessions, feed: this.reader.feed, wall })
  }

  made(over: { readonly editor?: () => Promise<'edited' | 'never'> } = {}): Authority {
    const editor = over.editor ?? (async () => 'edited' as const)
    return new Authority({
      store: this.store,
      posts: {
        postOf: async (_accountId, feedNo) => {
          this.lookups += 1
          const posted_ms = this.posted.get(feedNo)
          if (posted_ms === undefined) return null
          return { channelId: '1', messageId: String(SnowflakeUtil.generate({ timestamp: posted_ms })) }
        },
      },
      editor: {
        edit: async (_at, post) => {
          const result = await editor()
          this.edits.push(`${post.embed.title}${post.buttons === undefined ? '' : ' with buttons'}`)
          this.outcomes.push(post.embed.fields?.at(-1)?.value ?? '')
          return result
        },
        remake: async () => 'edited',
      },
      commands: {
        submit: async (job) => {
          this.jobs.push(job)
          return 'pending'
        },
      },
      wall: this.wall,
      log,
    })
  }

  /** Arms the account with these events; resolves to their feed numbers. */
  arm(...events: readonly JournalEvent[]): Promise<readonly (number | null)[]> {
    return this.armOn(DATE, events)
  }

  async armOn(date: string, events: readonly JournalEvent[]): Promise<readonly (number | null)[]> {
    const strategy = { profile: PROFILES['25k'], limits: DEFAULT_LIMITS, structure: 'put_spread', width: 5 } as const
    const known = await this.sessions.campaign(ACCOUNT_ID)
    const result = await this.sessions.commit({
      accountId: ACCOUNT_ID,
      profile: '25k',
      source: SOURCE,
      date,
      atMarket_ms: at('10:00'),
      atWall_ms: this.now_ms,
      events,
      epoch: null,
      session: null,
      campaign: {
        expectedSeq: known.seq,
        value: {
          campaignId: 'c1',
          accountId: ACCOUNT_ID,
          source: SOURCE,
          strategy,
          engine: DEFAULT_ENGINE_LIMITS,
          plan: PLAN,
          armedBy: OLIVIA,
          armedAt_ms: 0,
          session: SESSION,
          next: null,
          stop: null,
          control: CONTROL_ACTIVE,
          active: true,
        },
      },
      openGuard: null,
    })
    if (!result.ok) throw new Error(`expected a commit, got ${result.reason}`)
    return result.feedNos
  }

  async eventsOf(type: string): Promise<readonly JournalEvent[]> {
    return (await this.sessions.journal(ACCOUNT_ID, DATE))
      .map(({ event }) => event)
      .filter((event) => event.type === type)
  }
}

export const ALERT: EventOf<'engine_alert'> = {
  type: 'engine_alert',
  code: 'engine_silent',
  message: 'No worker.',
  critical: true,
}
export const REQUEST: JournalEvent = {
  type: 'approval_requested',
  approvalId: 'a1',
  requester: OLIVIA,
  reason: 'reviewed',
  subject: { kind: 'resume', cause: 'halt', why: 'x', controlSeq: 1 },
  expires_wall_ms: START_MS + 60_000,
}

/** A new one for each test. */
export function useAuthorityBench(): { readonly current: AuthorityBench } {
  let bench: AuthorityBench | null = null
  beforeEach(() => {
    bench = new AuthorityBench()
  })
  afterEach(() => bench?.redis.disconnect())
  return {
    get current() {
      if (bench === null) throw new Error('expected to be in a test')
      return bench
    },
  }
}
