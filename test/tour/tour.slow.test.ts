/**
 * The guided tour (docs/tour.md): what a newcomer meets within five minutes of `npm start`, in a browser on a private
 * desk.
 * `npm run tour` runs it and takes the pictures.
 */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { DESKTOP, openBrowser, openPage, PHONE } from '../sim/page/browser.ts'
import { cleanUp, ready, startUp } from '../support/up-desk.ts'
import { Visitor } from '../support/visitor.ts'

const opened = await openBrowser()
if (typeof opened === 'string') process.stderr.write(`The tour is skipped: ${opened}\n`)

const SEED = '7'
const FOLDER = process.env.PHASE4D_TOUR || null
/** What a newcomer is promised, from `npm start` on. */
const NEWCOMER_MS_MAX = 300_000
const TOUR_MS_MAX = 600_000
const OUTAGE_MS_MAX = 60_000

describe.skipIf(typeof opened === 'string')('the guided tour', () => {
  const browser = opened as Browser

  afterAll(() => browser.close())
  afterEach(cleanUp)

  test(
    'start, trade, recovery, silent quotes, breach, acknowledgement, approval, outage, review, report',
    async () => {
      const began_ms = performance.now()
      const up = startUp({ args: ['--seed', SEED] })
      await ready(up)
      const url = up.output().match(/http:\/\/localhost:\d+/)?.[0] ?? ''
      const { page, problems } = await openPage(browser, url, DESKTOP)
      const visitor = new Visitor(page, FOLDER)

      await visitor.types('/start 25k')
      await visitor.pictures('start', await visitor.sees(/25k · .*🟢 orders · 🟢 stock/s))

      await visitor.sees(/Sell 25 × SPY/)
      await visitor.setsSpeed(10)
      await visitor.sees(/all 25 filled/)
      await visitor.pictures('trade', await visitor.sees(/Open: 25 × SPY.*Fills/s), 'start')

      // Whoever takes over finds the market where it was.
      await visitor.setsSpeed(1)
      await visitor.provokes('Kill the worker')
      await visitor.pictures('recovered', await visitor.sees(/Session resumed/))

      // Where the stream is silent, the broker is asked.
      await visitor.provokes('Mute quotes')
      await visitor.pictures('muted', await visitor.sees(/Stream mute.*asked for instead/s))
      await visitor.endsAll()
      await visitor.sees(/The stream brings .* again/s)

      await visitor.setsSpeed(10)
      await visitor.provokes('Reject orders')
      await visitor.provokes('Shock −1 %')
      // The live card names it too, without the button.
      const breach = await visitor.sees(/🛑 Breach of the daily loss limit.*Acknowledge/s)
      await visitor.pictures('breach', breach)
      await breach.getByRole('button', { name: 'Acknowledge' }).click()
      await visitor.pictures('acknowledged', await visitor.sees(/☑️ Breach of the daily loss limit/))

      await visitor.types('/resume')
      await visitor.pictures('asked', await visitor.sees(/Needs a second person: Resume 25k/))
      await visitor.actsAs('Amir')
      await visitor
        .post(/Needs a second person/)
        .getByRole('button', { name: 'Approve' })
        .click()
      await visitor.sees(/Approved: Resume 25k/)
      await visitor.pictures('approved', await visitor.sees(/Resumed: 25k/))

      // Nothing waits for Discord, and what happens meanwhile is told when it is back.
      const told = await visitor.posts(/Session resumed/).count()
      await visitor.provokes('Discord outage')
      await visitor.provokes('Kill the worker')
      const outage = page.getByRole('button', { name: 'Discord outage', pressed: true })
      await outage.waitFor()
      expect(await visitor.posts(/Session resumed/).count()).toBe(told)
      await visitor.pictures('outage', await visitor.sees(/Resumed: 25k/))
      await outage.waitFor({ state: 'detached', timeout: OUTAGE_MS_MAX })
      await expect.poll(() => visitor.posts(/Session resumed/).count(), { timeout: OUTAGE_MS_MAX }).toBe(told + 1)
      await visitor.pictures('back', await visitor.sees(/Session resumed/))

      await visitor.reviews(
        'by',
        ['4 · good', '3 · fair', '5 · nothing to add'],
        'The stop was right; the broker was not.',
      )
      await visitor.actsAs('Olivia')
      await visitor.reviews(
        'by',
        ['4 · good', '2 · weak', '5 · nothing to add'],
        'The refusal cost more than the stop.',
      )
      await visitor.pictures('reviewed', await visitor.sees(/Reviewed: 25 × SPY/), 'start')

      await visitor.setsSpeed(390)
      await visitor.pictures('report', await visitor.sees(/Day's report, /), 'start')
      expect(problems).toEqual([])
      const took_ms = performance.now() - began_ms
      process.stderr.write(`The tour took ${Math.round(took_ms / 1000)} s from the start of the desk.\n`)
      expect(took_ms).toBeLessThan(NEWCOMER_MS_MAX)

      const phone = new Visitor((await openPage(browser, url, PHONE)).page, FOLDER)
      await phone.pictures('report-phone', await phone.sees(/Day's report, .*By the rules: no/s), 'start')
    },
    TOUR_MS_MAX,
  )
})
