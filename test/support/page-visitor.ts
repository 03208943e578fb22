/**
 * What browser tests of the desk share. To be called once in a `describe`: `useVisitors()` gives people in front of the
 * page; each test fails for what went wrong in a page of its own, and the browser is closed after the last.
 */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, expect } from 'vitest'
import { openBrowser, openPage } from '../sim/page/browser.ts'
import { Visitor } from './visitor.ts'

const opened = await openBrowser()
if (typeof opened === 'string') process.stderr.write(`The browser tests of this file are skipped: ${opened}\n`)
export const hasNoBrowser = typeof opened === 'string'

interface Visitors {
  /** Somebody who opens the page at `url`; their pictures are taken by `shoot` alone. */
  visit(url: string): Promise<Visitor>
}

export function useVisitors(): Visitors {
  const browser = opened as Browser
  const found: (readonly string[])[] = []
  afterEach(() => expect(found.flat()).toEqual([]))
  afterAll(() => browser.close())
  return {
    async visit(url) {
      const { page, problems } = await openPage(browser, url)
      found.push(problems)
      return new Visitor(page, null)
    },
  }
}
