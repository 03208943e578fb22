import {
  AttachmentBuilder,
  type Client,
  ContainerBuilder,
  Events,
  GatewayIntentBits,
  MediaGalleryBuilder,
  MessageFlags,
  PermissionFlagsBits,
  TextChannel,
  TextDisplayBuilder,
} from 'discord.js'
import { expect, test } from 'vitest'
import { BOT_USER, CHANNEL_ID, OLIVIA, OPERATOR_ROLE_ID, VERA } from '../../../src/sim/discord/fixtures.ts'
import type { DiscordSimOptions } from '../../../src/sim/discord/server.ts'
import { MINUTE_MS } from '../../../src/time/units.ts'
import { textOf } from '../../support/chat-user.ts'
import { ManualTime, startBot, startSim, startUser } from './support.ts'

function deskOf(bot: Client): TextChannel {
  const channel = bot.channels.cache.get(CHANNEL_ID)
  if (!(channel instanceof TextChannel)) throw new Error('expected the desk channel')
  return channel
}

async function channelAndUser(options: Partial<DiscordSimOptions> = {}) {
  const sim = await startSim({ hasRateLimits: false, ...options })
  const bot = await startBot(sim)
  return { sim, bot, channel: deskOf(bot), user: await startUser(sim) }
}

test('a message is sent, edited, read, listed and deleted', async () => {
  const { channel, user } = await channelAndUser()
  const sent = await channel.send({ content: 'one', embeds: [{ title: 'T', fields: [{ name: 'a', value: 'b' }] }] })
  await user.waitFor((message) => textOf(message).includes('T'))
  const edited = await sent.edit({ content: 'two', embeds: [] })
  expect(edited.editedAt).not.toBeNull()
  expect((await channel.messages.fetch({ message: sent.id, force: true })).content).toBe('two')
  const more = await Promise.all(['a', 'b', 'c'].map((content) => channel.send(content)))
  expect((await channel.messages.fetch({ limit: 2, cache: false })).size).toBe(2)
  const before = await channel.messages.fetch({ before: more[0]?.id ?? '', cache: false })
  expect([...before.keys()]).toEqual([sent.id])
  const after = await channel.messages.fetch({ after: sent.id, cache: false })
  expect(after.size).toBe(3)
  const around = await channel.messages.fetch({ around: more[1]?.id ?? '', limit: 3, cache: false })
  expect(around.has(more[1]?.id ?? '')).toBe(true)
  await sent.delete()
  await user.until(() => !user.messages().some((message) => message.id === sent.id), 'the message gone')
  await expect(channel.messages.fetch({ message: sent.id, force: true })).rejects.toMatchObject({ code: 10008 })
})

test('with an enforced nonce the same message comes back, for some minutes', async () => {
  const time = new ManualTime()
  const { channel, user } = await channelAndUser({ time })
  const send = (content: string) => channel.send({ content, nonce: 'p4d-7', enforceNonce: true })
  const first = await send('first')
  expect((await send('again')).id).toBe(first.id)
  expect((await channel.send({ content: 'free', nonce: 'p4d-7' })).id).not.toBe(first.id)
  time.advance(301_000)
  expect((await send('later')).id).not.toBe(first.id)
  await user.waitFor((message) => message.content === 'later')
  expect(user.messages().map((message) => message.content)).toEqual(['first', 'free', 'later'])
  await expect(channel.send({ content: 'x', nonce: 'n'.repeat(26), enforceNonce: true })).rejects.toMatchObject({
    code: 50035,
  })
})

test('an answer lost on the way makes the client send again; the nonce keeps it one message', async () => {
  let isLost = true
  const { channel, user } = await channelAndUser({
    middleware: [
      async (call, next) => {
        const answer = await next()
        if (call.route !== '/channels/:channel/messages' || !isLost) return answer
        isLost = false
        return { ...answer, hangUp: true }
      },
    ],
  })
  const sent = await channel.send({ content: 'fill', nonce: 'fill-1', enforceNonce: true }).catch(() => null)
  const again = await channel.send({ content: 'fill', nonce: 'fill-1', enforceNonce: true })
  if (sent !== null) expect(sent.id).toBe(again.id)
  expect(user.messages().filter((message) => message.content === 'fill')).toHaveLength(1)
})

test('middleware can answer instead of the server, as in an outage', async () => {
  const { channel } = await channelAndUser({
    middleware: [
      async (call, next) =>
        call.method === 'POST' ? { status: 403, body: { code: 50001, message: 'Missing Access' } } : next(),
    ],
  })
  await expect(channel.send('x')).rejects.toMatchObject({ status: 403, code: 50001 })
})

