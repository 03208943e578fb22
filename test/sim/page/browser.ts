/**
 * A headless Chromium on a page of the chat simulator, for browser tests. Pictures of it go to the folder
 * `PHASE4D_SHOTS` when that is set.
 */
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { findChromium } from '../../../src/config/chromium.ts'
import { COMES_MS_MAX } from '../../support/waits.ts'

export const DESKTOP = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

/** The browser, or why there is none: the test then skips and says so. */
export async function openBrowser(): Promise<Browser | string> {
  const found = await findChromium({
    chosen: process.env.CHROMIUM_PATH || undefined,
    say: (line) => process.stderr.write(`${line}\n`),
  })
  if (!found.ok) return found.problem
  const { executablePath, args, env } = found.chromium
  return chromium.launch({ executablePath, args: [...args], env: { ...definedOnly(process.env), ...env } })
}

const definedOnly = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))

/** A page that collects what went wrong in it: script errors, console errors, requests to other hosts. */
export async function openPage(
  browser: Browser,
  url: string,
  viewport = DESKTOP,
): Promise<{ readonly page: Page; readonly problems: readonly string[] }> {
  const page = await browser.newPage({ viewport })
  page.setDefaultTimeout(COMES_MS_MAX)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) problems.push(request.url())
  })
  await page.goto(url)
  return { page, problems }
}

/** Waits until what moves has come to rest. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().filter((a) => a.effect.getTiming().iterations === 1).map((a) => a.finished))',
  )
}

export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.PHASE4D_SHOTS
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) })
}
