/** What the desk does by the market's clock arrives in the channel, with two bots, each post once. */
import type { APIMessage } from 'discord.js'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { fail, reportOf } from '../../src/preflight/line.ts'
import type { Campaign } from '../../src/session/campaign.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { OPERATOR_ROLE_ID } from '../../src/sim/discord/fixtures.ts'
import type { Store } from '../../src/store/open-store.ts'
import { EVENTS_ALONE } from '../../src/store/port.ts'
import { createScheduleStore } from '../../src/store/schedule-store.ts'
import { openTestStore } from '../support/archive.ts'
import { armedCampaign, liveOf, saveCampaign, saveSession } from '../support/armed-campaign.ts'
import { SeenFiles } from '../support/bot-bench.ts'
import { startTestChat, type TestChat, type TestChatOptions } from '../support/chat-in-test.ts'
import { controlsOf, textOf } from '../support/chat-user.ts'
import { at, DATE, DAY_EVENTS } from '../support/desk-samples.ts'
import { HEALTH } from '../support/health-samples.ts'
import { holdingDesk } from '../support/session.ts'
import { COMES } from '../support/waits.ts'

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

interface Scheduled {
  readonly campaign: Campaign
  /** Resolves when a bot has looked at that time, with the engine alive. */
  clockAt(time: string): Promise<void>
  commit(events: readonly JournalEvent[]): Promise<void>
}

/** An armed account of the sample day, and the bot that keeps its schedule. */
async function scheduled(options: TestChatOptions = {}): Promise<Scheduled> {
  store = await openTestStore()
  const campaign: Campaign = {
    ...armedCampaign(0),
    session: { date: DATE, open_ms: at('09:30'), close_ms: at('16:00') },
  }
  const { accountId, plan, source } = campaign
  await saveCampaign(store.sessions, campaign)
  chat = await startTestChat({ store, bus, sim: null }, { hasSchedule: true, ...options })
  const schedules = createScheduleStore(store.redis, store.keys, store.sessions)
  return {
    campaign,
    async clockAt(time) {
      const live = liveOf(campaign, systemWallClock.now_ms())
      await store.sessions.saveLive({ ...live, now_ms: at(time), spot: 741.5, mid: 1.4, close: 1.45 })
      await vi.waitFor(async () => expect((await schedules.position(accountId))?.at_ms).toBe(at(time)), COMES)
    },
    async commit(events) {
      const envelope = { accountId, profile: plan.profile, source, date: DATE, atMarket_ms: at('15:12') }
      await store.sessions.commit({ ...envelope, atWall_ms: systemWallClock.now_ms(), events, ...EVENTS_ALONE })
    },
  }
}

const titled = (title: string): readonly APIMessage[] =>
  chat.olivia.messages().filter((message) => textOf(message).includes(title))

describe('the schedule, over the real client', () => {
  test('preflight, open, reminder and week are posted once each, though the bot changes in between', async () => {
    const { campaign, clockAt, commit } = await scheduled({
      draw: async () => Promise.reject(new Error('no pictures here')),
    })
    await chat.standBy()
    await clockAt('09:10')
    await clockAt('09:16')
    await clockAt('09:31')
    await commit(DAY_EVENTS)
    await chat.handOver()
    await clockAt('15:50')
    await clockAt('16:31')
    const titles = [
      '⛔ Before the open: 1 failed',
      '🔔 The market is open',
      '📝 1 trade waits for a review',
      '📅 Week of',
    ]
    await vi.waitFor(() => expect(titles.map((title) => titled(title).length)).toEqual([1, 1, 1, 1]), COMES)
    // Both bots over the same journal: nothing is told twice there, either.
    const types = (await store.sessions.journal(campaign.accountId, DATE)).map(({ event }) => event.type)
    for (const type of ['preflight_reported', 'market_opened', 'reviews_reminded', 'week_ended'] as const) {
      expect(types.filter((one) => one === type)).toHaveLength(1)
    }
  })

  test('the expiry desk tells what is held four times in the last two hours, calls the operators, and then no more', async () => {
    const { campaign, clockAt } = await scheduled()
    const { session, accountId, source } = campaign
    await saveSession(store.sessions, { ...holdingDesk().state, session, accountId, source })
    const posts = () => titled('⏳ Expires in').length
    let told = 0
    for (const time of ['13:59', '14:00', '14:31', '15:01', '15:16', '15:31', '15:45']) {
      await clockAt(time)
      if (time !== '13:59' && time < '15:31') told += 1
      await vi.waitFor(() => expect(posts()).toBe(told), COMES)
    }
    expect(told).toBe(4)
    const [first] = titled('⏳ Expires in')
    const text = textOf(first ?? ({} as APIMessage))
    expect(text).toContain('742')
    expect(text).toContain('741.5')
    // In the money: somebody is to look, and to say so.
    expect(first?.content).toBe(`<@&${OPERATOR_ROLE_ID}>`)
    expect(controlsOf(first ?? ({} as APIMessage)).map(({ label }) => label)).toEqual(['Acknowledge'])
  })

  test('the week is told once, with its chart', async () => {
    const files = new SeenFiles()
    const { clockAt, commit } = await scheduled({ middleware: [files.middleware] })
    await commit(DAY_EVENTS)
    await clockAt('16:00')
    await clockAt('16:31')
    await chat.restartBot()
    await vi.waitFor(() => expect(titled('📅 Week of')).toHaveLength(1), COMES)
    const [week] = titled('📅 Week of')
    expect(textOf(week ?? ({} as APIMessage))).toContain('+$1,310.00')
    const picture = await fetch(week?.embeds[0]?.image?.url ?? '')
    expect(picture.headers.get('content-type')).toBe('image/png')
    const png = Buffer.from(await picture.arrayBuffer())
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1080, 1080])
    expect(files.descriptions).toContainEqual(
      expect.stringMatching(/^Week of Mon 13 Jul 2026 .*; target: \+\$341\.77; net P&L: \+\$1,310\.00\./),
    )
  })
})
