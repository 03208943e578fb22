import { type Client, type DiscordAPIError, Events, GatewayIntentBits, Status } from 'discord.js'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  APPLICATION_ID,
  BOT_TOKEN,
  CHANNEL_ID,
  CHANNEL_OTHER_ID,
  GUILD_ID,
  OPERATOR_ROLE_ID,
} from '../../../src/sim/discord/fixtures.ts'
import { textOf } from '../../support/chat-user.ts'
import { onEnd, startBot, startSim, startUser } from './support.ts'

const once = (client: Client, event: string) => new Promise<unknown>((resolve) => client.once(event, resolve))

test('the unmodified client logs in and knows the guild, its channels, its roles and itself', async () => {
  const sim = await startSim()
  const bot = await startBot(sim)
  const guild = bot.guilds.cache.get(GUILD_ID)
  expect(bot.application.id).toBe(APPLICATION_ID)
  expect(guild?.available).toBe(true)
  expect([...(guild?.channels.cache.keys() ?? [])].sort()).toEqual([CHANNEL_ID, CHANNEL_OTHER_ID].sort())
  expect(guild?.roles.cache.get(OPERATOR_ROLE_ID)?.name).toBe('Operator')
  const me = guild?.members.me
  const channel = guild?.channels.cache.get(CHANNEL_ID)
  expect(channel !== undefined && me?.permissionsIn(channel).has(['SendMessages', 'EmbedLinks', 'ManageThreads'])).toBe(
    true,
  )
  expect((await guild?.members.fetchMe())?.id).toBe(bot.user.id)
  expect((await bot.application.fetch()).name).toBe('Phase4D')
  expect((await bot.guilds.fetch(GUILD_ID)).name).toBe('Phase4D desk')
  expect((await guild?.roles.fetch())?.size).toBe(5)
  expect((await guild?.channels.fetch())?.size).toBe(2)
})

test('a wrong token is refused at REST and at the gateway', async () => {
  const sim = await startSim()
  const bot = await startBot(sim)
  bot.rest.setToken('wrong')
  await expect(bot.application.fetch()).rejects.toMatchObject({ status: 401 } satisfies Partial<DiscordAPIError>)
  const socket = new WebSocket(`${sim.url.replace('http', 'ws')}/gateway?v=10&encoding=json`)
  onEnd(() => socket.terminate())
  socket.on('open', () => socket.send(JSON.stringify({ op: 2, d: { token: 'wrong', intents: 1, properties: {} } })))
  expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(4004)
})

test('privileged intents, unknown opcodes, unreadable frames and early frames close with their codes', async () => {
  const sim = await startSim()
  const closeCodeOf = async (frame: string): Promise<number> => {
    const socket = new WebSocket(`${sim.url.replace('http', 'ws')}/gateway?v=10&encoding=json`)
    onEnd(() => socket.terminate())
    socket.on('open', () => socket.send(frame))
    return new Promise((resolve) => socket.on('close', resolve))
  }
  const identify = (intents: number) => JSON.stringify({ op: 2, d: { token: BOT_TOKEN, intents, properties: {} } })
  expect(await closeCodeOf(identify(GatewayIntentBits.MessageContent))).toBe(4014)
  expect(await closeCodeOf(identify(1 << 30))).toBe(4013)
  expect(await closeCodeOf(JSON.stringify({ op: 99, d: null }))).toBe(4001)
  expect(await closeCodeOf('{')).toBe(4002)
  expect(await closeCodeOf(JSON.stringify({ op: 3, d: {} }))).toBe(4003)
})

test('after a dropped socket the client resumes and hears what it missed, once and in order', async () => {
  const sim = await startSim()
  const bot = await startBot(sim, { intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages] })
  const user = await startUser(sim)
  const heard: string[] = []
  bot.on(Events.MessageCreate, (message) => heard.push(message.id))
  const resumed = once(bot, Events.ShardResume)
  sim.gateway.drop()
  user.say('one')
  user.say('two')
  await resumed
  user.say('three')
  const last = await user.waitFor((message) => textOf(message) === 'three')
  await expect.poll(() => heard).toEqual(user.messages().map((message) => message.id))
  expect(heard.at(-1)).toBe(last.id)
  expect(user.botOnline).toBe(true)
})

test('a network cut and a request to reconnect are resumed too', async () => {
  const sim = await startSim()
  const bot = await startBot(sim)
  const resumedOnce = once(bot, Events.ShardResume)
  sim.gateway.cut()
  await resumedOnce
  const resumedTwice = once(bot, Events.ShardResume)
  sim.gateway.askToReconnect()
  await resumedTwice
  expect(bot.ws.status).toBe(Status.Ready)
})

test('an unknown session is told to identify anew', async () => {
  const sim = await startSim()
  const socket = new WebSocket(`${sim.url.replace('http', 'ws')}/gateway?v=10&encoding=json`)
  onEnd(() => socket.terminate())
  const frames: { op: number; d: unknown }[] = []
  socket.on('message', (data) => frames.push(JSON.parse(String(data))))
  socket.on('open', () => socket.send(JSON.stringify({ op: 6, d: { token: BOT_TOKEN, session_id: 'gone', seq: 3 } })))
  await expect.poll(() => frames.map((frame) => frame.op)).toEqual([10, 9])
  expect(frames[1]?.d).toBe(false)
})

test('a client that never beats is cut', async () => {
  const sim = await startSim({ heartbeatInterval_ms: 40 })
  const socket = new WebSocket(`${sim.url.replace('http', 'ws')}/gateway?v=10&encoding=json`)
  onEnd(() => socket.terminate())
  expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(4000)
})

test('what people write is heard only with the intent, and blank without the privileged one', async () => {
  const sim = await startSim()
  const deaf = await startBot(sim)
  const hearing = await startBot(sim, { intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages] })
  const heardByDeaf: string[] = []
  deaf.on(Events.MessageCreate, (message) => heardByDeaf.push(message.id))
  const heard: string[] = []
  hearing.on(Events.MessageCreate, (message) => heard.push(message.content))
  const user = await startUser(sim)
  user.say('secret')
  user.say(`<@${hearing.user.id}> hello`)
  await expect.poll(() => heard).toEqual(['', `<@${hearing.user.id}> hello`])
  expect(heardByDeaf).toEqual([])
})

test('people see the bot come and go', async () => {
  const sim = await startSim()
  const user = await startUser(sim)
  expect(user.botOnline).toBe(false)
  const bot = await startBot(sim)
  await user.until(() => user.botOnline, 'the bot online')
  await bot.destroy()
  await user.until(() => !user.botOnline, 'the bot offline')
})
