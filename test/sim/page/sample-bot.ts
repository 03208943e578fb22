/** A small bot on the real client that answers with everything the page has to draw. */

import { Resvg } from '@resvg/resvg-js'
import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  type ButtonInteraction,
  ButtonStyle,
  type ChatInputCommandInteraction,
  Client,
  ContainerBuilder,
  EmbedBuilder,
  Events,
  GatewayIntentBits,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  type ModalSubmitInteraction,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  type StringSelectMenuInteraction,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js'
import { BOT_TOKEN, GUILD_ID } from '../../../src/sim/discord/fixtures.ts'

const COMMANDS = [
  new SlashCommandBuilder()
    .setName('start')
    .setDescription('Arm an account')
    .addStringOption((option) =>
      option
        .setName('account')
        .setDescription('Which account')
        .setRequired(true)
        .addChoices({ name: '25k', value: '25k' }, { name: '2k', value: '2k' }),
    )
    .addStringOption((option) =>
      option
        .setName('structure')
        .setDescription('What to sell')
        .addChoices({ name: 'Short put', value: 'short_put' }, { name: 'Put spread', value: 'put_spread' }),
    ),
  new SlashCommandBuilder()
    .setName('trade')
    .setDescription('Show a trade')
    .addStringOption((option) =>
      option.setName('id').setDescription('Which trade').setRequired(true).setAutocomplete(true),
    ),
  new SlashCommandBuilder().setName('report').setDescription('The day in a picture'),
  new SlashCommandBuilder().setName('secret').setDescription('Something for you alone'),
  new SlashCommandBuilder().setName('card').setDescription('A card of the second kind'),
  new SlashCommandBuilder().setName('pin').setDescription('A pinned card with a picture'),
  new SlashCommandBuilder().setName('mute').setDescription('Never answers'),
]

