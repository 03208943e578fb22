/** What the browser tests of a trade's card share: the browser, a team at its desk, the card on the page. */
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach } from 'vitest'
import { openBrowser } from '../sim/page/browser.ts'
import { CLOSED, TradeTeam } from './trade-team.ts'

const opened = await openBrowser()
if (typeof opened === 'string') process.stderr.write(`The browser test of a trade's card is skipped: ${opened}\n`)
export const hasNoBrowser = typeof opened === 'string'

export const cardOf = (page: Page): Locator =>
  page
    .getByRole('log')
    .first()
    .getByRole('article')
    .filter({ hasText: /· trade 2026-07-17-1 · / })

/** To be called once in a `describe`; what it gives starts a team whose trade is closed, ended after the test. */
export function useTradePage(): { readonly browser: Browser; begin(): Promise<TradeTeam> } {
  const browser = opened as Browser
  let team: TradeTeam | null = null
  afterEach(() => team?.close())
  afterAll(() => browser.close())
  return {
    browser,
    async begin() {
      team = await TradeTeam.start(CLOSED, { hasPage: true })
      return team
    },
  }
}
