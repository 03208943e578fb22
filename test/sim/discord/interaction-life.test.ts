/** How long interactions live, and which answers fit them. */
import type { Interaction } from 'discord.js'
import { expect, test } from 'vitest'
import { CHANNEL_OTHER_ID } from '../../../src/sim/discord/fixtures.ts'
import { desk, deskWith } from './desk.ts'
import { ManualTime, startBot, startSim, startUser } from './support.ts'

test('a bot that does not answer within three seconds fails, and its late answer is an unknown interaction', async () => {
  const time = new ManualTime()
  const sim = await startSim({ time })
  const bot = await startBot(sim)
  const waiting: Interaction[] = []
  await deskWith(async (i) => void waiting.push(i), bot)
  const user = await startUser(sim)
  const used = user.slash('start', { account: '2k' })
  await expect.poll(() => waiting.length).toBe(1)
  time.advance(3_000)
  expect(await used).toMatchObject({ state: 'failed', text: 'The application did not respond' })
  const [late] = waiting
  if (!late?.isChatInputCommand()) throw new Error('expected a command')
  await expect(late.reply('too late')).rejects.toMatchObject({ code: 10062, status: 404 })
  await expect(late.webhook.send('too late')).rejects.toMatchObject({ code: 10015 })
  expect(user.messages()).toEqual([])
})

test('an answer is given once, and its token works for fifteen minutes', async () => {
  const time = new ManualTime()
  const sim = await startSim({ time })
  const bot = await startBot(sim)
  const codes: unknown[] = []
  const waiting: Interaction[] = []
  await deskWith(async (i) => {
    if (!i.isChatInputCommand()) return
    await i.reply('once')
    i.replied = false
    await i.reply('twice').catch((error) => codes.push(error.code))
    i.replied = true
    waiting.push(i)
  }, bot)
  const user = await startUser(sim)
  await user.slash('start', { account: '2k' })
  await expect.poll(() => codes).toEqual([40060])
  const [answered] = waiting
  if (!answered?.isChatInputCommand()) throw new Error('expected a command')
  time.advance(899_000)
  await answered.editReply('still')
  time.advance(1_000)
  await expect(answered.editReply('over')).rejects.toMatchObject({ code: 50027, status: 401 })
  expect(user.messages().map((message) => message.content)).toEqual(['still'])
})

test('with no bot connected a command fails like on Discord', async () => {
  const time = new ManualTime()
  const sim = await startSim({ time })
  const bot = await startBot(sim)
  await deskWith(async () => {}, bot)
  await bot.destroy()
  const user = await startUser(sim)
  await user.until(() => !user.botOnline, 'the bot offline')
  const used = user.slash('start', { account: '2k' })
  await user.until(() => user.frames.find((f) => f.type === 'interaction_state'), 'the pending state')
  time.advance(3_000)
  expect((await used).state).toBe('failed')
})

test('wrong kinds of answers are refused: choices to a command, an update without a message', async () => {
  const codes: unknown[] = []
  const { bot, user } = await desk(async (i) => {
    if (!i.isChatInputCommand()) return
    const answer = (type: number, data: object) =>
      bot.rest.post(`/interactions/${i.id}/${i.token}/callback`, { body: { type, data }, auth: false })
    await answer(8, { choices: [] }).catch((error) => codes.push(error.code))
    await answer(7, { content: 'x' }).catch((error) => codes.push(error.code))
    await answer(4, { content: '' }).catch((error) => codes.push(error.code))
    await i.reply('right')
  })
  await user.slash('start', { account: '2k' })
  expect(codes).toEqual([50035, 50035, 50006])
})

test('what a person fills in wrongly is not sent', async () => {
  const { user } = await desk(async () => {})
  await expect(user.slash('start')).rejects.toThrow('account: this option is required')
  await expect(user.slash('start', { account: '5k' })).rejects.toThrow('expected one of 25k, 2k, got "5k"')
  await expect(user.slash('start', { account: '2k', days: 9 })).rejects.toThrow('expected at most 5')
  await expect(user.slash('start', { account: '2k', days: 'x' })).rejects.toThrow('expected a whole number')
  await expect(user.slash('start', { account: '2k', more: 1 })).rejects.toThrow('no option "more"')
  await expect(user.slash('nothing')).rejects.toThrow('There is no command /nothing')
})

test('commands work in the other channel too, and say so', async () => {
  const { user } = await desk(async (i) => {
    if (i.isChatInputCommand()) await i.reply(i.channelId === CHANNEL_OTHER_ID ? 'wrong channel' : 'right channel')
  })
  await user.slash('start', { account: '2k' }, CHANNEL_OTHER_ID)
  await user.waitFor((message) => message.content === 'wrong channel', { channelId: CHANNEL_OTHER_ID })
})
