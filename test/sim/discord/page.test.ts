import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { AMIR, CHANNEL_ID, OLIVIA, VERA } from '../../../src/sim/discord/fixtures.ts'
import { PAGE_WS_PATH, type ServerFrame } from '../../../src/sim/discord/page-api.ts'
import { onEnd, startBot, startSim, startUser } from './support.ts'

async function rawPage(url: string, origin?: string) {
  const socket = new WebSocket(url.replace('http', 'ws') + PAGE_WS_PATH, origin === undefined ? {} : { origin })
  onEnd(() => socket.terminate())
  const frames: ServerFrame[] = []
  socket.on('message', (data) => frames.push(JSON.parse(String(data))))
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => resolve())
    socket.on('error', reject)
  })
  return { socket, frames }
}

test('a page learns people with their roles, channels and whether the bot is there', async () => {
  const sim = await startSim()
  const { frames } = await rawPage(sim.url)
  await expect.poll(() => frames.length).toBe(1)
  const [hello] = frames
  if (hello?.type !== 'hello') throw new Error('expected hello first')
  expect(hello.users.filter((user) => !user.bot).map((user) => user.id)).toEqual([OLIVIA.id, AMIR.id, VERA.id])
  expect(hello.channels.map((channel) => channel.name)).toEqual(['phase4d-desk', 'general'])
  expect(hello).toMatchObject({ botOnline: false, hasMarket: false })
})

test('frames that cannot be read, or come before a person is chosen, are answered with what is wrong', async () => {
  const sim = await startSim()
  const { socket, frames } = await rawPage(sim.url)
  const answerTo = async (frame: unknown) => {
    const count = frames.length
    socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
    await expect.poll(() => frames.length).toBeGreaterThan(count)
    return frames.at(-1)
  }
  await expect.poll(() => frames.length).toBe(1)
  expect(await answerTo('{')).toMatchObject({ type: 'error', ref: null })
  expect(await answerTo({ type: 'nothing', ref: 'r1' })).toMatchObject({ type: 'error', ref: 'r1' })
  const say = { type: 'send_message', ref: 'r2', channelId: CHANNEL_ID, content: 'x' }
  expect(await answerTo(say)).toMatchObject({
    type: 'error',
    ref: 'r2',
    message: expect.stringContaining('select_user'),
  })
  expect(await answerTo({ type: 'select_user', ref: 'r3', userId: '1' })).toMatchObject({ type: 'error', ref: 'r3' })
  const long = { ...say, ref: 'r4', content: 'x'.repeat(2_001) }
  expect(await answerTo(long)).toMatchObject({ type: 'error', ref: 'r4' })
})

test('another site cannot open the page’s socket', async () => {
  const sim = await startSim()
  await expect(rawPage(sim.url, 'http://evil.example')).rejects.toThrow('403')
  await rawPage(sim.url, sim.url)
})

test('older messages come page by page', async () => {
  const sim = await startSim()
  const user = await startUser(sim)
  for (let i = 0; i < 5; i++) user.say(`m${i}`)
  await user.waitFor((message) => message.content === 'm4')
  const { socket, frames } = await rawPage(sim.url)
  const fetch = (before?: string) =>
    socket.send(
      JSON.stringify({ type: 'fetch_messages', ref: before ?? 'new', channelId: CHANNEL_ID, limit: 3, before }),
    )
  const pages = () => frames.filter((frame) => frame.type === 'messages')
  fetch()
  await expect.poll(() => pages().length).toBe(1)
  expect(pages()[0]).toMatchObject({ hasMore: true })
  expect(pages()[0]?.messages.map((message) => message.content)).toEqual(['m2', 'm3', 'm4'])
  fetch(pages()[0]?.messages[0]?.id)
  await expect.poll(() => pages().length).toBe(2)
  expect(pages()[1]?.messages.map((message) => message.content)).toEqual(['m0', 'm1'])
  expect(pages()[1]).toMatchObject({ hasMore: false })
})

test('pinned messages come newest pin first, however old they are', async () => {
  const sim = await startSim({ hasRateLimits: false })
  const bot = await startBot(sim)
  const channel = bot.channels.cache.get(CHANNEL_ID)
  if (channel?.isSendable() !== true) throw new Error('expected the desk channel')
  const [first, second] = [await channel.send('first'), await channel.send('second')]
  await second.pin()
  await first.pin()
  const { socket, frames } = await rawPage(sim.url)
  socket.send(JSON.stringify({ type: 'fetch_pins', ref: 'p', channelId: CHANNEL_ID }))
  await expect
    .poll(() => frames.find((frame) => frame.type === 'pins'))
    .toMatchObject({ ref: 'p', channelId: CHANNEL_ID, messages: [{ content: 'first' }, { content: 'second' }] })
})

test('commands appear when they are registered, to those who may use them', async () => {
  const sim = await startSim()
  const user = await startUser(sim, VERA.id)
  const bot = await startBot(sim)
  await bot.application.commands.set([
    { name: 'status', description: 'Shows', options: [] },
    { name: 'secret', description: 'Administrators', defaultMemberPermissions: ['ManageGuild'] },
    {
      name: 'config',
      description: 'Limits',
      options: [{ type: 1, name: 'show', description: 'Shows them' }],
    },
  ])
  await user.until(() => user.commands.length > 0, 'commands')
  expect(user.commands.map((command) => command.name)).toEqual(['config show', 'status'])
})

test('the market’s control API is reached through the page’s origin, and its absence is said', async () => {
  const market = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ at: `${request.method} ${request.url}`, body: Buffer.concat(chunks).toString() }))
    })
  })
  await new Promise<void>((resolve) => market.listen(0, '127.0.0.1', resolve))
  onEnd(() => new Promise((resolve) => market.close(resolve)))
  const address = market.address()
  if (typeof address !== 'object' || address === null) throw new Error('expected an address')
  const sim = await startSim({ marketUrl: `http://127.0.0.1:${address.port}/` })
  expect(await (await fetch(`${sim.url}/market/market?x=1`)).json()).toEqual({ at: 'GET /sim/market?x=1', body: '' })
  const set = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"speed":60}' }
  expect(await (await fetch(`${sim.url}/market/clock`, set)).json()).toEqual({
    at: 'POST /sim/clock',
    body: '{"speed":60}',
  })
  const gone = await startSim({ marketUrl: 'http://127.0.0.1:9' })
  expect((await fetch(`${gone.url}/market/clock`)).status).toBe(502)
  expect((await fetch(`${(await startSim()).url}/market/clock`)).status).toBe(404)
})

test('the built page is served at the root', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'phase4d-page-'))
  onEnd(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'index.html'), '<title>Phase4D</title>')
  const sim = await startSim({ pageFolder: folder })
  const answer = await fetch(sim.url)
  expect(answer.headers.get('content-type')).toContain('text/html')
  expect(await answer.text()).toContain('Phase4D')
})

test('a simulator does not start on a port that is taken', async () => {
  const sim = await startSim()
  await expect(startSim({ port: Number(new URL(sim.url).port) })).rejects.toThrow('EADDRINUSE')
})
