/** What the desk does by the market's clock arrives in the channel, with two bots, each post once. */
import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { fail, reportOf } from '../../src/preflight/line.ts'
import type { Campaign } from '../../src/session/campaign.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { EVENTS_ALONE } from '../../src/store/port.ts'
import { createScheduleStore } from '../../src/store/schedule-store.ts'
import { armedCampaign, liveOf, saveCampaign } from '../support/armed-campaign.ts'
import { startTestChat, type TestChat } from '../support/chat-in-test.ts'
import { textOf } from '../support/chat-user.ts'
import { at, DATE, DAY_EVENTS } from '../support/desk-samples.ts'
import { HEALTH } from '../support/health-samples.ts'

const log = pino({ level: 'silent' })
const WAIT = { timeout: 10_000, interval: 50 }

let store: Store
let chat: TestChat
afterEach(async () => {
  await chat.close()
  store.close()
})

const PREFLIGHT = reportOf(
  { account: '25k', source: null },
  [fail('options_level', 'level 1', 'Ask for level 3.')],
  ['options_level'],
)
/** A worker that finds something wrong, without one. */
const bus = {
  submit: async () => ({ ok: true, accountId: 'a', message: '', plan: null, preflight: PREFLIGHT }) as const,
  depths: async () => HEALTH.queues,
  close: async () => undefined,
}

describe('the schedule, over the real client', () => {
  test('preflight, open, reminder and week are posted once each, though the bot changes in between', async () => {
    const redisUrl = process.env.TEST_REDIS_URL ?? ''
    store = await openStore({ redisUrl, wall: systemWallClock, log, prefix: `test-${randomUUID()}` })
    const campaign: Campaign = {
      ...armedCampaign(0),
      session: { date: DATE, open_ms: at('09:30'), close_ms: at('16:00') },
    }
    const { accountId, plan, source } = campaign
    await saveCampaign(store.sessions, campaign)
    chat = await startTestChat(
      { store, bus, sim: null },
      { hasSchedule: true, draw: async () => Promise.reject(new Error('no pictures here')) },
    )
    await chat.standBy()
    const schedules = createScheduleStore(store.redis, store.keys, store.sessions)
    /** Resolves when a bot has looked at that time. */
    const clockAt = async (time: string): Promise<void> => {
      await store.sessions.saveLive({ ...liveOf(campaign, systemWallClock.now_ms()), now_ms: at(time) })
      await vi.waitFor(async () => expect((await schedules.position(accountId))?.at_ms).toBe(at(time)), WAIT)
    }
    await clockAt('09:10')
    await clockAt('09:16')
    await clockAt('09:31')
    const envelope = { accountId, profile: plan.profile, source, date: DATE, atMarket_ms: at('15:12') }
    await store.sessions.commit({
      ...envelope,
      atWall_ms: systemWallClock.now_ms(),
      events: DAY_EVENTS,
      ...EVENTS_ALONE,
    })
    await chat.handOver()
    await clockAt('15:50')
    await clockAt('16:31')
    const titles = [
      '⛔ Before the open: 1 failed',
      '🔔 The market is open',
      '📝 1 trade waits for a review',
      '📅 Week of',
    ]
    const seen = (): readonly number[] =>
      titles.map((title) => chat.olivia.messages().filter((message) => textOf(message).includes(title)).length)
    await vi.waitFor(() => expect(seen()).toEqual([1, 1, 1, 1]), WAIT)
    // Both bots over the same journal: nothing is told twice there, either.
    const types = (await store.sessions.journal(accountId, DATE)).map(({ event }) => event.type)
    for (const type of ['preflight_reported', 'market_opened', 'reviews_reminded', 'week_ended'] as const) {
      expect(types.filter((one) => one === type)).toHaveLength(1)
    }
  }, 30_000)
})
