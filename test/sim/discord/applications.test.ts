/** Two applications on one server: each has its commands and hears of their use alone. */
import { Client, Events, GatewayIntentBits, type Interaction, MessageFlags, REST, Routes } from 'discord.js'
import { afterEach, expect, test } from 'vitest'
import { BOT_TOKEN, CHANNEL_ID, GUILD_ID, OTHER_APPLICATION } from '../../../src/sim/discord/fixtures.ts'
import { desk, saw } from '../../support/bot-bench.ts'
import { textOf } from '../../support/chat-user.ts'

const open: Client[] = []
afterEach(async () => {
  for (const client of open.splice(0)) await client.destroy()
})

async function otherBot(api: string, heard: Interaction[]): Promise<Client> {
  const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api } })
  open.push(client)
  client.on(Events.InteractionCreate, (interaction) => {
    heard.push(interaction)
    if (!interaction.isChatInputCommand()) return
    void interaction.deferReply({ flags: MessageFlags.Ephemeral }).then(() => interaction.editReply('echo'))
  })
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve))
  await client.login(OTHER_APPLICATION.token)
  await ready
  return client
}

test('a second bot answers its own commands beside the desk, under its own name, and hears of no others', async () => {
  const { bot, user } = await desk()
  const heard: Interaction[] = []
  const other = await otherBot(bot.sim.apiUrl, heard)
  expect(other.user?.id).toBe(OTHER_APPLICATION.user.id)
  const commands = Routes.applicationGuildCommands(OTHER_APPLICATION.user.id, GUILD_ID)
  await other.rest.put(commands, { body: [{ name: 'echo', description: 'Answers', type: 1 }] })
  await user.until(() => user.commands.some(({ name }) => name === 'echo'), 'the other command')
  // What the desk registered is not replaced.
  expect(user.commands.some(({ name }) => name === 'status')).toBe(true)
  await user.slash('echo')
  const answer = await user.waitFor((message) => message.content === 'echo')
  expect([answer.author.id, answer.application_id]).toEqual([OTHER_APPLICATION.user.id, OTHER_APPLICATION.user.id])
  await user.slash('status')
  const status = await saw(user, 'holding a position')
  expect(status.author.id).not.toBe(OTHER_APPLICATION.user.id)
  expect(heard.map((one) => one.isChatInputCommand() && one.commandName)).toEqual(['echo'])
  expect(user.messages().filter((message) => textOf(message).includes('not known any more'))).toEqual([])
})

test("a second bot may not use what is the desk's: its commands, its channels, its answers", async () => {
  const { bot } = await desk()
  const { user, token } = OTHER_APPLICATION
  const rest = (bearer: string) => new REST({ api: bot.sim.apiUrl, retries: 0 }).setToken(bearer)
  await expect(rest(token).post(Routes.channelMessages(CHANNEL_ID), { body: { content: 'x' } })).rejects.toMatchObject({
    status: 403,
    code: 50001,
  })
  const own = Routes.applicationGuildCommands(user.id, GUILD_ID)
  await expect(rest(BOT_TOKEN).put(own, { body: [] })).rejects.toMatchObject({ status: 404 })
  await expect(rest('MTE5MTE2.none.at-all').get(own)).rejects.toMatchObject({ status: 401 })
  expect(await rest(token).get(own)).toEqual([])
})
