import type { Browser } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { openBrowser, shoot } from './browser.ts'
import { usePage } from './page-in-test.ts'
import { ALT } from './sample-bot.ts'

/** Whether an element is drawn within the window; runs in the page. */
const isInView = (element: { getBoundingClientRect(): { top: number; bottom: number } }): boolean => {
  const { top, bottom } = element.getBoundingClientRect()
  return top >= 0 && bottom <= 900
}
const opened = await openBrowser()
if (typeof opened === 'string') process.stderr.write(`Browser tests of the page are skipped: ${opened}\n`)

describe.skipIf(typeof opened === 'string')('the page in a browser', () => {
  const desk = usePage(opened as Browser)

  test('a command typed in one line is answered: thinking, then an embed with fields', async () => {
    await desk.typeLine('/start 25k')
    const answer = desk.last('Session started: 25k')
    await answer.waitFor()
    await answer.getByText('Armed by Olivia').waitFor()
    await answer.getByText('/start', { exact: true }).waitFor()
    await answer.getByText('+$341.77').waitFor()
    await shoot(desk.page, 'start')
  })

  test('the slash list filters, completes by Tab and takes choices by arrow keys', async () => {
    await desk.composer().click()
    await desk.page.keyboard.type('/')
    const list = desk.page.getByRole('listbox', { name: 'Commands' })
    await list.getByRole('option', { name: /\/report/ }).waitFor()
    expect(await list.getByRole('option').count()).toBe(7)
    await shoot(desk.page, 'commands')
    await desk.page.keyboard.type('sta')
    await desk.page.keyboard.press('Tab')
    await desk.page.getByRole('listbox', { name: 'Values' }).getByRole('option', { name: '2k', exact: true }).waitFor()
    await desk.page.keyboard.press('ArrowDown')
    await desk.page.keyboard.press('Enter')
    await desk.page
      .getByRole('listbox', { name: 'Options' })
      .getByRole('option', { name: /structure/ })
      .waitFor()
    expect(await desk.composer().inputValue()).toBe('/start account:2k ')
    await desk.page.keyboard.type('structure:Put')
    await desk.page.keyboard.press('Tab')
    await shoot(desk.page, 'pills')
    await desk.page.keyboard.press('Enter')
    const answer = desk.last('Session started: 2k')
    await answer.waitFor()
    await answer.getByText('put_spread').waitFor()
  })

  test('a wrong or missing value is said at the line, and nothing is sent', async () => {
    await desk.typeLine('/start 3k')
    await desk.page.getByRole('alert').filter({ hasText: 'expected one of 25k, 2k, got "3k"' }).waitFor()
    await desk.typeLine('/nonsense')
    await desk.page.getByRole('alert').filter({ hasText: 'There is no command /nonsense' }).waitFor()
    await shoot(desk.page, 'error')
  })

  test("the bot's own completion fills an option", async () => {
    await desk.composer().click()
    await desk.page.keyboard.type('/trade id:63')
    await desk.page.getByRole('option', { name: '#2 630 P' }).click()
    expect(await desk.composer().inputValue()).toBe('/trade id:#2 630 P ')
    await desk.page.keyboard.press('Enter')
    await desk.last('Trade t-2').waitFor()
  })

  test('buttons answer for the presser alone, and what was answered can be dismissed', async () => {
    await desk.typeLine('/start 25k')
    await desk.last('Session started: 25k').getByRole('button', { name: 'Refresh' }).click()
    const reply = desk.last('Refreshed.')
    await reply.getByText('Only you can see this').waitFor()
    await shoot(desk.page, 'ephemeral')
    await reply.getByRole('button', { name: 'Dismiss message' }).click()
    await reply.waitFor({ state: 'detached' })
  })

  test('a select menu sends the choice and the message changes in place', async () => {
    await desk.typeLine('/start 25k')
    const answer = desk.last('Session started: 25k')
    await answer.getByRole('combobox', { name: 'Tag this trade' }).click()
    await desk.page.getByRole('option', { name: /Late entry/ }).click()
    await desk.last('Tagged late').getByText('(edited)').waitFor()
  })

  test('a modal opens, is filled in and submitted', async () => {
    await desk.typeLine('/start 25k')
    await desk.last('Session started: 25k').getByRole('button', { name: 'Review' }).click()
    const modal = desk.page.getByRole('dialog', { name: 'Review of trade 1' })
    await modal.getByRole('textbox', { name: 'Note' }).fill('A touch late')
    await modal.getByRole('button', { name: 'Submit' }).click()
    await modal.getByRole('alert').filter({ hasText: 'Choose something' }).waitFor()
    await modal.getByRole('combobox', { name: '1 to 5' }).click()
    await shoot(desk.page, 'modal')
    await desk.page.getByRole('option', { name: '4' }).click()
    await modal.getByRole('button', { name: 'Submit' }).click()
    await desk.last('Noted: A touch late, entry 4, exit 3').waitFor()
    await modal.waitFor({ state: 'detached' })
  })

  test('ephemeral answers are seen by the asker only', async () => {
    await desk.typeLine('/secret')
    await desk.last('Between us').waitFor()
    await desk.page.getByRole('button', { name: /Switch user/ }).click()
    await desk.page.getByRole('menuitemradio', { name: /Vera/ }).click()
    await desk.page.getByRole('button', { name: /Acting as Vera/ }).waitFor()
    await desk.composer().waitFor()
    await desk.typeLine('hello from **Vera**')
    await desk.last('hello from Vera').waitFor()
    expect(await desk.channel().getByText('Between us').count()).toBe(0)
  })

  test('a picture in an embed opens large, and files can be downloaded', async () => {
    await desk.typeLine('/report')
    const answer = desk.last('report.json')
    await answer.getByRole('link', { name: 'Download report.json' }).waitFor()
    await answer.getByRole('img', { name: ALT }).waitFor()
    await answer.getByRole('button', { name: `Open picture: ${ALT}` }).click()
    const large = desk.page.getByRole('dialog', { name: ALT })
    const picture = large.getByRole('img')
    await picture.waitFor()
    await expect.poll(() => picture.evaluate((img: { naturalWidth: number }) => img.naturalWidth)).toBe(800)
    await shoot(desk.page, 'picture')
    await desk.page.keyboard.press('Escape')
    await large.waitFor({ state: 'detached' })
  })

  test('a thread opens beside the channel and takes messages', async () => {
    await desk.typeLine('/start 25k')
    await desk.last('Session started: 25k').getByRole('button', { name: 'Discuss' }).click()
    await desk.page.getByRole('button', { name: 'Open thread Trade 1' }).last().click()
    const thread = desk.page.getByRole('region', { name: 'Thread Trade 1' })
    await thread.getByText('What do you think?').waitFor()
    await thread.getByRole('textbox').fill('By the plan')
    await desk.page.keyboard.press('Enter')
    await thread.getByRole('article').filter({ hasText: 'By the plan' }).waitFor()
    await shoot(desk.page, 'thread')
  })

  test('a thread that is opened from the list begins with the message it was made from, also when that is far back', async () => {
    await desk.typeLine('/start 25k')
    await desk.last('Session started: 25k').getByRole('button', { name: 'Discuss' }).click()
    await desk.page.getByRole('button', { name: 'Open thread Trade 1' }).last().waitFor()
    await desk.fillChannel(60)
    await desk.page.reload()
    await desk.last('line 59').waitFor()
    await desk.page.getByRole('button', { name: /Threads/ }).click()
    const list = desk.page.getByRole('dialog', { name: 'Threads' })
    await list
      .getByRole('button', { name: /Trade 1/ })
      .first()
      .click()
    const thread = desk.page.getByRole('region', { name: 'Thread Trade 1' })
    await thread.getByText('Session started: 25k').waitFor()
    await thread.getByRole('combobox', { name: 'Tag this trade' }).click()
    await desk.page.getByRole('option', { name: /By the plan/ }).click()
    await thread.getByText('Tagged plan').waitFor()
    await thread.getByRole('button', { name: 'Close thread' }).click()
  })

  test('pinned messages are shown as they are now, and jumped to however far back they are', async () => {
    await desk.typeLine('/pin')
    await desk.last('Pinned.').waitFor()
    await desk.fillChannel(60)
    await desk.page.reload()
    await desk.last('line 59').waitFor()
    await desk.page.getByRole('button', { name: 'Pinned messages' }).click()
    const pins = desk.page.getByRole('dialog', { name: 'Pinned messages' })
    const pin = pins.getByRole('article').filter({ hasText: '25k · HOLDING' })
    await pin.getByText('+$57.00').waitFor()
    await pin.getByRole('img', { name: ALT }).waitFor()
    await shoot(desk.page, 'pins')
    await pins.getByRole('button', { name: 'Jump' }).first().click()
    await pins.waitFor({ state: 'detached' })
    const found = desk.channel().getByRole('article').filter({ hasText: '25k · HOLDING' }).first()
    await found.waitFor()
    await expect.poll(() => found.evaluate(isInView)).toBe(true)
  })

  test('a card of the second kind is drawn', async () => {
    await desk.typeLine('/card')
    const card = desk.last('25k · HOLDING')
    await card.getByRole('button', { name: 'Details' }).waitFor()
    expect(await card.getByRole('heading', { name: '25k · HOLDING' }).count()).toBe(1)
    await shoot(desk.page, 'card')
  })

  test('a bot that never answers is said to have failed', async () => {
    await desk.typeLine('/mute')
    await desk.last('Sending command…').waitFor()
    await desk.last('The application did not respond').waitFor()
  })
})