test('files are stored with their pictures’ sizes, replaced by edits and dropped with the message', async () => {
  const { channel, sim } = await channelAndUser()
  const png = Buffer.alloc(32)
  Buffer.from('89504e470d0a1a0a', 'hex').copy(png)
  png.writeUInt32BE(640, 16)
  png.writeUInt32BE(360, 20)
  const sent = await channel.send({
    files: [new AttachmentBuilder(png, { name: 'chart 1.png', description: 'A chart' })],
  })
  const first = sent.attachments.first()
  expect(first).toMatchObject({ name: 'chart_1.png', width: 640, height: 360, description: 'A chart', size: 32 })
  expect((await fetch(first?.url ?? '')).headers.get('content-type')).toBe('image/png')
  const edited = await sent.edit({ files: [new AttachmentBuilder(png, { name: 'chart2.png' })] })
  expect([...edited.attachments.values()].map((item) => item.name)).toEqual(['chart2.png'])
  expect((await fetch(first?.url ?? '')).status).toBe(404)
  const kept = await edited.edit({ content: 'still there' })
  expect(kept.attachments.size).toBe(1)
  await kept.delete()
  expect((await fetch(kept.attachments.first()?.url ?? '')).status).toBe(404)
  expect(sim.world.messages.list(CHANNEL_ID, null)).toEqual([])
})

test("a file's description is the alt text of the embed that shows it, and goes when the file is replaced without one", async () => {
  const { channel, user } = await channelAndUser()
  const chart = (description?: string) => [
    new AttachmentBuilder(Buffer.from('png'), { name: 'chart.png', ...(description && { description }) }),
  ]
  const embeds = [{ title: 'Report', image: { url: 'attachment://chart.png' } }]
  const sent = await channel.send({ embeds, files: chart('Net P&L of the day') })
  const shown = await user.waitFor((message) => message.id === sent.id)
  expect(shown.embeds[0]?.image).toMatchObject({ description: 'Net P&L of the day', content_type: 'image/png' })
  const edited = await sent.edit({ embeds, files: chart(), attachments: [] })
  expect(edited.embeds[0]?.data.image).not.toHaveProperty('description')
})

test('components V2 carry pictures by reference, stay V2 and exclude content', async () => {
  const { channel, user } = await channelAndUser()
  const card = (text: string) =>
    new ContainerBuilder()
      .addTextDisplayComponents(new TextDisplayBuilder().setContent(text))
      .addMediaGalleryComponents(
        new MediaGalleryBuilder().addItems({ media: { url: 'attachment://chart.png' }, description: 'P&L' }),
      )
  const file = new AttachmentBuilder(Buffer.from('png'), { name: 'chart.png' })
  const sent = await channel.send({ components: [card('# Card')], files: [file], flags: MessageFlags.IsComponentsV2 })
  const seen = await user.waitFor((message) => textOf(message).includes('# Card'))
  expect(JSON.stringify(seen.components)).toContain('/page/attachments/')
  expect(seen.attachments).toHaveLength(1)
  await sent.edit({ components: [card('# Later')] })
  await user.waitFor((message) => textOf(message).includes('# Later'))
  await expect(sent.edit({ content: 'text' })).rejects.toMatchObject({ code: 50035 })
  const missing = new ContainerBuilder().addMediaGalleryComponents(
    new MediaGalleryBuilder().addItems({ media: { url: 'attachment://none.png' } }),
  )
  await expect(channel.send({ components: [missing], flags: MessageFlags.IsComponentsV2 })).rejects.toThrow(
    'The referenced attachment was not found',
  )
})

test('mentions ping only whom allowed_mentions lets them', async () => {
  const { channel } = await channelAndUser()
  const content = `<@${OLIVIA.id}> <@&${OPERATOR_ROLE_ID}> @everyone`
  const all = await channel.send({ content })
  expect(all.mentions.users.has(OLIVIA.id)).toBe(true)
  expect(all.mentions.roles.has(OPERATOR_ROLE_ID)).toBe(true)
  expect(all.mentions.everyone).toBe(true)
  const none = await channel.send({ content, allowedMentions: { parse: [] } })
  expect([none.mentions.users.size, none.mentions.roles.size, none.mentions.everyone]).toEqual([0, 0, false])
  const role = await channel.send({ content, allowedMentions: { roles: [OPERATOR_ROLE_ID] } })
  expect([role.mentions.users.size, role.mentions.roles.size]).toEqual([0, 1])
  await expect(
    channel.send({ content, allowedMentions: { parse: ['users'], users: [OLIVIA.id] } }),
  ).rejects.toMatchObject({ code: 50035 })
})

test('messages are pinned and unpinned, with a notice, and listed newest pin first', async () => {
  const { channel, user } = await channelAndUser()
  const one = await channel.send('one')
  const two = await channel.send('two')
  await one.pin()
  await two.pin()
  await one.pin()
  const pins = await channel.messages.fetchPins()
  expect(pins.items.map((item) => item.message.id)).toEqual([two.id, one.id])
  const old = (await channel.client.rest.get(`/channels/${CHANNEL_ID}/pins`)) as { id: string }[]
  expect(old.map((message) => message.id)).toEqual([two.id, one.id])
  expect(user.channels().find((item) => item.id === CHANNEL_ID)?.pinned).toEqual([two.id, one.id])
  expect(user.messages().filter((message) => message.type === 6)).toHaveLength(2)
  await two.unpin()
  expect((await channel.messages.fetchPins()).items).toHaveLength(1)
  expect((await channel.messages.fetch({ message: one.id, force: true })).pinned).toBe(true)
})

