/** A review on the local page: the trade's buttons, the form, and what each of two reviewers sees. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openBrowser, openPage, PHONE, settled, shoot } from '../sim/page/browser.ts'
import { openForm, type ReviewTeam, send, startReviewTeam, TRADE_ID } from '../support/review-desk.ts'

const opened = await openBrowser()
if (typeof opened === 'string') process.stderr.write(`The browser test of reviews is skipped: ${opened}\n`)

describe.skipIf(typeof opened === 'string')('a review on the local page', () => {
  const browser = opened as Browser
  let team: ReviewTeam

  beforeEach(async () => {
    team = await startReviewTeam({ hasPage: true })
  })
  afterEach(() => team.close())
  afterAll(() => browser.close())

  test('is written in the form on a phone, kept to oneself, and shown with the second one', async () => {
    const { page, problems } = await openPage(browser, team.chat.sim.url, PHONE)
    const post = (text: RegExp) => page.getByRole('log').getByRole('article').filter({ hasText: text }).last()

    await typeLine(page, '/review')
    await post(/1 trade waits for a review/).waitFor()
    await settled(page)
    await shoot(page, 'review-list')
    await post(/1 trade waits for a review/)
      .getByRole('button', { name: TRADE_ID })
      .click()
    await page.getByRole('button', { name: 'Review: by the plan' }).last().click()

    const form = page.getByRole('dialog', { name: `${TRADE_ID} · 25k: by the plan` })
    await choose(page, 'Entry: 1 to 5', '4 · good')
    await choose(page, 'Exit: 1 to 5', '2 · weak')
    await form.getByRole('button', { name: 'Submit' }).click()
    await form.getByRole('alert').filter({ hasText: 'Choose something' }).waitFor()
    await choose(page, 'Sizing: 1 to 5', '5 · nothing to add')
    await choose(page, 'none', 'late-exit')
    await page.locator('.backdrop').click({ position: { x: 5, y: 5 } })
    await form.getByRole('textbox', { name: 'Note' }).fill('Held it past the turn. #overstayed')
    await settled(page)
    await shoot(page, 'review-form')
    await form.getByRole('button', { name: 'Submit' }).click()
    await form.waitFor({ state: 'detached' })
    const saved = post(/Saved: 2026-07-17-1 · 25k/)
    await saved.getByText('entry 4 · exit 2 · sizing 5').waitFor()
    await saved.getByText('by the plan · #late-exit #overstayed').waitFor()
    await saved.getByText('Only you can see this').waitFor()
    await settled(page)
    await shoot(page, 'review-saved')

    await send(team.amir, await openForm(team.amir, 'off'), {
      entry: 4,
      exit: 5,
      sizing: 5,
      note: 'The stop was right.',
    })
    const shown = post(/Reviewed: 2026-07-17-1, split/)
    await shown.getByText('The stop was right.').waitFor()
    await shown.getByText('Held it past the turn').waitFor()
    await settled(page)
    await shoot(page, 'review-shown')

    await typeLine(page, '/review')
    await post(/No trade waits for a review/)
      .getByText('#overstayed')
      .waitFor()
    await settled(page)
    await shoot(page, 'review-results')
    expect(problems).toEqual([])
  })
})

async function choose(page: Page, menu: string, option: string): Promise<void> {
  await page.getByRole('dialog').getByRole('combobox', { name: menu }).click()
  await page.getByRole('option', { name: option }).click()
}

async function typeLine(page: Page, line: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message #phase4d-desk' }).fill(line)
  await page.keyboard.press('Enter')
}
