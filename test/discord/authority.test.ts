/** What the bot keeps up without anybody pressing: expiry, repetitions, posts made again; the store is real, time is not. */
import { randomUUID } from 'node:crypto'
import { SnowflakeUtil } from 'discord.js'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { OPEN_ALERTS_MAX, REPEAT_AGE_MAX_MS, REPEATS } from '../../src/approval/alerts.ts'
import { APPLY_WITHIN_MS } from '../../src/approval/approvals.ts'
import { DRILL_SWITCH_MAX_MS } from '../../src/approval/drills.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { Authority } from '../../src/discord/approval/authority.ts'
import { journalAudits } from '../../src/discord/approval/journal-audits.ts'
import { createAuditor } from '../../src/discord/audit.ts'
import { postKey } from '../../src/feed/post-key.ts'
import type { CommandJob } from '../../src/queue/jobs.ts'
import type { DeskReader } from '../../src/report/views.ts'
import { CONTROL_ACTIVE } from '../../src/session/campaign.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { DEFAULT_ENGINE_LIMITS } from '../../src/session/state.ts'
import { type AuditLine, type AuthorityStore, createAuthorityStore } from '../../src/store/authority-store.ts'
import { createDeskReader } from '../../src/store/desk-reader.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createLeases } from '../../src/store/lease.ts'
import type { SessionStore } from '../../src/store/port.ts'
import { createSessionStore } from '../../src/store/session-store.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../src/strategy/rules.ts'
import { ACCOUNT_ID, at, DATE, PLAN, SOURCE } from '../support/desk-samples.ts'

const OLIVIA = { id: 'u1', name: 'Olivia', via: 'discord' } as const
const AMIR = { id: 'u2', name: 'Amir', via: 'discord' } as const
const SESSION = { date: DATE, open_ms: at('09:30'), close_ms: at('16:00') }
const log = pino({ level: 'silent' })
const START_MS = 1_900_000_000_000

let redis: Redis
let auditsKey: string
let sessions: SessionStore
let store: AuthorityStore
let reader: DeskReader
let now_ms = START_MS
let jobs: CommandJob[] = []
/** Feed number → when it was posted, and what became of it. */
let posted: Map<number, number>
let edits: string[] = []
/** What the edited posts say in their last field. */
let outcomes: string[] = []
/** How often a post was looked up. */
let lookups = 0

beforeAll(() => {
  redis = new Redis(process.env.TEST_REDIS_URL ?? '')
})
afterAll(() => redis.disconnect())
beforeEach(async () => {
  const prefix = `test-${randomUUID()}`
  const [keys, leases] = [createKeys(prefix), createLeases(redis, prefix)]
  auditsKey = keys.audits
  const wall = { ...systemWallClock, now_ms: () => now_ms }
  sessions = createSessionStore(redis, keys, leases)
  reader = createDeskReader(redis, keys, { store: sessions, leases, wall })
  store = createAuthorityStore({ redis, keys, sessions, feed: reader.feed, wall })
  now_ms = START_MS
  jobs = []
  posted = new Map()
  edits = []
  outcomes = []
  lookups = 0
})

const made = (over: { readonly editor?: () => Promise<'edited' | 'never'> } = {}): Authority => {
  const editor = over.editor ?? (async () => 'edited' as const)
  return new Authority({
    store,
    posts: {
      postOf: async (_accountId, feedNo) => {
        lookups += 1
        const posted_ms = posted.get(feedNo)
        if (posted_ms === undefined) return null
        return { channelId: '1', messageId: String(SnowflakeUtil.generate({ timestamp: posted_ms })) }
      },
    },
    editor: {
      edit: async (_at, post) => {
        const result = await editor()
        edits.push(`${post.embed.title}${post.buttons === undefined ? '' : ' with buttons'}`)
        outcomes.push(post.embed.fields?.at(-1)?.value ?? '')
        return result
      },
      remake: async () => 'edited',
    },
    commands: {
      submit: async (job) => {
        jobs.push(job)
        return 'pending'
      },
    },
    wall: { ...systemWallClock, now_ms: () => now_ms },
    log,
  })
}

/** Arms the account with these events; resolves to their feed numbers. */
const arm = (...events: readonly JournalEvent[]): Promise<readonly (number | null)[]> => armOn(DATE, events)

