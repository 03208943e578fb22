/** What the bot finds out by itself arrives in the channel: alerts nobody took, and changes of light and verdict. */
import type { APIMessage } from 'discord.js'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { REPEATS } from '../../src/approval/alerts.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { DayEnds } from '../../src/day-end/pass.ts'
import type { JournalEntry } from '../../src/session/events.ts'
import { AMIR, OPERATOR_ROLE_ID } from '../../src/sim/discord/fixtures.ts'
import { createDeskReader } from '../../src/store/desk-reader.ts'
import type { Store } from '../../src/store/open-store.ts'
import { saveDocument } from '../../src/store/report-store.ts'
import { DAY_MS } from '../../src/time/units.ts'
import { CHECKS } from '../day-end/ended-days.ts'
import { campaignOf, commitTo, openTestStore } from '../support/archive.ts'
import { startTestChat, type TestChat, type TestChatOptions } from '../support/chat-in-test.ts'
import { ChatUser, controlsOf, textOf } from '../support/chat-user.ts'
import { DATE } from '../support/desk-samples.ts'
import { HEALTH } from '../support/health-samples.ts'
import { journalEvents } from '../support/journal-samples.ts'
import { COMES } from '../support/waits.ts'

const ACCOUNT = 'account-1'
/** Nobody is asked anything here. */
const bus = { submit: async () => 'pending' as const, depths: async () => HEALTH.queues, close: async () => undefined }

let store: Store
let chat: TestChat
/** How far the bot's clock is ahead of the machine's. */
let ahead_ms: number
const wall = { ...systemWallClock, now_ms: () => systemWallClock.now_ms() + ahead_ms }

beforeEach(async () => {
  ahead_ms = 0
  store = await openTestStore()
})
afterEach(async () => {
  await chat.close()
  store.close()
})

async function open(options: TestChatOptions = {}): Promise<void> {
  chat = await startTestChat({ store, bus, sim: null }, { wall, ...options })
}

const titled = (title: string): readonly APIMessage[] =>
  chat.olivia.messages().filter((message) => textOf(message).includes(title))

/** The numbers of the feed, as they stand below the posts. */
const numbers = (): readonly number[] =>
  chat.olivia.messages().flatMap(({ embeds }) => {
    const found = /#(\d+)$/.exec(embeds[0]?.footer?.text ?? '')
    return found === null ? [] : [Number(found[1])]
  })

const journal = (date = DATE): Promise<readonly JournalEntry[]> => store.sessions.journal(ACCOUNT, date)
const countOf = async (type: string): Promise<number> =>
  (await journal()).filter(({ event }) => event.type === type).length

describe('an alert in the channel that nobody acknowledges', () => {
  test('is posted again ever later, over a restart too; taken from any of its posts, all say so and no more comes', async () => {
    const atWall_ms = systemWallClock.now_ms()
    const value = campaignOf(ACCOUNT, { active: false })
    const alert = { type: 'engine_alert', code: 'engine_silent', message: 'No worker.', critical: true } as const
    await commitTo(store, [alert], { atWall_ms, campaign: { expectedSeq: 0, value } })
    await open()
    const first = await chat.olivia.waitFor((message) => textOf(message).includes('🚨 Engine silent'))
    expect(first.content).toBe(`<@&${OPERATOR_ROLE_ID}>`)
    for (const [index, wait_ms] of REPEATS.slice(0, 3).entries()) {
      ahead_ms += wait_ms
      if (index === 1) await chat.restartBot()
      await vi.waitFor(() => expect(titled('🔁 Nobody has acknowledged #1')).toHaveLength(index + 1), COMES)
    }
    expect(numbers()).toEqual([1, 2, 3, 4])
    const last = titled('🔁 Nobody has acknowledged #1').at(-1) ?? first
    expect(last.content).toBe(`<@&${OPERATOR_ROLE_ID}>`)
    const amir = await ChatUser.connect(chat.sim.url, AMIR.id)
    try {
      await amir.press(last, 'Acknowledge')
    } finally {
      amir.close()
    }
    await vi.waitFor(() => {
      expect(titled('☑️')).toHaveLength(4)
      expect(titled('By **Amir**')).toHaveLength(4)
    }, COMES)
    expect(chat.olivia.messages().flatMap(controlsOf)).toEqual([])
    expect(await countOf('alert_acknowledged')).toBe(1)
    // Whoever looks at the next one has looked at the first, too.
    await commitTo(store, [{ ...alert, code: 'engine_failing' }], { atWall_ms: wall.now_ms() })
    await vi.waitFor(() => expect(numbers()).toEqual([1, 2, 3, 4, 5]), COMES)
    await chat.restartBot()
    ahead_ms += DAY_MS
    await vi.waitFor(() => expect(titled('🔁 Nobody has acknowledged #5')).toHaveLength(1), COMES)
    expect(await countOf('alert_repeated')).toBe(4)
    expect(numbers()).toEqual([1, 2, 3, 4, 5, 6])
  })
})

describe('a day that has ended', () => {
  const BEFORE = '2026-07-16'

  async function end(date: string): Promise<void> {
    await commitTo(store, journalEvents(), { date, atWall_ms: systemWallClock.now_ms() })
    const document = await store.reader.document(ACCOUNT, date)
    if (document === null) throw new Error('expected a document')
    await saveDocument(store.redis, store.keys, { ...document, checks: CHECKS })
  }

  test('is reported in the channel, and that it changed light and verdict are posts of their own, each once', async () => {
    await commitTo(store, [], { campaign: { expectedSeq: 0, value: campaignOf(ACCOUNT, { active: false }) } })
    await end(BEFORE)
    const reader = createDeskReader(store.redis, store.keys, { store: store.sessions, leases: store.leases, wall })
    await new DayEnds({
      reader,
      sessions: store.sessions,
      wall,
      log: pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
    }).pass()
    const told = (await journal(BEFORE)).map(({ event }) => event).find(({ type }) => type === 'day_reported')
    if (told?.type !== 'day_reported' || told.verdict === null) throw new Error('expected a judged day')
    // As if the campaign had stood better until then.
    const better = { ...told, light: { ...told.light, recent: 'green' as const } }
    await commitTo(store, [{ ...better, verdict: { ...told.verdict, word: 'CONSISTENT' } }], {
      date: BEFORE,
      atWall_ms: systemWallClock.now_ms(),
    })
    await open({ hasSchedule: true })
    const before = await chat.olivia.until(
      () => (titled('decisions reproduced').length >= 2 ? titled('').length : false),
      'the days before',
    )
    expect(before).toBeGreaterThan(2)
    await end(DATE)
    await vi.waitFor(() => expect(titled('⚖️ The verdict changed: CONSISTENT → INSUFFICIENT')).toHaveLength(1), COMES)
    await chat.restartBot()
    expect(titled('🚦 The light changed: ')).toHaveLength(1)
    expect(titled('⚖️ The verdict changed')).toHaveLength(1)
    const kinds = (await journal()).filter(({ feedNo }) => feedNo !== null).map(({ event }) => event.type)
    expect(kinds.slice(-3)).toEqual(['day_reported', 'light_changed', 'verdict_changed'])
    expect(numbers()).toEqual(numbers().map((_, index) => index + 1))
  })
})
