/** The bot killed in a post, and the one that takes over too, over the real client. One death: in the fast test. */
import { afterEach, expect, test } from 'vitest'
import { KilledBot, STEPS } from '../support/killed-bot.ts'

let bot: KilledBot
afterEach(() => bot.close())

test('a post is there once, at whichever step of taking over the next bot was killed', async () => {
  bot = await KilledBot.start()
  for (const [index, step] of STEPS.entries()) {
    // What is found is not sent again.
    await bot.post(`post-${index + 1}`, step.endsWith('send') ? 'after begin' : 'after send', step)
    await bot.chat.olivia.until(() => bot.numbers().length > index, `the post after "${step}"`)
  }
  await bot.post('the-last')
  await bot.chat.olivia.until(() => bot.numbers().length > STEPS.length, 'the last post')
  expect(bot.numbers()).toEqual(Array.from({ length: STEPS.length + 1 }, (_, at) => at + 1))
}, 240_000)
