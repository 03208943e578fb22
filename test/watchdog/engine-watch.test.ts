import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { WallClock } from '../../src/config/clock.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { Campaign } from '../../src/session/campaign.ts'
import { BOT_LEASE } from '../../src/store/feed-store.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createLeases } from '../../src/store/lease.ts'
import { type SessionStore, StoreUnreachable } from '../../src/store/port.ts'
import { createSessionStore } from '../../src/store/session-store.ts'
import { createSilenceStore, type SilenceStore } from '../../src/store/silence-store.ts'
import { watchEngines } from '../../src/watchdog/engine-watch.ts'
import { armedCampaign, liveOf, saveCampaign, saveSession } from '../support/armed-campaign.ts'
import { startTestChat } from '../support/chat-in-test.ts'
import { textOf } from '../support/chat-user.ts'
import { startTestDesk } from '../support/desk-in-test.ts'
import { holdingDesk } from '../support/session.ts'
import { until } from '../support/waits.ts'

const START_MS = 1_800_000_000_000

describe('the watch over the engines', () => {
  let redis: Redis
  let sessions: SessionStore
  let silences: SilenceStore
  let campaign: Campaign
  let epoch: number
  let now_ms: number
  let takeLease: () => Promise<number>
  const storeStates: string[] = []

  beforeAll(() => {
    redis = new Redis(process.env.TEST_REDIS_URL ?? '')
  })
  afterAll(() => redis.disconnect())
  beforeEach(async () => {
    const prefix = `test-${randomUUID()}`
    const keys = createKeys(prefix)
    const leases = createLeases(redis, prefix)
    sessions = createSessionStore(redis, keys, leases)
    silences = createSilenceStore(redis, keys, leases, sessions)
    takeLease = async () => {
      await redis.del(`${prefix}:lease:${BOT_LEASE}`)
      return (await leases.acquire(BOT_LEASE, 'bot', 60_000))?.epoch ?? 0
    }
    epoch = await takeLease()
    now_ms = START_MS
    skew_ms = 0
    storeStates.splice(0)
    campaign = armedCampaign(START_MS - 3_600_000)
    await saveCampaign(sessions, campaign)
    await beat()
  })

  /** How far the worker's clock is ahead of the bot's. */
  let skew_ms = 0
  const beat = () => sessions.saveLive(liveOf(campaign, now_ms + skew_ms))
  const posts = async () =>
    (await sessions.journal(campaign.accountId, campaign.session.date)).flatMap(({ event, feedNo }) =>
      event.type === 'engine_alert' ? [{ code: event.code, feedNo, message: event.message }] : [],
    )
  const codes = async () => (await posts()).map(({ code }) => code)

  /** A bot's watch for so long, the engine alive or not. */
  async function watch(
    time_ms: number,
    isAlive: boolean,
    { slept_ms = 0, ...ports }: { silences?: SilenceStore; slept_ms?: number } = {},
  ): Promise<void> {
    let toSleep_ms = slept_ms
    const stop = new AbortController()
    const until_ms = now_ms + time_ms
    const wall: WallClock = {
      now_ms: () => now_ms,
      monotonic_ms: () => now_ms,
      async sleep(wait_ms) {
        now_ms += wait_ms
        // In the middle everything sleeps, the engine too; the bot is the first to wake.
        const isAsleep = toSleep_ms > 0 && now_ms >= until_ms - time_ms / 2
        if (isAsleep) now_ms += toSleep_ms
        if (isAsleep) toSleep_ms = 0
        else if (isAlive) await beat()
        if (now_ms >= until_ms) stop.abort()
      },
    }
    const log = pino({ level: 'silent' })
    const onStore = (state: string) => storeStates.push(state)
    await watchEngines({ silences, sessions, ...ports, wall, log, onStore }, epoch, stop.signal)
  }

  test('says nothing while the engine shows life', async () => {
    await watch(60_000, true)
    expect(await codes()).toEqual([])
  })

  test('tells of a silence within 15 s, once, and of its end, each under a feed number', async () => {
    await watch(10_000, true)
    await watch(12_000, false)
    expect(await codes()).toEqual(['engine_silent'])
    await watch(120_000, false)
    expect(await codes()).toEqual(['engine_silent'])
    await watch(60_000, true)
    expect(await posts()).toMatchObject([
      { code: 'engine_silent', feedNo: 1 },
      { code: 'engine_back', feedNo: 2 },
    ])
    await watch(30_000, false)
    expect(await codes()).toEqual(['engine_silent', 'engine_back', 'engine_silent'])
  })

  test('tells of an engine whose session nobody can read, and that nobody can say what is open', async () => {
    await saveSession(sessions, { ...holdingDesk().state, cashDifferenceCents: Number.NaN })
    await watch(20_000, false)
    expect((await posts())[0]?.message).toMatch(/^No engine has watched .* look at the account: .*cashDifferenceCents/)
  })

  test('says how long, who it was, and what is open', async () => {
    await saveSession(sessions, holdingDesk().state)
    await watch(20_000, false)
    expect((await posts())[0]?.message).toBe(
      'No engine has watched 25k for 10 s (last heard of: worker-1). A position is open: 25 × SPY 742 put / SPY 737 put. Another worker takes over by itself; check that one runs.',
    )
  })

  test.each([-3_600_000, -11_000, 11_000, 3_600_000])(
    'a worker whose clock is %d ms off is neither called silent while it lives, nor hidden once it is dead',
    async (off_ms) => {
      skew_ms = off_ms
      await watch(60_000, true)
      expect(await codes()).toEqual([])
      // A bot that starts now looks at a dead engine at once.
      epoch = await takeLease()
      await watch(12_000, false)
      expect(await codes()).toEqual(['engine_silent'])
      expect((await posts())[0]?.message).toContain('for 10 s')
      epoch = await takeLease()
      await watch(60_000, false)
      expect(await codes()).toEqual(['engine_silent'])
      await watch(5_000, true)
      expect(await codes()).toEqual(['engine_silent', 'engine_back'])
      expect((await posts())[1]?.message).toMatch(/after about 7\d s/)
    },
  )

  test('an engine that came back while no bot looked is told of', async () => {
    await watch(20_000, false)
    await beat()
    epoch = await takeLease()
    await watch(2_000, false)
    expect(await codes()).toEqual(['engine_silent', 'engine_back'])
  })

  test('a bot that starts during a silence does not repeat it, and tells of its end', async () => {
    await watch(20_000, false)
    epoch = await takeLease()
    await watch(60_000, false)
    expect(await codes()).toEqual(['engine_silent'])
    await watch(10_000, true)
    expect(await codes()).toEqual(['engine_silent', 'engine_back'])
  })

  test.each(['before the commit', 'after the commit'])(
    'a bot that dies %s of an alert leaves one alert',
    async (moment) => {
      const dying: SilenceStore = {
        read: () => silences.read(),
        async replace(accountId, before, after, byEpoch) {
          if (moment === 'after the commit' && after?.stage === 'told') throw new StoreUnreachable('dead')
          const done = await silences.replace(accountId, before, after, byEpoch)
          if (moment === 'before the commit' && after?.stage === 'telling') throw new StoreUnreachable('dead')
          return done
        },
      }
      await watch(11_000, false, { silences: dying })
      expect(await codes()).toHaveLength(moment === 'before the commit' ? 0 : 1)
      epoch = await takeLease()
      await watch(60_000, false)
      expect(await codes()).toEqual(['engine_silent'])
    },
  )

  test('a bot that lost its lease tells nothing', async () => {
    await takeLease()
    await watch(60_000, false)
    expect(await codes()).toEqual([])
  })

  test('what the store missed while it was away is not held against the engine', async () => {
    let isAway = true
    const flaky: SilenceStore = {
      replace: (...args) => silences.replace(...args),
      async read() {
        if (isAway) throw new StoreUnreachable('away')
        return silences.read()
      },
    }
    await watch(60_000, false, { silences: flaky })
    expect(storeStates).toEqual(['away'])
    isAway = false
    await watch(3000, false, { silences: flaky })
    await watch(30_000, true, { silences: flaky })
    expect(await codes()).toEqual([])
  })

  test('what a machine that slept missed is not held against the engine; one that stays silent after it is told of', async () => {
    await watch(60_000, true, { slept_ms: 20_000 })
    expect(await codes()).toEqual([])
    await watch(30_000, false, { slept_ms: 5_000 })
    expect(await codes()).toEqual(['engine_silent'])
  })

  test('an account that is disarmed has no engine to be silent', async () => {
    await watch(20_000, false)
    await saveCampaign(sessions, { ...campaign, active: false })
    await watch(60_000, false)
    expect(await codes()).toEqual(['engine_silent'])
    expect((await silences.read()).silences.size).toBe(0)
  })
})

describe('the channel', () => {
  test('learns within 15 s that an engine is silent, exactly once, over a restart of the bot, and that it is back', async () => {
    const desk = await startTestDesk({ source: { kind: 'seed', seed: '7', startDate: '2026-11-23' }, paused: true })
    const chat = await startTestChat(desk)
    try {
      const wall = systemWallClock
      const campaign = armedCampaign(wall.now_ms())
      const sessions = desk.store.sessions
      const beat = () => sessions.saveLive(liveOf(campaign, wall.now_ms()))
      await beat()
      await saveCampaign(sessions, campaign)
      const silentSince_ms = wall.monotonic_ms()
      const texts = (part: string) =>
        chat.olivia
          .messages()
          .map(textOf)
          .filter((text) => text.includes(part))
      const seen = (part: string) => until(`a post of "${part}"`, async () => texts(part).length > 0)
      await seen('Engine silent')
      expect(wall.monotonic_ms() - silentSince_ms).toBeLessThan(15_000)
      await chat.restartBot()
      await beat()
      await seen('Engine back')
      expect(texts('Engine silent')).toHaveLength(1)
      expect(texts('Engine back')).toHaveLength(1)
    } finally {
      await chat.close()
      await desk.close()
    }
  })
})