async function armOn(date: string, events: readonly JournalEvent[]): Promise<readonly (number | null)[]> {
  const strategy = { profile: PROFILES['25k'], limits: DEFAULT_LIMITS, structure: 'put_spread', width: 5 } as const
  const known = await sessions.campaign(ACCOUNT_ID)
  const result = await sessions.commit({
    accountId: ACCOUNT_ID,
    profile: '25k',
    source: SOURCE,
    date,
    atMarket_ms: at('10:00'),
    atWall_ms: now_ms,
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

const ALERT: JournalEvent = { type: 'engine_alert', code: 'engine_silent', message: 'No worker.', critical: true }
const REQUEST: JournalEvent = {
  type: 'approval_requested',
  approvalId: 'a1',
  requester: OLIVIA,
  reason: 'reviewed',
  subject: { kind: 'resume', cause: 'halt', why: 'x', controlSeq: 1 },
  expires_wall_ms: START_MS + 60_000,
}
const eventsOf = async (type: string): Promise<readonly JournalEvent[]> =>
  (await sessions.journal(ACCOUNT_ID, DATE)).map(({ event }) => event).filter((event) => event.type === type)

describe('an alert that nobody acknowledges', () => {
  test('is repeated ever later, once each whoever looks, as a post of its own, and then no more', async () => {
    const [alertNo] = await arm(ALERT)
    const last = { feedNo: alertNo ?? 0 }
    posted.set(last.feedNo, now_ms)
    for (const [index, wait_ms] of REPEATS.entries()) {
      now_ms += wait_ms - 1
      await made().pass()
      expect(await eventsOf('alert_repeated')).toHaveLength(index)
      now_ms += 1
      // Two bots look at once, and one was started anew.
      await Promise.all([made().pass(), made().pass()])
      await made().pass()
      const repeats = await eventsOf('alert_repeated')
      expect(repeats).toHaveLength(index + 1)
      expect(repeats.at(-1)).toMatchObject({
        alertNo,
        number: index + 1,
        of: REPEATS.length,
        title: '🚨 Engine silent',
      })
      last.feedNo += 1
      posted.set(last.feedNo, now_ms)
    }
    now_ms += 3600_000
    await made().pass()
    expect(await eventsOf('alert_repeated')).toHaveLength(REPEATS.length)
  })

  test('waits for its post: an outage of the channel repeats nothing in a burst', async () => {
    const [alertNo] = await arm(ALERT)
    now_ms += 3600_000
    await made().pass()
    expect(await eventsOf('alert_repeated')).toEqual([])
    posted.set(alertNo ?? 0, now_ms)
    now_ms += (REPEATS[0] ?? 0) + 1
    await made().pass()
    now_ms += 3600_000
    // The repetition itself is not posted yet.
    await made().pass()
    expect(await eventsOf('alert_repeated')).toHaveLength(1)
  })

  test('acknowledged from any of its posts, it and its repetitions say so, also after a bot died before editing', async () => {
    const [alertNo = 0] = await arm(ALERT)
    posted.set(alertNo ?? 0, now_ms)
    now_ms += REPEATS[0] ?? 0
    await made().pass()
    posted.set((alertNo ?? 0) + 1, now_ms)
    const failing = made({ editor: () => Promise.reject(new Error('killed')) })
    now_ms += 5_000
    expect(await failing.acknowledge(postKey(ACCOUNT_ID, alertNo ?? 0), AMIR)).toMatchObject({ isFirst: true })
    expect(await made().acknowledge(postKey(ACCOUNT_ID, alertNo ?? 0), OLIVIA)).toMatchObject({
      isFirst: false,
      alert: { acknowledged: { actor: AMIR } },
    })
    expect(edits).toEqual(['☑️ Engine silent', '☑️ Nobody has acknowledged #1'])
    await made().pass()
    expect(edits).toHaveLength(2)
    now_ms += 3600_000
    await made().pass()
    expect(await eventsOf('alert_repeated')).toHaveLength(1)
    expect(await eventsOf('alert_acknowledged')).toMatchObject([{ after_ms: (REPEATS[0] ?? 0) + 5_000 }])
  })

  test('a button of something else, or of nothing, acknowledges nothing', async () => {
    await arm(ALERT, REQUEST)
    for (const key of [postKey(ACCOUNT_ID, 2), postKey(ACCOUNT_ID, 99), postKey('other', 1), '', 'x:y']) {
      expect(await made().acknowledge(key, AMIR)).toMatchObject({ code: 'stale_command' })
    }
    expect(await eventsOf('alert_acknowledged')).toEqual([])
  })
})

describe('an alert that nobody acknowledged for days', () => {
  const shown = async (): Promise<readonly number[]> =>
    ((await reader.status(ACCOUNT_ID))?.openAlerts ?? []).map(({ alertNo }) => alertNo)

  test('is open for everybody who looks, whichever bot looks, until somebody takes it; then it is gone', async () => {
    await arm(ALERT)
    await made().pass()
    expect((await reader.status(ACCOUNT_ID))?.openAlerts).toEqual([
      { alertNo: 1, title: '🚨 Engine silent', age_ms: 0 },
    ])
    for (const date of ['2030-01-02', '2030-01-03', '2030-01-04', '2030-01-05']) await armOn(date, [ALERT])
    now_ms += 9 * 24 * 3600_000
    await made().pass()
    expect(await shown()).toEqual([1, 2, 3, 4, 5])
    // Its own day is read no more, and this bot has not looked at anything yet.
    expect(await made().acknowledge(postKey(ACCOUNT_ID, 1), AMIR)).toMatchObject({ isFirst: true })
    const bot = made()
    await bot.acknowledge(postKey(ACCOUNT_ID, 3), AMIR)
    expect(await shown()).toContain(2)
  })

  test('is taken out by its acknowledgement, and by nothing else', async () => {
    await arm(ALERT, ALERT, { ...ALERT, code: 'drill' })
    const bot = made()
    await bot.pass()
    expect(await shown()).toEqual([1, 2])
    await bot.acknowledge(postKey(ACCOUNT_ID, 1), AMIR)
    await bot.pass()
    expect(await shown()).toEqual([2])
    await made().pass()
    expect(await shown()).toEqual([2])
  })

  test('is kept among the oldest; that there are more is said once a day', async () => {
    await arm(...Array.from({ length: OPEN_ALERTS_MAX + 2 }, () => ALERT))
    await made().pass()
    await made().pass()
    expect(await shown()).toEqual(Array.from({ length: OPEN_ALERTS_MAX }, (_, index) => index + 1))
    const said = (await eventsOf('engine_alert')).filter(
      (event) => 'code' in event && event.code === 'alerts_unattended',
    )
    expect(said).toMatchObject([{ message: expect.stringContaining('102 alerts wait'), critical: false }])
  })
})

describe('a request', () => {
  test('expires once, whoever looks, and cannot be decided after that', async () => {
    await arm(REQUEST)
    posted.set(1, now_ms)
    await made().pass()
    expect(await eventsOf('approval_decided')).toEqual([])
    now_ms += 60_000
    expect(await made().decide(postKey(ACCOUNT_ID, 1), 'approved', AMIR)).toMatchObject({ code: 'approval_expired' })
    await Promise.all([made().pass(), made().pass()])
    expect(await eventsOf('approval_decided')).toMatchObject([{ decision: 'expired', actor: null }])
    expect(await made().decide(postKey(ACCOUNT_ID, 1), 'approved', AMIR)).toMatchObject({ code: 'already_decided' })
    await made().pass()
    expect(edits.at(-1)).toBe('⌛ Expired: Resume 25k after a halt')
    expect(jobs).toEqual([])
  })

  test('decided by two at once is decided once', async () => {
    await arm(REQUEST)
    posted.set(1, now_ms)
    const key = postKey(ACCOUNT_ID, 1)
    const answers = await Promise.all([
      made().decide(key, 'approved', AMIR),
      made().decide(key, 'denied', OLIVIA),
      made().decide(key, 'approved', { ...AMIR, id: 'u3' }),
    ])
    expect(answers.filter((answer) => !('code' in answer))).toHaveLength(1)
    expect(await eventsOf('approval_decided')).toHaveLength(1)
  })

  test('approved is put on the queue again and again under one id, until the journal says what came of it', async () => {
    await arm(REQUEST)
    await made().decide(postKey(ACCOUNT_ID, 1), 'approved', AMIR)
    const next = made()
    await next.pass()
    await next.pass()
    expect(new Set(jobs.map(({ id }) => id))).toEqual(new Set(['approval-a1']))
    expect(jobs.length).toBeGreaterThan(1)
    expect(jobs[0]).toMatchObject({ kind: 'approved', accountId: ACCOUNT_ID, date: DATE, approvalId: 'a1' })
    await arm({
      type: 'approval_applied',
      approvalId: 'a1',
      ok: false,
      code: 'approval_outdated',
      message: 'Too late.',
    })
    const count = jobs.length
    posted.set(1, now_ms)
    now_ms += APPLY_WITHIN_MS
    await made().pass()
    expect(jobs).toHaveLength(count)
    expect(edits).toEqual(['✅ Approved: Resume 25k after a halt'])
  })
})

describe('what was approved and came to nothing', () => {
  const LATE: JournalEvent = {
    type: 'approval_applied',
    approvalId: 'a1',
    ok: false,
    code: 'approval_outdated',
    message: 'It was approved, but no worker was there in time to do it; nothing was done.',
  }

  test('is shown so on its card, once, by the bot that waited for it and by one that starts anew', async () => {
    await arm(REQUEST)
    posted.set(1, now_ms)
    const waiting = made()
    await waiting.decide(postKey(ACCOUNT_ID, 1), 'approved', AMIR)
    await waiting.pass()
    expect(outcomes).toEqual([expect.stringContaining('Being done.')])
    // The worker was away over a long weekend.
    now_ms += 4 * 24 * 3600_000
    await arm(LATE)
    await waiting.pass()
    await waiting.pass()
    await made().pass()
    expect(edits).toEqual(Array(2).fill('✅ Approved: Resume 25k after a halt'))
    expect(outcomes[1]).toContain('Not done: It was approved, but no worker was there in time')
    expect(outcomes[1]).toContain('By **Amir**')
    expect(outcomes[1]).not.toContain('Being done')
  })

  test('is shown by a bot that was away when it was journalled', async () => {
    await arm(REQUEST)
    posted.set(1, now_ms)
    await made().decide(postKey(ACCOUNT_ID, 1), 'approved', AMIR)
    await arm(LATE)
    await made().pass()
    expect(outcomes.at(-1)).toContain('Not done: ')
  })
})

describe('what is over', () => {
  test('is not looked up any more: an alert too old to be repeated, or acknowledged', async () => {
    await arm(ALERT, ALERT)
    posted.set(1, now_ms).set(2, now_ms)
    const authority = made()
    now_ms += 1_000
    await authority.acknowledge(postKey(ACCOUNT_ID, 2), AMIR)
    now_ms += REPEAT_AGE_MAX_MS - 1_000
    await authority.pass()
    expect(await eventsOf('alert_repeated')).toHaveLength(1)
    now_ms += 1
    lookups = 0
    await authority.pass()
    await authority.pass()
    expect(lookups).toBe(0)
  })

  test('is forgotten with the days that are not read any more, as by a bot that starts then', async () => {
    await arm(ALERT, REQUEST)
    posted.set(1, now_ms).set(2, now_ms)
    const old = made()
    await old.pass()
    expect(await old.acknowledgementOf(ACCOUNT_ID, 1)).toBeNull()
    await old.acknowledge(postKey(ACCOUNT_ID, 1), AMIR)
    expect(await old.acknowledgementOf(ACCOUNT_ID, 1)).toMatchObject({ actor: AMIR })
    for (const [index, date] of ['2030-01-02', '2030-01-03', '2030-01-04'].entries()) {
      await armOn(date, [ALERT])
      expect((await old.acknowledgementOf(ACCOUNT_ID, 1)) === null, date).toBe(index === 2)
    }
    expect(await old.decide(postKey(ACCOUNT_ID, 2), 'approved', AMIR)).toMatchObject({ code: 'stale_command' })
    expect(await made().decide(postKey(ACCOUNT_ID, 2), 'approved', AMIR)).toMatchObject({ code: 'stale_command' })
    expect(await old.acknowledge(postKey(ACCOUNT_ID, 3), AMIR)).toMatchObject({ isFirst: true })
  })
})

describe('a drill whose bot died', () => {
  test('has its switch put back by the next one', async () => {
    await arm({ type: 'drill_started', drillId: 'd1', actor: OLIVIA })
    await made().pass()
    expect(jobs).toEqual([])
    now_ms += DRILL_SWITCH_MAX_MS
    await made().pass()
    expect(jobs).toMatchObject([{ kind: 'drill', step: 'restore', drillId: 'd1', profile: '25k' }])
    await arm({ type: 'drill_restored', drillId: 'd1', restored: true })
    await made().pass()
    expect(jobs).toHaveLength(1)
  })
})

describe('audit lines', () => {
  const line = (interactionId: string): AuditLine => ({
    interactionId,
    actor: OLIVIA,
    what: '/status',
    options: {},
    outcome: 'done',
    code: null,
    at_wall_ms: START_MS,
    profile: null,
  })

  test('wait for the first account, and are journalled once, in order', async () => {
    const wall = { ...systemWallClock, now_ms: () => now_ms }
    const auditor = createAuditor(store, { wall, log })
    auditor.note(line('i1'))
    auditor.note(line('i2'))
    await auditor.close(2_000)
    await redis.lpush(auditsKey, '{"a line of": "another version"}')
    await journalAudits(store, log)
    await arm()
    await Promise.all([journalAudits(store, log), journalAudits(store, log)])
    await journalAudits(store, log)
    expect((await eventsOf('command_audited')).map((event) => 'interactionId' in event && event.interactionId)).toEqual(
      ['i1', 'i2'],
    )
    expect(await store.audits(10)).toEqual([])
  })
})
