/** What is beside the channel: the market, what can be provoked; and the page on a phone and without its server. */
import type { Browser } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { startDiscordSim } from '../../../src/sim/discord/server.ts'
import { openBrowser, openPage, PHONE, settled, shoot } from './browser.ts'
import { silent, usePage } from './page-in-test.ts'

const opened = await openBrowser()
if (typeof opened === 'string') process.stderr.write(`Browser tests of the page are skipped: ${opened}\n`)

describe.skipIf(typeof opened === 'string')('beside the channel', () => {
  const browser = opened as Browser
  const desk = usePage(browser)

  test('the market panel shows the price and sets the clock', async () => {
    const panel = desk.page.getByRole('region', { name: 'Market' })
    await panel.getByText('632.00').first().waitFor()
    await panel.getByText('SIM seed 7').waitFor()
    await panel
      .getByRole('timer', { name: /New York/ })
      .filter({ hasText: '12:00:00' })
      .waitFor()
    await panel.getByRole('button', { name: 'Resume the market clock' }).click()
    await panel.getByRole('button', { name: 'Speed 390 times' }).click()
    await expect.poll(() => desk.market.clock).toMatchObject({ paused: false, speed: 390 })
    desk.market.clock.paused = true
  })

  test('the panel provokes what a desk must handle, and shows what is provoked', async () => {
    const panel = desk.page.getByRole('region', { name: 'Provoke' })
    await panel.getByRole('button', { name: 'Reject orders' }).click()
    await panel.getByRole('button', { name: 'Mute quotes' }).click()
    await panel.getByRole('button', { name: 'Broker outage' }).click()
    await expect
      .poll(() => desk.market.asked)
      .toEqual([
        { path: '/sim/provoke/reject', body: { orders: 3 } },
        { path: '/sim/provoke/mute', body: { streams: ['stock', 'option'], seconds: 45 } },
        { path: '/sim/provoke/outage', body: { seconds: 20, streams: true } },
      ])
    const until = new Date(Date.now() + 20_000).toISOString()
    desk.market.provoked = {
      shock: null,
      rejections: { left: 3 },
      mute: [{ stream: 'stock', until }],
      refused: [],
      outages: [{ host: 'trading', until }],
    }
    await panel.getByRole('button', { name: /Reject orders 3 left/, pressed: true }).waitFor()
    await panel.getByRole('button', { name: /Mute quotes \d+ s/, pressed: true }).waitFor()
    await panel.getByRole('button', { name: /Broker outage \d+ s/, pressed: true }).waitFor()
    await shoot(desk.page, 'provoke')
    await panel.getByRole('button', { name: 'End all' }).click()
    await panel.getByRole('button', { name: 'Broker outage', pressed: false, exact: true }).waitFor()
  })

  test('the worker is killed through the supervisor, which says whether it was', async () => {
    const panel = desk.page.getByRole('region', { name: 'Provoke' })
    await panel.getByRole('button', { name: 'Kill the worker' }).click()
    await panel.getByRole('status').filter({ hasText: 'The worker was killed.' }).waitFor()
    expect(desk.supervisor.asked).toEqual(['POST /control/kill-worker'])
    desk.supervisor.refuses = true
    await panel.getByRole('button', { name: 'Kill the worker' }).click()
    await panel.getByRole('status').filter({ hasText: 'The worker was not killed: no worker runs' }).waitFor()
    desk.allow(/502/)
  })

  test('what cannot be provoked now is said', async () => {
    const panel = desk.page.getByRole('region', { name: 'Provoke' })
    await panel.getByRole('button', { name: 'Shock −1 %' }).click()
    await panel.getByRole('status').filter({ hasText: 'The market is closed' }).waitFor()
    desk.allow(/409/)
  })

  test('in an outage of Discord the bot is gone and the page goes on and says so; then the bot is back', async () => {
    const panel = desk.page.getByRole('region', { name: 'Provoke' })
    await panel.getByRole('button', { name: 'Discord outage' }).click()
    await desk.page.getByRole('status').filter({ hasText: 'Provoked: Discord is down for the bot' }).waitFor()
    await desk.typeLine('does anybody hear me?')
    await desk.last('does anybody hear me?').waitFor()
    await shoot(desk.page, 'outage')
    await panel.getByRole('button', { name: 'End all' }).click()
    await desk.page.getByRole('status').filter({ hasText: 'Provoked' }).waitFor({ state: 'detached' })
    await desk.page.getByRole('status').filter({ hasText: 'is offline' }).waitFor({ state: 'detached' })
    await desk.typeLine('/trade t-9')
    await desk.last('Trade t-9').waitFor()
  })

  test('it is usable on a phone', async () => {
    const phone = await openPage(browser, desk.sim.url, PHONE)
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
      await phone.page.getByRole('textbox', { name: 'Message #phase4d-desk' }).fill('/pin')
      await phone.page.keyboard.press('Enter')
      await phone.page.getByText('Pinned.', { exact: true }).last().waitFor()
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
  test('says that it reconnects, and goes on as it was when the server is back', async () => {
    const browser = (await openBrowser()) as Browser
    let sim = await startDiscordSim({ port: 0, log: silent })
    try {
      const { page } = await openPage(browser, sim.url)
      await page.getByText('Market panel unavailable').waitFor()
      // Without a market and a supervisor there is only Discord to take away.
      expect(await page.getByRole('region', { name: 'Provoke' }).getByRole('button').allInnerTexts()).toEqual([
        'Discord outage',
      ])
      await page.getByRole('textbox', { name: 'Message #phase4d-desk' }).waitFor()
      const port = Number(new URL(sim.url).port)
      await sim.close()
      await page.getByRole('status').filter({ hasText: 'Reconnecting…' }).waitFor()
      await shoot(page, 'reconnecting')
      await page.getByRole('button', { name: /Switch user/ }).click()
      sim = await startDiscordSim({ port, log: silent })
      await page.getByRole('status').filter({ hasText: 'Reconnecting…' }).waitFor({ state: 'detached' })
      await page.getByRole('textbox', { name: 'Message #phase4d-desk' }).fill('Still here')
      await page.keyboard.press('Enter')
      await page.getByRole('article').filter({ hasText: 'Still here' }).waitFor()
      // What was opened meanwhile is not closed by the connection.
      expect(await page.getByRole('menuitemradio').count()).toBeGreaterThan(1)
    } finally {
      await browser.close()
      await sim.close()
    }
  })
})
