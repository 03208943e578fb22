/** The page in a browser with everything beside it: chat simulator, sample bot, sample market, sample supervisor. */
import type { Client } from 'discord.js'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { CHANNEL_ID } from '../../../src/sim/discord/fixtures.ts'
import { type DiscordSim, startDiscordSim } from '../../../src/sim/discord/server.ts'
import { openPage } from './browser.ts'
import { startSampleBot } from './sample-bot.ts'
import { type SampleMarket, startSampleMarket } from './sample-market.ts'
import { type SampleSupervisor, startSampleSupervisor } from './sample-supervisor.ts'

export const silent = { info: () => undefined, error: () => undefined }

/** What the tests of a file share; `page` is a fresh one for each test. */
interface PageInTest {
  readonly page: Page
  readonly sim: DiscordSim
  readonly market: SampleMarket
  readonly supervisor: SampleSupervisor
  composer(): Locator
  channel(): Locator
  /** The last message of the channel with this text. */
  last(text: string | RegExp): Locator
  /** Types a line into the channel and sends it. */
  typeLine(line: string): Promise<void>
  /** The bot writes `line 0`, `line 1`, … */
  fillChannel(count: number): Promise<void>
  /** Problems of the page that this test provokes; any other fails it. */
  allow(problem: RegExp): void
}

/** To be called once in a `describe`: starts everything before its tests and ends it after them, the browser too. */
export function usePage(browser: Browser): PageInTest {
  let sim: DiscordSim
  let bot: Client<true>
  let market: SampleMarket
  let supervisor: SampleSupervisor
  let page: Page
  let problems: readonly string[]
  let allowed: RegExp | null

  beforeAll(async () => {
    market = await startSampleMarket()
    supervisor = await startSampleSupervisor()
    const beside = { marketUrl: market.url, controlUrl: supervisor.url }
    sim = await startDiscordSim({ port: 0, ...beside, log: silent, hasRateLimits: false })
    bot = await startSampleBot(sim.apiUrl)
  })

  afterAll(async () => {
    await bot?.destroy()
    await sim?.close()
    await market?.close()
    await supervisor?.close()
    await browser.close()
  })

  beforeEach(async () => {
    const tab = await openPage(browser, sim.url)
    page = tab.page
    problems = tab.problems
    allowed = null
  })

  afterEach(async () => {
    await page.close()
    expect(problems.filter((problem) => !allowed?.test(problem))).toEqual([])
  })

  const composer = () => page.getByRole('textbox', { name: 'Message #phase4d-desk' })
  const channel = () => page.getByRole('log')
  return {
    get page() {
      return page
    },
    get sim() {
      return sim
    },
    get market() {
      return market
    },
    get supervisor() {
      return supervisor
    },
    composer,
    channel,
    last: (text) => channel().getByRole('article').filter({ hasText: text }).last(),
    async typeLine(line) {
      await composer().fill(line)
      await page.keyboard.press('Enter')
    },
    async fillChannel(count) {
      const desk = bot.channels.cache.get(CHANNEL_ID)
      if (!desk?.isSendable()) throw new Error('expected the desk channel')
      for (let line = 0; line < count; line++) await desk.send(`line ${line}`)
    },
    allow(problem) {
      allowed = problem
    },
  }
}
