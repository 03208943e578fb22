/** A trade on the local page: its card with chart and buttons, its thread, the way there from `/trade`. */
import { describe, expect, test } from 'vitest'
import { DESKTOP, openPage, settled, shoot } from '../sim/page/browser.ts'
import { cardOf, hasNoBrowser, useTradePage } from '../support/trade-page.ts'

describe.skipIf(hasNoBrowser)("a trade's card on the local page", () => {
  const { browser, begin } = useTradePage()

  test('shows chart, buttons and thread, and /trade leads back to it', async () => {
    const team = await begin()
    await team.told(await team.card('Closed'), 7)
    const { page, problems } = await openPage(browser, team.team.chat.sim.url, DESKTOP)
    const card = cardOf(page)
    await card.getByText('Closed: 25 × SPY 742P / 737P').waitFor()
    const chart = card.getByRole('button', { name: /^Open picture: 25 × SPY 742P/ }).locator('img')
    await chart.scrollIntoViewIfNeeded()
    const width = () => chart.evaluate((element) => ('naturalWidth' in element ? Number(element.naturalWidth) : 0))
    await expect.poll(width).toBeGreaterThan(400)
    await card.getByRole('button', { name: 'Review: by the plan' }).waitFor()
    await settled(page)
    await shoot(page, 'trade-card')

    await card.getByRole('button', { name: /^Open thread 25k · Fri 17 Jul 2026/ }).click()
    const thread = page.getByRole('region', { name: /^Thread 25k/ })
    await thread.getByText('closed: +$1,310.00 net').waitFor()
    await settled(page)
    await shoot(page, 'trade-thread')

    await page.getByRole('button', { name: 'Close thread' }).click()
    await page.getByRole('textbox', { name: 'Message #phase4d-desk' }).fill('/trade')
    await page.keyboard.press('Enter')
    const link = page.getByRole('link', { name: 'Its card' })
    await link.waitFor()
    await settled(page)
    await shoot(page, 'trade-reply')
    await link.click()
    const isInView = async () => {
      const place = await card.getByText('Closed: 25 × SPY').boundingBox()
      return place !== null && place.y > 0 && place.y < DESKTOP.height
    }
    await expect.poll(isInView).toBe(true)
    expect(page.context().pages()).toHaveLength(1)
    expect(problems).toEqual([])
  })
})
