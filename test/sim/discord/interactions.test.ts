import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
  UserSelectMenuBuilder,
} from 'discord.js'
import { expect, test } from 'vitest'
import { AMIR, CHANNEL_ID, OLIVIA, OPERATOR_ROLE_ID, VERA } from '../../../src/sim/discord/fixtures.ts'
import { textOf } from '../../support/chat-user.ts'
import { desk } from './desk.ts'
import { startUser } from './support.ts'

test('a slash command carries guild, channel, member, roles and typed options, and its reply says who used it', async () => {
  const seen: unknown[] = []
  const { user } = await desk(async (i) => {
    if (!i.isChatInputCommand() || !i.inCachedGuild()) return
    seen.push(
      i.channelId,
      i.member.roles.cache.has(OPERATOR_ROLE_ID),
      i.user.id,
      i.memberPermissions.has('SendMessages'),
    )
    seen.push(i.options.getString('account', true), i.options.getInteger('days'), i.appPermissions.has('AttachFiles'))
    await i.reply('Armed')
  })
  const outcome = await user.slash('start', { account: '25k', days: 3 })
  expect(outcome.state).toBe('done')
  expect(seen).toEqual([CHANNEL_ID, true, OLIVIA.id, true, '25k', 3, true])
  const reply = await user.waitFor((message) => message.content === 'Armed')
  expect(reply.interaction_metadata?.user?.id).toBe(OLIVIA.id)
  expect(reply.type).toBe(20)
})

test('deferred, edited, followed up, read back and deleted: each by the interaction’s token', async () => {
  const steps: string[] = []
  const { user } = await desk(async (i) => {
    if (!i.isChatInputCommand()) return
    const deferred = await i.deferReply({ withResponse: true })
    steps.push(`loading ${deferred.interaction.responseMessageLoading}`)
    await i.editReply('first')
    const follow = await i.followUp('second')
    await follow.edit('second, edited')
    steps.push((await i.fetchReply()).content)
    await i.editReply('third')
    await i.deleteReply(follow)
    steps.push('end')
  })
  const outcome = await user.slash('start', { account: '2k' })
  expect(outcome.state).toBe('thinking')
  await expect.poll(() => steps).toEqual(['loading true', 'first', 'end'])
  const messages = user.messages()
  expect(messages.map((message) => message.content)).toEqual(['third'])
  expect((messages[0]?.flags ?? 0) & MessageFlags.Loading).toBe(0)
  const states = user.frames.flatMap((f) => (f.type === 'interaction_state' ? [f.state] : []))
  expect(states).toEqual(['pending', 'thinking', 'done'])
})

test('a follow-up right after a deferral fills the deferred answer and keeps it ephemeral', async () => {
  const { sim, user } = await desk(async (i) => {
    if (!i.isChatInputCommand()) return
    await i.deferReply({ flags: MessageFlags.Ephemeral })
    await i.followUp({ content: 'only for you' })
  })
  const other = await startUser(sim, AMIR.id)
  await user.slash('start', { account: '2k' })
  const answer = await user.waitFor((message) => message.content === 'only for you')
  expect((answer.flags ?? 0) & MessageFlags.Ephemeral).toBe(MessageFlags.Ephemeral)
  expect(user.messages()).toHaveLength(1)
  expect(other.messages()).toHaveLength(0)
  expect((await startUser(sim, AMIR.id)).messages()).toHaveLength(0)
  expect((await startUser(sim, OLIVIA.id)).messages()).toHaveLength(1)
})

test('an ephemeral message can be pressed and updated by the person who sees it', async () => {
  const row = new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId('yes').setLabel('Confirm').setStyle(ButtonStyle.Success),
  )
  const { user } = await desk(async (i) => {
    if (i.isChatInputCommand()) await i.reply({ content: 'Sure?', components: [row], flags: MessageFlags.Ephemeral })
    if (i.isButton()) await i.update({ content: `${i.customId} by ${i.user.username}`, components: [] })
  })
  await user.slash('start', { account: '2k' })
  const question = await user.waitFor((message) => message.content === 'Sure?')
  expect((await user.press(question, 'Confirm')).state).toBe('done')
  const answer = await user.waitFor((message) => message.content === 'yes by olivia')
  expect(answer.id).toBe(question.id)
  expect(answer.components).toEqual([])
})

