/** What the page does to the desk itself: an outage of Discord, killing the worker. */
import { createServer } from 'node:http'
import { Events } from 'discord.js'
import { expect, test } from 'vitest'
import { BOT_TOKEN, CHANNEL_ID, GUILD_ID } from '../../../src/sim/discord/fixtures.ts'
import type { DiscordSim } from '../../../src/sim/discord/server.ts'
import { ManualTime, onEnd, startBot, startSim, startUser } from './support.ts'

const desk = async (sim: DiscordSim) => (await fetch(`${sim.url}/desk`)).json()
const post = async (sim: DiscordSim, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${sim.url}/desk/${path}`, {
    method: 'POST',
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
}
const me = (sim: DiscordSim) =>
  fetch(`${sim.apiUrl}/v10/users/@me`, { headers: { authorization: `Bot ${BOT_TOKEN}` } }).then((one) => one.status)

test('an outage drops the bot and fails REST, the page stays and is told, and it ends by itself', async () => {
  const time = new ManualTime()
  const sim = await startSim({ time })
  const user = await startUser(sim)
  const { status, body } = await post(sim, 'outage', { seconds: 30 })
  const until_ms = time.now_ms() + 30_000
  expect([status, body]).toEqual([200, { outage: { until: new Date(until_ms).toISOString() }, canKillWorker: false }])
  expect(await me(sim)).toBe(503)
  await expect.poll(() => user.frames.at(-1)).toEqual({ type: 'outage', until_ms })
  const late = await startUser(sim)
  expect(late.frames[0]).toMatchObject({ type: 'hello', outageUntil_ms: until_ms })
  time.advance(29_999)
  expect(await me(sim)).toBe(503)
  time.advance(1)
  expect(await me(sim)).toBe(200)
  expect(await desk(sim)).toEqual({ outage: null, canKillWorker: false })
  await expect.poll(() => user.frames.at(-1)).toEqual({ type: 'outage', until_ms: null })
})

test('after an outage the unmodified client comes back by itself and answers', async () => {
  const sim = await startSim()
  const bot = await startBot(sim)
  bot.on(Events.Error, () => undefined)
  await bot.application.commands.set([{ name: 'ping', description: 'Pong' }], GUILD_ID)
  bot.on(Events.InteractionCreate, (i) => {
    if (i.isChatInputCommand()) void i.reply('pong')
  })
  const user = await startUser(sim)
  await post(sim, 'outage', { seconds: 600 })
  await expect.poll(() => user.botOnline).toBe(false)
  const channel = bot.channels.cache.get(CHANNEL_ID)
  if (channel?.isSendable() !== true) throw new Error('expected the desk channel')
  await expect(channel.send('lost')).rejects.toMatchObject({ status: 503 })
  await post(sim, 'outage', { seconds: 0 })
  await expect.poll(() => user.botOnline).toBe(true)
  await user.slash('ping')
  await user.waitFor((message) => message.content === 'pong')
  expect(user.messages().some((message) => message.content === 'lost')).toBe(false)
})

test('an outage is bounded, and another site cannot provoke it', async () => {
  const sim = await startSim({ marketUrl: 'http://127.0.0.1:9' })
  for (const body of [
    {},
    { seconds: -1 },
    { seconds: 601 },
    { seconds: '5' },
    { seconds: 1, more: 1 },
    '{',
    undefined,
  ]) {
    expect((await post(sim, 'outage', body)).status).toBe(400)
  }
  const elsewhere = { origin: 'https://elsewhere.example' }
  expect((await post(sim, 'outage', { seconds: 5 }, elsewhere)).status).toBe(403)
  expect((await post(sim, 'kill-worker', undefined, elsewhere)).status).toBe(403)
  const market = await fetch(`${sim.url}/market/clock`, { method: 'POST', headers: elsewhere, body: '{}' })
  expect(market.status).toBe(403)
  expect((await post(sim, 'outage', { seconds: 5 }, { origin: sim.url })).status).toBe(200)
})

test('killing the worker is passed on to the supervisor, whose no is told in words', async () => {
  const calls: string[] = []
  let status = 204
  const supervisor = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`)
    response.writeHead(status).end(status === 204 ? '' : JSON.stringify({ message: 'no worker runs' }))
  })
  await new Promise<void>((resolve) => supervisor.listen(0, '127.0.0.1', resolve))
  onEnd(() => new Promise((resolve) => supervisor.close(resolve)))
  const address = supervisor.address()
  if (typeof address !== 'object' || address === null) throw new Error('expected an address')
  const sim = await startSim({ controlUrl: `http://127.0.0.1:${address.port}/desk-control/` })
  expect((await startUser(sim)).frames[0]).toMatchObject({ type: 'hello', canKillWorker: true })
  expect(await post(sim, 'kill-worker')).toEqual({ status: 204, body: null })
  expect(calls).toEqual(['POST /desk-control/kill-worker'])
  status = 409
  expect(await post(sim, 'kill-worker')).toEqual({
    status: 502,
    body: { message: 'The worker was not killed: no worker runs' },
  })
})

test('without a supervisor, or with one that does not answer, it is said', async () => {
  expect((await post(await startSim(), 'kill-worker')).status).toBe(404)
  const gone = await startSim({ controlUrl: 'http://127.0.0.1:9' })
  const { status, body } = await post(gone, 'kill-worker')
  expect([status, body.message]).toEqual([502, expect.stringContaining('does not answer')])
})
