/** The newcomer's way: the local page in a browser, `/start 25k`, a day, `/report`. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { openBrowser, openPage, shoot } from '../sim/page/browser.ts'
import { startTestChat, type TestChat } from '../support/chat-in-test.ts'
import { startTestDesk, type TestDesk } from '../support/desk-in-test.ts'

const opened = await openBrowser()
if (typeof opened === 'string') process.stderr.write(`The browser test of the desk is skipped: ${opened}\n`)

/** A day of 400 market minutes in some twelve seconds. */
const SPEED = 2000
const DAY_MS_MAX = 90_000

describe.skipIf(typeof opened === 'string')('a trading day on the local page', () => {
  const browser = opened as Browser
  let desk: TestDesk
  let chat: TestChat

  afterAll(() => browser.close())
  afterEach(async () => {
    await chat.close()
    await desk.close()
  })

  test('/start 25k runs the day, and /report brings its chart', async () => {
    desk = await startTestDesk({ source: { kind: 'seed', seed: '7', startDate: '2026-11-23' }, speed: SPEED })
    await desk.addWorker()
    chat = await startTestChat(desk, { hasPage: true })
    const { page, problems } = await openPage(browser, chat.sim.url)
    const post = (text: RegExp) => page.getByRole('log').getByRole('article').filter({ hasText: text }).last()

    await typeLine(page, '/start 25k')
    await post(/Session started: 25 ×/).waitFor()
    await shoot(page, 'day-started')
    await post(/Mon 23 Nov 2026: [+−]?\u2060?\$[\d,.]+.*Next session/s).waitFor({ timeout: DAY_MS_MAX })
    await shoot(page, 'day-over')

    await typeLine(page, '/report date:2026-11-23')
    const answer = page.getByRole('log').getByRole('article').filter({ hasText: '/report' }).last()
    // Its alt text says in words what it shows.
    const chart = answer.getByRole('button', { name: /^Open picture: Net P&L of .*23/ })
    await chart.waitFor()
    const image = chart.locator('img')
    await image.scrollIntoViewIfNeeded()
    const width = () => image.evaluate((element) => ('naturalWidth' in element ? Number(element.naturalWidth) : 0))
    await expect.poll(width).toBeGreaterThan(400)
    await shoot(page, 'day-report')
    expect(problems).toEqual([])
  }, 150_000)
})

async function typeLine(page: Page, line: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message #phase4d-desk' }).fill(line)
  await page.keyboard.press('Enter')
}
