/** The bot killed between any two steps of a post, over the real client: one post each, and no number is missing. */
import { afterEach, expect, test } from 'vitest'
import { KilledBot, STEPS } from '../support/killed-bot.ts'

let bot: KilledBot
afterEach(() => bot.close())

test('a post is there once, in its place, at whichever step its bot was killed', async () => {
  bot = await KilledBot.start()
  for (const [index, step] of STEPS.entries()) {
    // A post is looked for where one may be there.
    await bot.post(`post-${index + 1}`, ...(step.endsWith('look') ? (['after begin', step] as const) : [step]))
    await bot.chat.olivia.until(() => bot.numbers().length > index, `the post after "${step}"`)
    expect(bot.numbers(), step).toEqual(Array.from({ length: index + 1 }, (_, at) => at + 1))
  }
  await bot.post('the-last')
  await bot.chat.olivia.until(() => bot.numbers().length > STEPS.length, 'the last post')
  expect(bot.numbers()).toEqual(Array.from({ length: STEPS.length + 1 }, (_, at) => at + 1))
})
