import type { Client } from 'discord.js'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CHANNEL_ID } from '../../../src/sim/discord/fixtures.ts'
import { type DiscordSim, startDiscordSim } from '../../../src/sim/discord/server.ts'
import { openBrowser, openPage, PHONE, settled, shoot } from './browser.ts'
import { startSampleBot } from './sample-bot.ts'
import { type SampleMarket, startSampleMarket } from './sample-market.ts'

/** Whether an element is drawn within the window; runs in the page. */
const isInView = (element: { getBoundingClientRect(): { top: number; bottom: number } }): boolean => {
  const { top, bottom } = element.getBoundingClientRect()
  return top >= 0 && bottom <= 900
}
const opened = await openBrowser()
if (typeof opened === 'string') process.stderr.write(`Browser tests of the page are skipped: ${opened}\n`)

describe.skipIf(typeof opened === 'string')('the page in a browser', () => {
  const browser = opened as Browser
  let sim: DiscordSim
  let bot: Client<true>
  let market: SampleMarket
  let page: Page
  let problems: readonly string[]
  /** Problems that a test provokes. */
  let allowed: RegExp | null

  beforeAll(async () => {
    market = await startSampleMarket()
    const silent = { info: () => undefined, error: () => undefined }
    sim = await startDiscordSim({ port: 0, marketUrl: market.url, log: silent, hasRateLimits: false })
    bot = await startSampleBot(sim.apiUrl)
  }, 60_000)

  afterAll(async () => {
    await bot?.destroy()
    await sim?.close()
    await market?.close()
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
  const last = (text: string | RegExp): Locator => channel().getByRole('article').filter({ hasText: text }).last()
  const typeLine = async (line: string) => {
    await composer().fill(line)
    await page.keyboard.press('Enter')
  }

  const fillChannel = async (count: number) => {
    const desk = bot.channels.cache.get(CHANNEL_ID)
    if (!desk?.isSendable()) throw new Error('expected the desk channel')
    for (let line = 0; line < count; line++) await desk.send(`line ${line}`)
  }

  test('a command typed in one line is answered: thinking, then an embed with fields', async () => {
    await typeLine('/start 25k')
    const answer = last('Session started: 25k')
    await answer.waitFor()
    await answer.getByText('Armed by Olivia').waitFor()
    await answer.getByText('/start', { exact: true }).waitFor()
    await answer.getByText('+$341.77').waitFor()
    await shoot(page, 'start')
  })

  test('the slash list filters, completes by Tab and takes choices by arrow keys', async () => {
    await composer().click()
    await page.keyboard.type('/')
    const list = page.getByRole('listbox', { name: 'Commands' })
    await list.getByRole('option', { name: /\/report/ }).waitFor()
    expect(await list.getByRole('option').count()).toBe(7)
    await shoot(page, 'commands')
    await page.keyboard.type('sta')
    await page.keyboard.press('Tab')
    await page.getByRole('listbox', { name: 'Values' }).getByRole('option', { name: '2k', exact: true }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page
      .getByRole('listbox', { name: 'Options' })
      .getByRole('option', { name: /structure/ })
      .waitFor()
    expect(await composer().inputValue()).toBe('/start account:2k ')
    await page.keyboard.type('structure:Put')
    await page.keyboard.press('Tab')
    await shoot(page, 'pills')
    await page.keyboard.press('Enter')
    const answer = last('Session started: 2k')
    await answer.waitFor()
    await answer.getByText('put_spread').waitFor()
  })

  test('a wrong or missing value is said at the line, and nothing is sent', async () => {
    await typeLine('/start 3k')
    await page.getByRole('alert').filter({ hasText: 'expected one of 25k, 2k, got "3k"' }).waitFor()
    await typeLine('/nonsense')
    await page.getByRole('alert').filter({ hasText: 'There is no command /nonsense' }).waitFor()
    await shoot(page, 'error')
  })

  test("the bot's own completion fills an option", async () => {
    await composer().click()
    await page.keyboard.type('/trade id:63')
    await page.getByRole('option', { name: '#2 630 P' }).click()
    expect(await composer().inputValue()).toBe('/trade id:#2 630 P ')
    await page.keyboard.press('Enter')
    await last('Trade t-2').waitFor()
  })

  test('buttons answer for the presser alone, and what was answered can be dismissed', async () => {
    await typeLine('/start 25k')
    await last('Session started: 25k').getByRole('button', { name: 'Refresh' }).click()
    const reply = last('Refreshed.')
    await reply.getByText('Only you can see this').waitFor()
    await shoot(page, 'ephemeral')
    await reply.getByRole('button', { name: 'Dismiss message' }).click()
    await reply.waitFor({ state: 'detached' })
  })

  test('a select menu sends the choice and the message changes in place', async () => {
    await typeLine('/start 25k')
    const answer = last('Session started: 25k')
    await answer.getByRole('combobox', { name: 'Tag this trade' }).click()
    await page.getByRole('option', { name: /Late entry/ }).click()
    await last('Tagged late').getByText('(edited)').waitFor()
  })

  test('a modal opens, is filled in and submitted', async () => {
    await typeLine('/start 25k')
    await last('Session started: 25k').getByRole('button', { name: 'Review' }).click()
    const modal = page.getByRole('dialog', { name: 'Review of trade 1' })
    await modal.getByRole('textbox', { name: 'Note' }).fill('A touch late')
    await modal.getByRole('button', { name: 'Submit' }).click()
    await modal.getByRole('alert').filter({ hasText: 'Choose something' }).waitFor()
    await modal.getByRole('combobox', { name: '1 to 5' }).click()
    await shoot(page, 'modal')
    await page.getByRole('option', { name: '4' }).click()
    await modal.getByRole('button', { name: 'Submit' }).click()
    await last('Noted: A touch late, entry 4, exit 3').waitFor()
    await modal.waitFor({ state: 'detached' })
  })

  test('ephemeral answers are seen by the asker only', async () => {
    await typeLine('/secret')
    await last('Between us').waitFor()
    await page.getByRole('button', { name: /Switch user/ }).click()
    await page.getByRole('menuitemradio', { name: /Vera/ }).click()
    await page.getByRole('button', { name: /Acting as Vera/ }).waitFor()
    await composer().waitFor()
    await typeLine('hello from **Vera**')
    await last('hello from Vera').waitFor()
    expect(await channel().getByText('Between us').count()).toBe(0)
  })

  test('a picture in an embed opens large, and files can be downloaded', async () => {
    await typeLine('/report')
    const answer = last('report.json')
    await answer.getByRole('link', { name: 'Download report.json' }).waitFor()
    await answer.getByRole('img', { name: 'Net P&L of the day' }).waitFor()
    await answer.getByRole('button', { name: 'Open picture: Net P&L of the day' }).click()
    const large = page.getByRole('dialog', { name: 'Net P&L of the day' })
    const picture = large.getByRole('img')
    await picture.waitFor()
    await expect.poll(() => picture.evaluate((img: { naturalWidth: number }) => img.naturalWidth)).toBe(800)
    await shoot(page, 'picture')
    await page.keyboard.press('Escape')
    await large.waitFor({ state: 'detached' })
  })

  test('a thread opens beside the channel and takes messages', async () => {
    await typeLine('/start 25k')
    await last('Session started: 25k').getByRole('button', { name: 'Discuss' }).click()
    await page.getByRole('button', { name: 'Open thread Trade 1' }).last().click()
    const thread = page.getByRole('region', { name: 'Thread Trade 1' })
    await thread.getByText('What do you think?').waitFor()
    await thread.getByRole('textbox').fill('By the plan')
    await page.keyboard.press('Enter')
    await thread.getByRole('article').filter({ hasText: 'By the plan' }).waitFor()
    await shoot(page, 'thread')
  })

  test('a thread that is opened from the list begins with the message it was made from, also when that is far back', async () => {
    await typeLine('/start 25k')
    await last('Session started: 25k').getByRole('button', { name: 'Discuss' }).click()
    await page.getByRole('button', { name: 'Open thread Trade 1' }).last().waitFor()
    await fillChannel(60)
    await page.reload()
    await last('line 59').waitFor()
    await page.getByRole('button', { name: /Threads/ }).click()
    const list = page.getByRole('dialog', { name: 'Threads' })
    await list
      .getByRole('button', { name: /Trade 1/ })
      .first()
      .click()
    const thread = page.getByRole('region', { name: 'Thread Trade 1' })
    await thread.getByText('Session started: 25k').waitFor()
    await thread.getByRole('combobox', { name: 'Tag this trade' }).click()
    await page.getByRole('option', { name: /By the plan/ }).click()
    await thread.getByText('Tagged plan').waitFor()
    await thread.getByRole('button', { name: 'Close thread' }).click()
  })

  test('pinned messages are shown as they are now, and jumped to however far back they are', async () => {
    await typeLine('/pin')
    await last('Pinned.').waitFor()
    await fillChannel(60)
    await page.reload()
    await last('line 59').waitFor()
    await page.getByRole('button', { name: 'Pinned messages' }).click()
    const pins = page.getByRole('dialog', { name: 'Pinned messages' })
    const pin = pins.getByRole('article').filter({ hasText: '25k · HOLDING' })
    await pin.getByText('+$57.00').waitFor()
    await pin.getByRole('img', { name: 'Net P&L of the day' }).waitFor()
    await shoot(page, 'pins')
    await pins.getByRole('button', { name: 'Jump' }).first().click()
    await pins.waitFor({ state: 'detached' })
    const found = channel().getByRole('article').filter({ hasText: '25k · HOLDING' }).first()
    await found.waitFor()
    await expect.poll(() => found.evaluate(isInView)).toBe(true)
  })

  test('a card of the second kind is drawn', async () => {
    await typeLine('/card')
    const card = last('25k · HOLDING')
    await card.getByRole('button', { name: 'Details' }).waitFor()
    expect(await card.getByRole('heading', { name: '25k · HOLDING' }).count()).toBe(1)
    await shoot(page, 'card')
  })

  test('a bot that never answers is said to have failed', async () => {
    await typeLine('/mute')
    await last('Sending command…').waitFor()
    await last('The application did not respond').waitFor()
  })

  test('the market panel shows the price and sets the clock', async () => {
    const panel = page.getByRole('region', { name: 'Market' })
    await panel.getByText('632.00').first().waitFor()
    await panel.getByText('SIM seed 7').waitFor()
    await panel
      .getByRole('timer', { name: /New York/ })
      .filter({ hasText: '12:00:00' })
      .waitFor()
    await panel.getByRole('button', { name: 'Resume the market clock' }).click()
    await panel.getByRole('button', { name: 'Speed 390 times' }).click()
    await expect.poll(() => market.clock).toMatchObject({ paused: false, speed: 390 })
    market.clock.paused = true
  })

  test('the panel provokes what a desk must handle, and shows what is provoked', async () => {
    const panel = page.getByRole('region', { name: 'Provoke' })
    await panel.getByRole('button', { name: 'Reject orders' }).click()
    await panel.getByRole('button', { name: 'Mute quotes' }).click()
    await panel.getByRole('button', { name: 'Broker outage' }).click()
    await expect
      .poll(() => market.asked)
      .toEqual([
        { path: '/sim/provoke/reject', body: { orders: 3 } },
        { path: '/sim/provoke/mute', body: { streams: ['stock', 'option'], seconds: 20 } },
        { path: '/sim/provoke/outage', body: { seconds: 20, streams: true } },
      ])
    const until = new Date(Date.now() + 20_000).toISOString()
    market.provoked = {
      shock: null,
      rejections: { left: 3 },
      mute: [{ stream: 'stock', until }],
      refused: [],
      outages: [{ host: 'trading', until }],
    }
    await panel.getByRole('button', { name: /Reject orders 3 left/, pressed: true }).waitFor()
    await panel.getByRole('button', { name: /Mute quotes \d+ s/, pressed: true }).waitFor()
    await panel.getByRole('button', { name: /Broker outage \d+ s/, pressed: true }).waitFor()
    await shoot(page, 'provoke')
    await panel.getByRole('button', { name: 'End all' }).click()
    await panel.getByRole('button', { name: 'Broker outage', pressed: false, exact: true }).waitFor()
    expect(await panel.getByRole('button', { name: 'Kill the worker' }).count()).toBe(0)
  })

  test('what cannot be provoked now is said', async () => {
    const panel = page.getByRole('region', { name: 'Provoke' })
    await panel.getByRole('button', { name: 'Shock −1 %' }).click()
    await panel.getByRole('status').filter({ hasText: 'The market is closed' }).waitFor()
    allowed = /409/
  })

  test('in an outage of Discord the bot is gone and the page goes on and says so; then the bot is back', async () => {
    const panel = page.getByRole('region', { name: 'Provoke' })
    await panel.getByRole('button', { name: 'Discord outage' }).click()
    await page.getByRole('status').filter({ hasText: 'Provoked: Discord is down for the bot' }).waitFor()
    await typeLine('does anybody hear me?')
    await last('does anybody hear me?').waitFor()
    await shoot(page, 'outage')
    await panel.getByRole('button', { name: 'End all' }).click()
    await page.getByRole('status').filter({ hasText: 'Provoked' }).waitFor({ state: 'detached' })
    await page.getByRole('status').filter({ hasText: 'is offline' }).waitFor({ state: 'detached' })
    await typeLine('/trade t-9')
    await last('Trade t-9').waitFor()
  })

  test('it is usable on a phone', async () => {
    const phone = await openPage(browser, sim.url, PHONE)
    try {
      await phone.page.getByRole('textbox', { name: 'Message #phase4d-desk' }).fill('/start 25k')
      await phone.page.keyboard.press('Enter')
      await phone.page.getByRole('article').filter({ hasText: 'Session started: 25k' }).last().waitFor()
      await shoot(phone.page, 'phone')
      const open = phone.page.getByRole('article').filter({ hasText: 'Session started: 25k' }).last()
      await open.getByRole('button', { name: 'Review' }).click()
      await phone.page.getByRole('dialog', { name: 'Review of trade 1' }).waitFor()
      await settled(phone.page)
      await shoot(phone.page, 'phone-modal')
      await phone.page.getByRole('button', { name: 'Cancel' }).click()
      await open.getByRole('button', { name: 'Discuss' }).click()
      await phone.page.getByRole('button', { name: 'Open thread Trade 1' }).last().click()
      await phone.page.getByRole('region', { name: 'Thread Trade 1' }).getByText('What do you think?').waitFor()
      await shoot(phone.page, 'phone-thread')
      await phone.page.getByRole('button', { name: 'Close thread' }).click()
      await phone.page.getByRole('button', { name: 'Pinned messages' }).click()
      await phone.page.getByRole('dialog', { name: 'Pinned messages' }).getByText('25k · HOLDING').first().waitFor()
      await shoot(phone.page, 'phone-pins')
      await phone.page.keyboard.press('Escape')
      await phone.page.getByRole('button', { name: 'Show market and members' }).click()
      await phone.page.getByRole('region', { name: 'Provoke' }).waitFor()
      await shoot(phone.page, 'phone-market')
      await phone.page.getByRole('button', { name: 'Back to the channel' }).click()
      const width = await phone.page.evaluate('document.documentElement.scrollWidth')
      expect(width).toBe(PHONE.width)
      expect(phone.problems).toEqual([])
    } finally {
      await phone.page.close()
    }
  })
})

describe.skipIf(typeof opened === 'string')('a page whose server goes away', () => {
  test('says that it reconnects, and goes on when the server is back', async () => {
    const silent = { info: () => undefined, error: () => undefined }
    const browser = (await openBrowser()) as Browser
    let sim = await startDiscordSim({ port: 0, log: silent })
    try {
      const { page } = await openPage(browser, sim.url)
      await page.getByText('Market panel unavailable').waitFor()
      await page.getByRole('textbox', { name: 'Message #phase4d-desk' }).waitFor()
      const port = Number(new URL(sim.url).port)
      await sim.close()
      await page.getByRole('status').filter({ hasText: 'Reconnecting…' }).waitFor()
      await shoot(page, 'reconnecting')
      sim = await startDiscordSim({ port, log: silent })
      await page.getByRole('status').filter({ hasText: 'Reconnecting…' }).waitFor({ state: 'detached' })
      await page.getByRole('textbox', { name: 'Message #phase4d-desk' }).fill('Still here')
      await page.keyboard.press('Enter')
      await page.getByRole('article').filter({ hasText: 'Still here' }).waitFor()
    } finally {
      await browser.close()
      await sim.close()
    }
  })
})
