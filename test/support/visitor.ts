/** A person in front of the desk's page: types, presses, waits for what is said, takes pictures. */
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { settled } from '../sim/page/browser.ts'

const WAIT_MAX_MS = 90_000
const QUALITY = 72
/** Resolves when the pictures that can be seen are there; those further away are fetched once they come near. */
const PICTURES_IN_VIEW = `Promise.allSettled([...document.images].filter((image) => {
  const { top, bottom } = image.getBoundingClientRect()
  return bottom > 0 && top < innerHeight
}).map((image) => image.decode()))`
const SEEN_TEXT_MAX = 2_500

export class Visitor {
  readonly page: Page
  /** Where pictures go; null: none are taken. */
  readonly #folder: string | null

  constructor(page: Page, folder: string | null) {
    this.page = page
    this.#folder = folder
  }

  /** The messages in the channel with this text. */
  posts(text: string | RegExp): Locator {
    return this.page.getByRole('log').first().getByRole('article').filter({ hasText: text })
  }

  /** The newest of them. */
  post(text: string | RegExp): Locator {
    return this.posts(text).last()
  }

  async sees(text: string | RegExp): Promise<Locator> {
    const post = this.post(text)
    await post.waitFor({ timeout: WAIT_MAX_MS }).catch(async (error: unknown) => {
      const channel = await this.page.getByRole('log').first().innerText()
      throw new Error(`expected a message like ${text}, got:\n${channel.slice(-SEEN_TEXT_MAX)}`, { cause: error })
    })
    return post
  }

  async types(line: string): Promise<void> {
    const box = this.page.getByRole('textbox', { name: 'Message #phase4d-desk' })
    await box.fill(line)
    // A command is sent once the page knows it, which the bot may have told a moment ago.
    if (line.startsWith('/')) await box.locator('xpath=..').locator('.pill-command').waitFor()
    await this.page.keyboard.press('Enter')
  }

  async actsAs(name: string): Promise<void> {
    await this.page.getByRole('button', { name: /Switch user/ }).click()
    await this.page.getByRole('menuitemradio', { name: new RegExp(name) }).click()
    await this.page.getByRole('button', { name: new RegExp(`Acting as ${name}`) }).waitFor()
  }

  async provokes(label: string): Promise<void> {
    await this.page.getByRole('region', { name: 'Provoke' }).getByRole('button', { name: label }).click()
  }

  /** Of what was provoked. */
  async endsAll(): Promise<void> {
    await this.page.getByRole('button', { name: 'End all' }).click()
  }

  async setsSpeed(times: number): Promise<void> {
    const button = this.page.getByRole('button', { name: `Speed ${times} times` })
    await button.click()
    await this.page.getByRole('button', { name: `Speed ${times} times`, pressed: true }).waitFor()
  }

  async chooses(menu: string, option: string): Promise<void> {
    await this.page.getByRole('dialog').getByRole('combobox', { name: menu }).click()
    await this.page.getByRole('option', { name: option }).click()
  }

  /** Fills the form that a review's button opens, and sends it. */
  async reviews(
    plan: 'by' | 'off',
    grades: readonly [entry: string, exit: string, sizing: string],
    note: string,
  ): Promise<void> {
    await this.page
      .getByRole('button', { name: `Review: ${plan} the plan` })
      .last()
      .click()
    const form = this.page.getByRole('dialog', { name: new RegExp(`${plan} the plan`) })
    for (const [index, what] of ['Entry', 'Exit', 'Sizing'].entries()) {
      await this.chooses(`${what}: 1 to 5`, grades[index] ?? '')
    }
    await form.getByRole('textbox', { name: 'Note' }).fill(note)
    await form.getByRole('button', { name: 'Submit' }).click()
    await form.waitFor({ state: 'detached' })
  }

  /** With this message in view. */
  async pictures(name: string, shown: Locator, from: 'start' | 'end' = 'end'): Promise<void> {
    await shown.evaluate((element, block) => element.scrollIntoView({ block }), from)
    await settled(this.page)
    if (this.#folder === null) return
    await this.page.evaluate(PICTURES_IN_VIEW)
    await this.page.screenshot({ path: join(this.#folder, `${name}.jpg`), type: 'jpeg', quality: QUALITY })
  }
}
