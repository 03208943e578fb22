/** `/start` on a paper account, on the local page: the plan, the question, and who may answer it. */
import { describe, expect, test } from 'vitest'
import { settled, shoot } from '../sim/page/browser.ts'
import { desk } from '../support/bot-bench.ts'
import { asksFirst } from '../support/bot-in-test.ts'
import { hasNoBrowser, useVisitors } from '../support/page-visitor.ts'

describe.skipIf(hasNoBrowser)('/start of a paper account on the local page', () => {
  const visitors = useVisitors()

  test('is completed while it is typed, asks, and starts when the starter confirms', async () => {
    const { bot } = await desk({ hasPage: true })
    bot.commands.answer = asksFirst()
    const olivia = await visitors.visit(bot.sim.url)
    await olivia.types('/start 25k put_spread')
    const card = await olivia.sees(/Start 25k\?/)
    await card.getByText('True max loss').waitFor()
    await settled(olivia.page)
    await shoot(olivia.page, 'start-asks')

    const amir = await visitors.visit(bot.sim.url)
    await amir.actsAs('Amir')
    await (await amir.sees(/Start 25k\?/)).getByRole('button', { name: 'Start trading' }).click()
    // Amir is an approver, no operator.
    await amir.sees(/not_permitted|operator role/)
    expect(bot.commands.jobs.filter(({ kind }) => kind === 'start')).toHaveLength(1)

    await card.getByRole('button', { name: 'Start trading' }).click()
    await olivia.sees(/25k started/)
    await expect
      .poll(() =>
        olivia
          .post(/25k started/)
          .getByRole('button', { name: 'Start trading' })
          .count(),
      )
      .toBe(0)
    expect(bot.commands.jobs.filter(({ kind }) => kind === 'start')).toMatchObject([
      { ask: true, profile: '25k' },
      { profile: '25k', structure: 'put_spread' },
    ])
  })
})
