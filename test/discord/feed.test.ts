import { describe, expect, it } from 'vitest'
import { DEFINITIONS } from '../../commands/index.ts'
import { OLIVIA, OPERATOR_ROLE_ID } from '../../src/sim/discord/fixtures.ts'
import type { Answer, Call } from '../../src/sim/discord/rest/route.ts'
import { closing, desk, person, SeenFiles, saw } from '../support/bot-bench.ts'
import { startBot, startSim } from '../support/bot-in-test.ts'
import type { ChatUser } from '../support/chat-user.ts'
import { DAY_ENTRIES, entryOf } from '../support/desk-samples.ts'
import { FeedMemory } from '../support/feed-memory.ts'
import { problemsBy } from '../support/published-schema.ts'

/** Fails calls that match, as an outage would. */
class Outage {
  isOn = false
  calls = 0
  readonly middleware = async (call: Call, next: () => Promise<Answer>): Promise<Answer> => {
    const isPost = call.method === 'POST' && call.route.endsWith('/messages')
    if (!this.isOn || !isPost) return next()
    this.calls += 1
    // Half of the failed requests took effect: the worst kind of outage.
    if (this.calls % 2 === 0) await next()
    return { status: 500, hangUp: true }
  }
}

const feedOf = (user: ChatUser): (string | undefined)[] =>
  user
    .messages()
    .flatMap((message) => message.embeds.map(({ footer }) => footer?.text))
    .filter((text) => text?.includes('#'))

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `SIM seed 7 · 25k · #${i + 1}`)

describe('the feed in the channel', () => {
  it('posts what is committed, in order, the last one with the chart', async () => {
    const files = new SeenFiles()
    const { bot, user } = await desk({ middleware: [files.middleware] })
    for (const entry of DAY_ENTRIES) bot.feed.commit(entry)
    const last = await saw(user, 'decisions reproduced')
    expect(feedOf(user)).toEqual(numbers(DAY_ENTRIES.length))
    const picture = await fetch(last.embeds[0]?.image?.url ?? '')
    expect(picture.headers.get('content-type')).toBe('image/png')
    expect(files.descriptions).toEqual([expect.stringContaining('+$1,310.00 against a target of +$341.77')])
    const attached = last.attachments.map(({ filename, url }) => ({ filename, url }))
    expect(attached.map(({ filename }) => filename)).toEqual(['phase4d-sim-25k-2026-07-17.json'])
    const report = await (await fetch(attached[0]?.url ?? '')).json()
    expect(problemsBy('day-4')(report)).toEqual([])
  })

  it('stays within the rate limits of Discord by waiting', async () => {
    const { bot, user } = await desk({ hasRateLimits: true })
    for (const entry of DAY_ENTRIES.slice(0, 8)) bot.feed.commit(entry)
    await user.until(() => feedOf(user).length === 8, 'eight posts')
    expect(feedOf(user)).toEqual(numbers(8))
  })

  it('pings the operators on a breach, and nobody otherwise', async () => {
    const { bot, user } = await desk()
    bot.feed.commit(
      entryOf({ type: 'risk_breach', limit: 'max_daily_loss', pnlCents: -150_000, limitCents: 150_000, at_ms: 0 }, 1),
    )
    bot.feed.commit(
      entryOf({ type: 'campaign_disarmed', actor: { id: '1', name: '@everyone', via: 'cli' }, campaignId: 'c' }, 2),
    )
    const breach = await saw(user, 'Breach')
    expect(breach.mention_roles).toEqual([OPERATOR_ROLE_ID])
    const other = await saw(user, 'disarmed')
    expect(other.mention_everyone).toBe(false)
    expect(other.mention_roles).toEqual([])
  })

  it('loses and doubles nothing when half of the failed requests took effect', async () => {
    const outage = new Outage()
    const { bot, user } = await desk({ middleware: [outage.middleware] })
    outage.isOn = true
    for (const entry of DAY_ENTRIES.slice(0, 4)) bot.feed.commit(entry)
    await expect.poll(() => outage.calls).toBeGreaterThanOrEqual(4)
    outage.isOn = false
    await user.until(() => feedOf(user).length >= 4, 'four posts')
    await user.slash('status')
    expect(feedOf(user)).toEqual(numbers(4))
  })

  it('goes on where it was after the bot was replaced', async () => {
    const sim = await startSim()
    closing(sim)
    const feed = new FeedMemory()
    const first = await startBot({ sim, feed })
    const user = await person(first, OLIVIA.id)
    for (const entry of DAY_ENTRIES.slice(0, 3)) feed.commit(entry)
    await user.until(() => feedOf(user).length === 3, 'three posts')
    await first.stop()
    for (const entry of DAY_ENTRIES.slice(3, 6)) feed.commit(entry)
    const second = await startBot({ sim, feed })
    closing({ close: () => second.stop() })
    await user.until(() => feedOf(user).length === 6, 'six posts')
    expect(feedOf(user)).toEqual(numbers(6))
  })

  it('posts what is left in the feed before it ends', async () => {
    const sim = await startSim()
    closing(sim)
    const feed = new FeedMemory()
    const bot = await startBot({ sim, feed })
    const user = await person(bot, OLIVIA.id)
    for (const entry of DAY_ENTRIES) feed.entries.push(entry)
    await bot.stop()
    await user.until(() => feedOf(user).length === DAY_ENTRIES.length, 'all posts')
    expect(feedOf(user)).toEqual(numbers(DAY_ENTRIES.length))
  })

  it('comes back by itself when Discord goes away and returns, without a gap or a double', async () => {
    const before = await startSim()
    const port = Number(new URL(before.url).port)
    const bot = await startBot({ sim: before })
    closing({ close: () => bot.stop() })
    bot.feed.commit(DAY_ENTRIES[0] ?? entryOf({ type: 'engine_alert', code: 'x', message: 'x', critical: false }, 1))
    await expect.poll(() => bot.feed.recorded.size).toBe(1)
    await before.close()
    for (const entry of DAY_ENTRIES.slice(1, 4)) bot.feed.commit(entry)
    await expect.poll(() => bot.log.some((line) => line.includes('failed; trying again'))).toBe(true)
    const after = await startSim({ port })
    closing(after)
    const user = await person({ sim: after }, OLIVIA.id)
    await user.until(() => feedOf(user).length === 3, 'three posts')
    expect(feedOf(user)).toEqual(numbers(4).slice(1))
    await user.until(() => user.botOnline && user.commands.length === DEFINITIONS.length, 'the bot back online')
    await user.slash('status')
    await saw(user, 'holding a position')
  })
})