test('buttons and selects: deferred update, reply, values; what is gone or disabled is refused', async () => {
  const row = (isDisabled: boolean) =>
    new ActionRowBuilder<ButtonBuilder>().addComponents(
      new ButtonBuilder()
        .setCustomId('ack')
        .setLabel('Acknowledge')
        .setStyle(ButtonStyle.Danger)
        .setDisabled(isDisabled),
    )
  const menu = new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
    new StringSelectMenuBuilder()
      .setCustomId('tags')
      .setMinValues(1)
      .setMaxValues(2)
      .addOptions({ label: 'A', value: 'a' }, { label: 'B', value: 'b' }, { label: 'C', value: 'c' }),
  )
  const { user } = await desk(async (i) => {
    if (i.isChatInputCommand()) await i.reply({ content: 'Alert', components: [row(false), menu] })
    if (i.isButton()) {
      await i.deferUpdate()
      await i.editReply({ content: 'Acknowledged', components: [row(true), menu] })
    }
    if (i.isStringSelectMenu()) await i.reply(`tags ${i.values.join('+')}`)
  })
  await user.slash('start', { account: '2k' })
  const alert = await user.waitFor((message) => message.content === 'Alert')
  await user.choose(alert, 'tags', ['a', 'c'])
  const reply = await user.waitFor((message) => message.content === 'tags a+c')
  expect(reply.message_reference?.message_id).toBe(alert.id)
  await expect(user.choose(alert, 'tags', ['a', 'b', 'c'])).rejects.toThrow('Choose 1 to 2, got 3')
  await expect(user.choose(alert, 'tags', ['z'])).rejects.toThrow('"z" is not one of the choices')
  await user.press(alert, 'Acknowledge')
  await user.waitFor((message) => message.content === 'Acknowledged')
  await expect(user.press(alert, 'ack')).rejects.toThrow('disabled')
})

test('a modal goes round: rows and labels, values back, its answer updates the message it came from', async () => {
  const modal = new ModalBuilder()
    .setCustomId('review')
    .setTitle('Review')
    .addComponents(
      new ActionRowBuilder<TextInputBuilder>().addComponents(
        new TextInputBuilder().setCustomId('note').setLabel('Note').setStyle(TextInputStyle.Paragraph).setMinLength(3),
      ),
    )
    .addLabelComponents(
      new LabelBuilder()
        .setLabel('Verdict')
        .setStringSelectMenuComponent(
          new StringSelectMenuBuilder()
            .setCustomId('verdict')
            .addOptions({ label: 'Good', value: 'good' }, { label: 'Bad', value: 'bad' }),
        ),
      new LabelBuilder()
        .setLabel('With')
        .setUserSelectMenuComponent(new UserSelectMenuBuilder().setCustomId('with').setRequired(false).setMaxValues(2)),
    )
  const row = new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId('open').setLabel('Review').setStyle(ButtonStyle.Primary),
  )
  const { user } = await desk(async (i) => {
    if (i.isChatInputCommand()) await i.reply({ content: 'Trade', components: [row] })
    if (i.isButton()) await i.showModal(modal)
    if (i.isModalSubmit() && i.isFromMessage()) {
      const [verdict] = i.fields.getStringSelectValues('verdict')
      const others = i.fields.getSelectedUsers('with')?.map((user) => user.displayName) ?? []
      await i.update(`Reviewed: ${verdict}, ${i.fields.getTextInputValue('note')}, with ${others.join(' and ')}`)
    }
  })
  await user.slash('start', { account: '2k' })
  const card = await user.waitFor((message) => message.content === 'Trade')
  const { modal: opened } = await user.press(card, 'Review')
  if (opened === null) throw new Error('expected a modal')
  expect(opened.data.title).toBe('Review')
  await expect(user.submit(opened, { note: 'ok', verdict: 'good' })).rejects.toThrow('Note: expected 3 to 4000')
  await expect(user.submit(opened, { verdict: 'good' })).rejects.toThrow('Note: this field is required')
  await expect(
    user.submit(opened, { note: 'fine', verdict: 'good', with: [AMIR.id, VERA.id, OLIVIA.id] }),
  ).rejects.toThrow('Choose')
  await user.submit(opened, { note: 'clean exit', verdict: 'good', with: [AMIR.id, VERA.id] })
  const reviewed = await user.waitFor((message) => message.content === 'Reviewed: good, clean exit, with Amir and Vera')
  expect(reviewed.id).toBe(card.id)
  await expect(user.submit(opened, { note: 'again', verdict: 'bad' })).rejects.toThrow('expired')
})

test('autocomplete answers with choices while a person types', async () => {
  const { user } = await desk(async (i) => {
    if (!i.isAutocomplete()) return
    const focused = i.options.getFocused(true)
    await i.respond(
      [1, 2].map((n) => ({ name: `${focused.name} ${focused.value}${n}`, value: `${focused.value}${n}` })),
    )
  })
  expect(await user.complete('trade', { id: 'T' }, 'id')).toEqual([
    { name: 'id T1', value: 'T1' },
    { name: 'id T2', value: 'T2' },
  ])
})

test('files come with answers, are served, and edits replace them', async () => {
  const { user } = await desk(async (i) => {
    if (!i.isChatInputCommand()) return
    await i.deferReply()
    const chart = new AttachmentBuilder(Buffer.from('chart'), { name: 'chart.png', description: 'P&L' })
    const json = new AttachmentBuilder(Buffer.from('{"a":1}'), { name: 'report.json' })
    await i.editReply({ embeds: [{ title: 'Day', image: { url: 'attachment://chart.png' } }], files: [chart, json] })
  })
  await user.slash('start', { account: '2k' })
  const report = await user.waitFor((message) => textOf(message).includes('Day'))
  expect(report.attachments.map((item) => item.filename)).toEqual(['report.json'])
  const image = report.embeds[0]?.image?.url ?? ''
  expect(await (await fetch(image)).text()).toBe('chart')
  expect(await (await fetch(report.attachments[0]?.url ?? '')).json()).toEqual({ a: 1 })
})
