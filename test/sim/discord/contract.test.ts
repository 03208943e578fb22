import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  ContainerBuilder,
  Events,
  MediaGalleryBuilder,
  MessageFlags,
  ModalBuilder,
  SectionBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextChannel,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js'
import { expect, test } from 'vitest'
import { CHANNEL_ID, GUILD_ID } from '../../../src/sim/discord/fixtures.ts'
import { type Exchange, loadDiscordSpec, recording, SPEC_ABSENT } from '../../support/discord-spec.ts'
import { startBot, startSim, startUser } from './support.ts'

const spec = loadDiscordSpec()
type Bot = Awaited<ReturnType<typeof startBot>>
type User = Awaited<ReturnType<typeof startUser>>

const card = (title: string) =>
  new ContainerBuilder()
    .setAccentColor(0x57f287)
    .addTextDisplayComponents(new TextDisplayBuilder().setContent(title))
    .addSeparatorComponents((separator) => separator)
    .addSectionComponents(
      new SectionBuilder()
        .addTextDisplayComponents(new TextDisplayBuilder().setContent('P&L'))
        .setButtonAccessory(new ButtonBuilder().setCustomId('more').setLabel('More').setStyle(ButtonStyle.Secondary)),
    )
    .addMediaGalleryComponents(
      new MediaGalleryBuilder().addItems({ media: { url: 'attachment://chart.png' }, description: 'P&L' }),
    )

const controls = [
  new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId('go').setLabel('Go').setStyle(ButtonStyle.Primary),
    new ButtonBuilder().setCustomId('form').setLabel('Form').setEmoji('📝').setStyle(ButtonStyle.Secondary),
  ),
  new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
    new StringSelectMenuBuilder().setCustomId('pick').addOptions({ label: 'A', value: 'a' }),
  ),
]

const form = new ModalBuilder()
  .setCustomId('form')
  .setTitle('Form')
  .addComponents(
    new ActionRowBuilder<TextInputBuilder>().addComponents(
      new TextInputBuilder().setCustomId('note').setLabel('Note').setStyle(TextInputStyle.Short),
    ),
  )

const chart = () => new AttachmentBuilder(Buffer.from('png'), { name: 'chart.png', description: 'P&L' })

async function looksAround(bot: Bot): Promise<void> {
  await bot.application.commands.set(
    [
      new SlashCommandBuilder()
        .setName('start')
        .setDescription('Arms')
        .addStringOption((option) =>
          option.setName('account').setDescription('Which').setRequired(true).addChoices({ name: '25k', value: '25k' }),
        )
        .toJSON(),
      new SlashCommandBuilder()
        .setName('trade')
        .setDescription('One')
        .addStringOption((option) => option.setName('id').setDescription('Which').setAutocomplete(true))
        .toJSON(),
    ],
    GUILD_ID,
  )
  await bot.application.commands.fetch({ guildId: GUILD_ID })
  await bot.application.fetch()
  const guild = await bot.guilds.fetch({ guild: GUILD_ID, force: true })
  await guild.roles.fetch()
  await guild.channels.fetch()
  await guild.members.fetchMe({ force: true })
}

/** Answers everything that is used; how many that were. */
function answers(bot: Bot): () => number {
  let done = 0
  bot.on(Events.InteractionCreate, async (i) => {
    if (i.isAutocomplete()) await i.respond([{ name: 'T1', value: 'T1' }])
    if (i.isChatInputCommand()) {
      await i.deferReply({ withResponse: true })
      await i.editReply({
        content: 'x',
        embeds: [{ title: 'T', image: { url: 'attachment://chart.png' } }],
        files: [chart()],
        components: controls,
      })
      await i.fetchReply()
      const follow = await i.followUp({ content: 'y', flags: MessageFlags.Ephemeral })
      await i.deleteReply(follow)
    }
    if (i.isButton() && i.customId === 'go') await i.update({ content: 'updated', withResponse: true })
    if (i.isButton() && i.customId === 'form') await i.showModal(form, { withResponse: true })
    if (i.isStringSelectMenu()) await i.reply({ content: i.values.join(), withResponse: true })
    if (i.isModalSubmit()) await i.reply({ content: 'thanks', flags: MessageFlags.Ephemeral, withResponse: true })
    done++
  })
  return () => done
}

async function usesEverything(user: User, done: () => number): Promise<void> {
  await user.complete('trade', { id: '' }, 'id')
  await user.slash('start', { account: '25k' })
  const reply = await user.waitFor((message) => message.content === 'x')
  await expect.poll(done).toBe(2)
  await user.press(reply, 'Go')
  await user.choose(reply, 'pick', ['a'])
  const { modal } = await user.press(reply, 'Form')
  if (modal === null) throw new Error('expected a modal')
  await user.submit(modal, { note: 'n' })
  await expect.poll(done).toBe(6)
}

async function writesAndPins(bot: Bot): Promise<void> {
  const channel = bot.channels.cache.get(CHANNEL_ID)
  if (!(channel instanceof TextChannel)) throw new Error('expected the desk channel')
  const live = await channel.send({
    components: [card('# Live')],
    files: [chart()],
    flags: MessageFlags.IsComponentsV2,
    nonce: 'n1',
    enforceNonce: true,
  })
  await live.edit({ components: [card('# Later')] })
  await live.pin()
  await channel.messages.fetchPins()
  const thread = await live.startThread({ name: 'Trade', autoArchiveDuration: 60 })
  await thread.send('in thread')
  await thread.setArchived(true)
  await channel.threads.fetchArchived()
  await channel.threads.fetchActive()
  await channel.threads.create({ name: 'Alone' })
  await channel.messages.fetch({ limit: 50, cache: false })
  await channel.send({ content: 're', reply: { messageReference: live.id } })
  await bot.channels.fetch(thread.id, { force: true })
  await channel.sendTyping()
  await live.unpin()
  await live.delete()
}

const reason = spec === null ? SPEC_ABSENT : ''
test.skipIf(spec === null)(`all traffic of a desk fits the published description, both ways ${reason}`, async () => {
  const exchanges: Exchange[] = []
  const sim = await startSim({ hasRateLimits: false, middleware: [recording(exchanges)] })
  const bot = await startBot(sim)
  const user = await startUser(sim)
  await looksAround(bot)
  await usesEverything(user, answers(bot))
  await writesAndPins(bot)
  expect(exchanges.length).toBeGreaterThan(30)
  const violations = exchanges.flatMap((exchange) => spec?.violations(exchange) ?? [])
  expect(violations).toEqual([])
})