test('a thread opens from a message, takes messages, is archived, wakes by a message, and stays shut when locked', async () => {
  const { channel, user } = await channelAndUser()
  const card = await channel.send('card')
  const thread = await card.startThread({ name: 'Trade 1', autoArchiveDuration: 1440 })
  expect(thread.id).toBe(card.id)
  expect((await channel.messages.fetch({ message: card.id, force: true })).hasThread).toBe(true)
  const inside = await thread.send('inside')
  await user.waitFor((message) => message.content === 'inside', { channelId: thread.id })
  expect(user.channels().find((item) => item.id === thread.id)).toMatchObject({ kind: 'thread', messageCount: 1 })
  await expect(card.startThread({ name: 'again' })).rejects.toThrow()
  const starter = (await thread.messages.fetch({ cache: false })).find((message) => message.type === 21)
  expect(starter?.reference?.messageId).toBe(card.id)
  await thread.members.add(VERA.id)
  expect((await thread.members.fetch()).map((member) => member.id).sort()).toEqual([BOT_USER.id, VERA.id].sort())
  await thread.members.remove(VERA.id)
  expect((await thread.members.fetch()).map((member) => member.id)).toEqual([BOT_USER.id])
  await thread.setArchived(true)
  await expect(inside.edit('late')).rejects.toMatchObject({ code: 50083 })
  await thread.send('wakes')
  expect(user.channels().find((item) => item.id === thread.id)?.archived).toBe(false)
  await thread.setLocked(true)
  await thread.send('the bot may still write')
  await thread.setArchived(true)
  await expect(thread.send('no more')).rejects.toMatchObject({ code: 50083 })
  const archived = await channel.threads.fetchArchived()
  expect([...archived.threads.keys()]).toEqual([thread.id])
  await thread.setArchived(false)
  expect((await channel.threads.fetchActive()).threads.has(thread.id)).toBe(true)
})

test('a thread without a message is announced, archives itself in time and can be deleted', async () => {
  const time = new ManualTime()
  const { channel, user } = await channelAndUser({ time })
  const thread = await channel.threads.create({ name: 'Notes', autoArchiveDuration: 60 })
  await user.waitFor((message) => message.type === 18 && message.content === 'Notes')
  time.advance(59 * MINUTE_MS)
  await thread.send('activity')
  time.advance(59 * MINUTE_MS)
  const isArchived = () => user.channels().find((item) => item.id === thread.id)?.archived
  await user.until(() => isArchived() === false, 'an open thread')
  time.advance(60_000)
  await user.until(() => isArchived() === true, 'an archived thread')
  await thread.delete()
  await user.until(() => isArchived() === undefined, 'no thread')
  await expect(channel.client.channels.fetch(thread.id, { force: true })).rejects.toMatchObject({ code: 10003 })
})

test('what the channels deny the bot is refused, and its permissions say so', async () => {
  const denied = PermissionFlagsBits.AttachFiles | PermissionFlagsBits.PinMessages
  const { channel } = await channelAndUser({ botDenied: denied })
  const me = channel.guild.members.me
  expect(me && channel.permissionsFor(me).has(PermissionFlagsBits.AttachFiles)).toBe(false)
  await expect(
    channel.send({ files: [new AttachmentBuilder(Buffer.from('x'), { name: 'x.txt' })] }),
  ).rejects.toMatchObject({ code: 50013, status: 403 })
  const sent = await channel.send('text is fine')
  await expect(sent.pin()).rejects.toMatchObject({ code: 50013 })
  const { channel: hidden } = await channelAndUser({ botDenied: PermissionFlagsBits.ViewChannel })
  await expect(hidden.send('x')).rejects.toMatchObject({ code: 50001 })
})

test('only the bot’s own messages can be edited; a person’s can be deleted', async () => {
  const sim = await startSim()
  const bot = await startBot(sim, { intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages] })
  const user = await startUser(sim)
  const heard = new Promise<string>((resolve) => bot.once(Events.MessageCreate, (message) => resolve(message.id)))
  user.say('mine')
  const id = await heard
  await expect(
    bot.rest.patch(`/channels/${CHANNEL_ID}/messages/${id}`, { body: { content: 'x' } }),
  ).rejects.toMatchObject({ code: 50005 })
  await bot.rest.delete(`/channels/${CHANNEL_ID}/messages/${id}`)
  await user.until(() => user.messages().length === 0, 'the message gone')
})

test('typing is shown to people', async () => {
  const { channel, user } = await channelAndUser()
  await channel.sendTyping()
  await user.until(() => user.frames.some((frame) => frame.type === 'typing'), 'typing')
})
