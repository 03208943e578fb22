/** Studies on the local page: `/backtest` with its progress, its tear sheet, and its cancelling. */
import { describe, expect, test } from 'vitest'
import { settled, shoot } from '../sim/page/browser.ts'
import { desk } from '../support/bot-bench.ts'
import { hasNoBrowser, useVisitors } from '../support/page-visitor.ts'
import { TWO_DAYS, useStudyBench } from '../support/study-bench.ts'

describe.skipIf(hasNoBrowser)('/backtest on the local page', () => {
  const visitors = useVisitors()
  const bench = useStudyBench()

  test('shows its progress, is cancelled by its button, and posts a tear sheet with picture and document', async () => {
    bench.current().addDataSet('july', TWO_DAYS)
    const { bot } = await desk({ hasPage: true, parts: { studies: bench.current().ports } })
    const olivia = await visitors.visit(bot.sim.url)
    await olivia.types('/backtest fills:touch days:500 sweep:vixMax=11:30:0.1')
    await olivia.sees(/Backtest: waiting/)
    bench.current().addWorker()
    const running = await olivia.sees(/Backtest: running.*\d+ of [\d,]+/s)
    await settled(olivia.page)
    await shoot(olivia.page, 'study-running')
    await running.getByRole('button', { name: 'Cancel' }).click()
    const cancelled = await olivia.sees(/Backtest: cancelled/)
    await cancelled.getByText('By Olivia. Nothing is kept').waitFor()
    expect(await cancelled.getByRole('button', { name: 'Cancel' }).count()).toBe(0)

    await olivia.types('/backtest fills:touch data:july structure:short_put')
    const sheet = await olivia.sees(/Backtest: \+\$835\.00 in 2 days/)
    await sheet.getByText('profit target: +$1,917.50, 1 of 1 won').waitFor()
    const pictures = sheet.getByRole('button', { name: /^Open picture: Backtest of 2026-07-16 to 2026-07-17/ })
    await expect.poll(() => pictures.count()).toBe(3)
    for (const picture of await pictures.locator('img').all()) {
      await picture.scrollIntoViewIfNeeded()
      const width = () => picture.evaluate((one) => ('naturalWidth' in one ? Number(one.naturalWidth) : 0))
      await expect.poll(width).toBeGreaterThan(400)
    }
    await sheet.getByText('backtest.json').waitFor()
    await olivia.sees(/Backtest: done/)
    await settled(olivia.page)
    await shoot(olivia.page, 'study-sheet')
  })
})