const CHART = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="360"><rect width="800" height="360" fill="#1e1f24"/>
<path d="M40 300L160 260 300 280 420 160 560 190 760 60" stroke="#3ecf8e" stroke-width="4" fill="none"/></svg>`
/** As long as what the desk says of its charts. */
export const ALT =
  'Net P&L of the day: +$212.40 against a target of +$341.77 and a daily limit of $1,500.00. ' +
  'Sold 09:46:00 at $1.48, closed 10:12:31 at $1.31, net +$212.40. Lowest −$96.00, highest +$260.15.'
/** Drawn before anybody waits for an answer: the first picture reads all fonts of the machine, which may take seconds. */
const CHART_PNG = Buffer.from(new Resvg(CHART).render().asPng())
const chart = () => new AttachmentBuilder(CHART_PNG, { name: 'chart.png', description: ALT })

/** Logs in and registers; resolves once the bot answers commands. */
export async function startSampleBot(apiUrl: string): Promise<Client<true>> {
  const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: apiUrl } })
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve))
  client.on(Events.InteractionCreate, (interaction) => {
    const answered = interaction.isChatInputCommand()
      ? onCommand(interaction)
      : interaction.isAutocomplete()
        ? interaction.respond([
            { name: '#1 632 P', value: 't-1' },
            { name: '#2 630 P', value: 't-2' },
          ])
        : interaction.isButton()
          ? onButton(interaction)
          : interaction.isStringSelectMenu()
            ? onSelect(interaction)
            : interaction.isModalSubmit()
              ? onModal(interaction)
              : Promise.resolve()
    answered.catch((error: unknown) => client.emit(Events.Error, error as Error))
  })
  await client.login(BOT_TOKEN)
  const bot = await ready
  await bot.application.commands.set(
    COMMANDS.map((command) => command.toJSON()),
    GUILD_ID,
  )
  return bot
}

async function onCommand(interaction: ChatInputCommandInteraction): Promise<void> {
  switch (interaction.commandName) {
    case 'start':
      await interaction.deferReply()
      await interaction.editReply(startAnswer(interaction))
      return
    case 'trade':
      await interaction.reply(`Trade **${interaction.options.getString('id', true)}** <t:1784295000:R>`)
      return
    case 'report':
      await interaction.reply({
        embeds: [new EmbedBuilder().setTitle('Report').setImage('attachment://chart.png').setColor(0xf0b232)],
        files: [chart(), new AttachmentBuilder(Buffer.from('{"netPnlCents":21240}'), { name: 'report.json' })],
      })
      return
    case 'secret':
      await interaction.reply({ content: 'Between us: `42`', flags: MessageFlags.Ephemeral })
      return
    case 'pin': {
      await interaction.deferReply({ flags: MessageFlags.Ephemeral })
      await pinLive(interaction)
      await interaction.editReply('Pinned.')
      return
    }
    case 'card':
      await interaction.reply({ components: [card()], flags: MessageFlags.IsComponentsV2 })
      return
  }
}

function startAnswer(interaction: ChatInputCommandInteraction) {
  const account = interaction.options.getString('account', true)
  const structure = interaction.options.getString('structure') ?? 'auto'
  const button = (id: string, label: string, style: ButtonStyle) =>
    new ButtonBuilder().setCustomId(id).setLabel(label).setStyle(style)
  return {
    embeds: [
      new EmbedBuilder()
        .setTitle(`Session started: ${account}`)
        .setDescription('Armed by **Olivia**. Stop it with `/stop`.\n- one contract\n- until the close')
        .addFields(
          { name: 'Structure', value: structure, inline: true },
          { name: 'Target', value: '+$341.77', inline: true },
          { name: 'True maximum loss', value: '−$62,940 (251.8 %)', inline: true },
        )
        .setColor(0x5865f2)
        .setFooter({ text: 'SIM seed 7 · feed #1' })
        .setTimestamp(),
    ],
    components: [
      new ActionRowBuilder<ButtonBuilder>().addComponents(
        button('refresh', 'Refresh', ButtonStyle.Primary),
        button('review', 'Review', ButtonStyle.Secondary),
        button('thread', 'Discuss', ButtonStyle.Success),
      ),
      new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
        new StringSelectMenuBuilder()
          .setCustomId('tag')
          .setPlaceholder('Tag this trade')
          .addOptions(
            { label: 'Late entry', value: 'late', description: 'After the signal' },
            { label: 'By the plan', value: 'plan' },
          ),
      ),
    ],
  }
}

const card = () =>
  new ContainerBuilder()
    .setAccentColor(0x3ecf8e)
    .addTextDisplayComponents((text) => text.setContent('## 25k · HOLDING\nNet **+$11.00**'))
    .addSeparatorComponents((separator) => separator.setDivider(true))
    .addSectionComponents((section) =>
      section
        .addTextDisplayComponents((text) => text.setContent('SPY 632 P × 1'))
        .setButtonAccessory((button) =>
          button.setCustomId('refresh').setLabel('Details').setStyle(ButtonStyle.Secondary),
        ),
    )

/** A live card like the desk's: pinned, then edited in place. */
async function pinLive(interaction: ChatInputCommandInteraction): Promise<void> {
  if (!interaction.channel?.isSendable()) throw new Error('expected the desk channel')
  const live = (net: string) => ({
    embeds: [
      new EmbedBuilder().setTitle('25k · HOLDING').setDescription(`Net **${net}**`).setImage('attachment://chart.png'),
    ],
  })
  const message = await interaction.channel.send({ ...live('+$11.00'), files: [chart()] })
  await message.pin()
  await message.edit(live('+$57.00'))
}

async function onButton(interaction: ButtonInteraction): Promise<void> {
  if (interaction.customId === 'refresh') {
    await interaction.reply({ content: 'Refreshed.', flags: MessageFlags.Ephemeral })
  } else if (interaction.customId === 'thread') {
    const { message } = interaction
    const thread = message.thread ?? (await message.startThread({ name: 'Trade 1' }))
    await thread.send('What do you think?')
    await interaction.deferUpdate()
  } else if (interaction.customId === 'review') {
    const grade = new StringSelectMenuBuilder()
      .setCustomId('grade')
      .setPlaceholder('1 to 5')
      .addOptions(['1', '2', '3', '4', '5'].map((value) => ({ label: value, value })))
    const exit = new StringSelectMenuBuilder()
      .setCustomId('exit')
      .addOptions({ label: 'As before: 3', value: '3', default: true }, { label: '5', value: '5' })
    const note = new TextInputBuilder().setCustomId('note').setStyle(TextInputStyle.Paragraph)
    await interaction.showModal(
      new ModalBuilder()
        .setCustomId('review-form')
        .setTitle('Review of trade 1')
        .addLabelComponents(
          new LabelBuilder().setLabel('Entry').setDescription('How good was it?').setStringSelectMenuComponent(grade),
          new LabelBuilder().setLabel('Exit').setStringSelectMenuComponent(exit),
          new LabelBuilder().setLabel('Note').setTextInputComponent(note),
        ),
    )
  }
}

async function onSelect(interaction: StringSelectMenuInteraction): Promise<void> {
  await interaction.update({ content: `Tagged ${interaction.values.join(', ')}` })
}

async function onModal(interaction: ModalSubmitInteraction): Promise<void> {
  const [grade] = interaction.fields.getStringSelectValues('grade')
  const [exit] = interaction.fields.getStringSelectValues('exit')
  await interaction.reply(`Noted: ${interaction.fields.getTextInputValue('note')}, entry ${grade}, exit ${exit}`)
}
