/** A trade on the local page of a phone: card, thread and review. */
import { describe, expect, test } from 'vitest'
import { openPage, PHONE, settled, shoot } from '../sim/page/browser.ts'
import { openForm, send } from '../support/review-desk.ts'
import { cardOf, hasNoBrowser, useTradePage } from '../support/trade-page.ts'

describe.skipIf(hasNoBrowser)("a trade's card on a phone", () => {
  const { browser, begin } = useTradePage()

  test('is readable on a phone, and its thread tells the review', async () => {
    const team = await begin()
    await team.card('Closed')
    const { page, problems } = await openPage(browser, team.team.chat.sim.url, PHONE)
    const card = cardOf(page)
    await card.getByText('Closed: 25 × SPY 742P / 737P').waitFor()
    const isWide = () => page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
    expect(await isWide()).toBe(false)
    await card.scrollIntoViewIfNeeded()
    await settled(page)
    await shoot(page, 'trade-card-phone')
    const { olivia, amir } = team.team
    await send(olivia, await openForm(olivia), { entry: 2, exit: 5, sizing: 4, note: 'late, but right' })
    await send(amir, await openForm(amir, 'off'), { entry: 5, exit: 5, sizing: 4, note: 'fine' })
    await card.getByText('Reviewed: 25 × SPY').waitFor()
    await card.getByRole('button', { name: /^Open thread/ }).click()
    const thread = page.getByRole('region', { name: /^Thread 25k/ })
    await thread.getByRole('article').last().getByText('late, but right').waitFor()
    await thread.getByText('archived', { exact: true }).waitFor()
    expect(await isWide()).toBe(false)
    await settled(page)
    await shoot(page, 'trade-thread-phone')
    expect(problems).toEqual([])
  })
})
