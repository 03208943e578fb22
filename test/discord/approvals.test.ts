/** Two persons decide in the channel: real bot, worker and store, people at the page. */
import type { APIMessage } from 'discord.js'
import { afterEach, describe, expect, it } from 'vitest'
import { AMIR, APPROVER_ROLE_ID, OLIVIA, OPERATOR_ROLE_ID, VERA } from '../../src/sim/discord/fixtures.ts'
import { startTestChat, type TestChat, type TestChatOptions } from '../support/chat-in-test.ts'
import { ChatUser, controlsOf, isEphemeral, textOf } from '../support/chat-user.ts'
import { startTestDesk, type TestDesk } from '../support/desk-in-test.ts'
import { eventually, until } from '../support/waits.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

interface Halted {
  readonly desk: TestDesk
  readonly chat: TestChat
  readonly accountId: string
  person(id: string): Promise<ChatUser>
  mode(): Promise<string>
  events(type: string): Promise<readonly { readonly type: string }[]>
}

/** An account that was halted. */
async function halted(chatOptions: TestChatOptions = {}, approvalExpires_ms?: number): Promise<Halted> {
  const desk = await startTestDesk({
    source: { kind: 'seed', seed: '7', startDate: '2026-11-23' },
    paused: true,
    ...(approvalExpires_ms === undefined ? {} : { approvalExpires_ms }),
  })
  open.push(desk)
  await desk.addWorker()
  const chat = await startTestChat(desk, chatOptions)
  open.push(chat)
  await desk.start('25k')
  await desk.control('HALTED')
  const [account] = await desk.store.reader.accounts()
  const accountId = account?.accountId ?? ''
  const campaign = async () => {
    const { value } = await desk.store.sessions.campaign(accountId)
    if (value === null) throw new Error('expected a campaign')
    return value
  }
  return {
    desk,
    chat,
    accountId,
    async person(id) {
      const user = await ChatUser.connect(chat.sim.url, id)
      open.push(user)
      return user
    },
    mode: async () => (await campaign()).control.mode,
    async events(type) {
      const entries = await desk.store.sessions.journal(accountId, (await campaign()).session.date)
      return entries.map(({ event }) => event).filter((event) => event.type === type)
    },
  }
}

const saw = (user: ChatUser, text: string): Promise<APIMessage> =>
  user.waitFor((message) => textOf(message).includes(text))

async function askToResume({ chat }: Halted): Promise<APIMessage> {
  await chat.olivia.slash('resume', { account: '25k', reason: 'looked at it' })
  return saw(chat.olivia, 'Needs a second person: Resume 25k after a halt')
}

describe('resuming after a halt', () => {
  it('is approved by somebody else, once, whoever else presses and however often', async () => {
    const made = await halted()
    const card = await askToResume(made)
    expect(card.content).toBe(`<@&${APPROVER_ROLE_ID}>`)
    expect(textOf(card)).toContain('Asked for by **Olivia**: looked at it')
    expect(controlsOf(card).map(({ label }) => label)).toEqual(['Approve', 'Deny'])
    const [amir, vera] = [await made.person(AMIR.id), await made.person(VERA.id)]

    for (const user of [made.chat.olivia, vera]) {
      await user.press(card, 'Approve')
      const denial = await saw(user, 'This needs an approver role')
      expect(isEphemeral(denial)).toBe(true)
    }
    await vera.press(card, 'Deny')
    await saw(vera, 'an operator or approver role')
    expect(await made.mode()).toBe('HALTED')

    await Promise.all([amir.press(card, 'Approve'), amir.press(card, 'Approve')])
    await saw(amir, '25k may open again')
    await saw(amir, 'This was approved by Amir already')
    const rewritten = await saw(vera, 'Approved: Resume 25k after a halt')
    expect(rewritten.id).toBe(card.id)
    expect(controlsOf(rewritten)).toEqual([])
    await saw(vera, 'Resumed: 25k\nBy **Olivia**, approved by **Amir**')
    await eventually('the card to say that it was done', async () =>
      vera.messages().some(({ id, embeds }) => id === card.id && JSON.stringify(embeds).includes('Done:'))
        ? true
        : null,
    )
    expect(await made.mode()).toBe('ACTIVE')
    expect(await made.events('approval_decided')).toHaveLength(1)
    expect(await made.events('approval_applied')).toHaveLength(1)
  })

  it('is not approved by whoever asked; who is alone hears what to do, and may take it back', async () => {
    const made = await halted({ discord: { approverRoleIds: [OPERATOR_ROLE_ID, APPROVER_ROLE_ID] } })
    const card = await askToResume(made)
    await made.chat.olivia.press(card, 'Approve')
    const refusal = await saw(made.chat.olivia, 'You asked for it, so another approver has to decide')
    expect(textOf(refusal)).toContain('give one of the approver roles to a second person')
    await made.chat.olivia.press(card, 'Deny')
    await saw(made.chat.olivia, 'Withdrawn: Resume 25k')
    expect(await made.mode()).toBe('HALTED')
  })

  it('expires to a no, which is shown, and is not decided after that', async () => {
    const made = await halted({}, 400)
    const card = await askToResume(made)
    const customId = controlsOf(card)[0]?.customId ?? ''
    const amir = await made.person(AMIR.id)
    const expired = await saw(amir, 'Expired: Resume 25k after a halt')
    expect(expired.id).toBe(card.id)
    expect(controlsOf(expired)).toEqual([])
    expect(customId).toMatch(/^approve:[0-9a-f]{12}-\d+$/)
    expect(await made.events('approval_decided')).toMatchObject([{ decision: 'expired', actor: null }])
    expect(await made.mode()).toBe('HALTED')
    // It may be asked for again.
    await made.chat.olivia.slash('resume', { account: '25k' })
    await eventually('another request', async () =>
      (await made.events('approval_requested')).length === 2 ? true : null,
    )
  })

  it('a bot that was killed between decision and effect is made up for by the next one', async () => {
    const made = await halted()
    const card = await askToResume(made)
    const [request] = await made.events('approval_requested')
    const approvalId = String((request as unknown as { approvalId: string }).approvalId)
    const campaign = (await made.desk.store.sessions.campaign(made.accountId)).value
    if (campaign === null) throw new Error('expected a campaign')
    // The decision is all that the dead bot did.
    await made.desk.store.sessions.commit({
      accountId: made.accountId,
      profile: '25k',
      source: campaign.source,
      date: campaign.session.date,
      atMarket_ms: campaign.session.open_ms,
      atWall_ms: Date.now(),
      events: [
        {
          type: 'approval_decided',
          approvalId,
          decision: 'approved',
          actor: { id: AMIR.id, name: 'Amir', via: 'discord' },
        },
      ],
      epoch: null,
      session: null,
      campaign: null,
      openGuard: null,
      once: `decided-${approvalId}`,
    })
    await made.chat.restartBot()
    await until('the effect', async () => (await made.mode()) === 'ACTIVE')
    await saw(made.chat.olivia, 'Done: 25k may open again')
    const posts = made.chat.olivia.messages().filter((message) => textOf(message).includes('Resume 25k after a halt'))
    expect(posts.map(({ id }) => id)).toEqual([card.id])
  })
})

describe("a day's limit", () => {
  it('is raised by two persons, and the commands leave a line in the journal each, denials too', async () => {
    const made = await halted()
    const [amir, vera] = [await made.person(AMIR.id), await made.person(VERA.id)]
    const { olivia } = made.chat
    await vera.slash('limit', { account: '25k', name: 'max_daily_loss', value: 2000 })
    await saw(vera, 'This needs an operator role')
    await olivia.slash('limit', { account: '25k', name: 'max_daily_loss', value: 20_000 })
    await saw(olivia, 'Expected $1 to $3,000')
    await olivia.slash('limit', { account: '25k', name: 'max_daily_loss', value: 2000, reason: 'a calm day' })
    const card = await saw(olivia, 'Raise a limit of 25k for Mon 23 Nov 2026')
    expect(textOf(card)).toContain('$1,500.00 → $2,000.00')
    await amir.press(card, 'Approve')
    const post = await saw(olivia, 'Limit raised for Mon 23 Nov 2026')
    expect(textOf(post)).toContain('by **Olivia** (a calm day), approved by **Amir**')
    const { value } = await made.desk.store.sessions.campaign(made.accountId)
    expect(value?.dayLimits).toMatchObject({ date: '2026-11-23', values: { max_daily_loss: 2000 } })
    const [effective, view] = await Promise.all([
      made.desk.store.reader.config(made.accountId),
      made.desk.store.reader.status(made.accountId),
    ])
    expect(effective).toMatchObject({
      dayLimits: { max_daily_loss: 2000 },
      strategy: { profile: { maxDailyLoss: 2000 } },
    })
    expect(view?.plan.maxDailyLossCents).toBe(200_000)
    const lines = await eventually('four audit lines', async () => {
      const found = await made.events('command_audited')
      return found.length === 4 ? found : null
    })
    const limit = { account: '25k', name: 'max_daily_loss' }
    expect(lines).toMatchObject([
      { actor: { id: VERA.id }, what: '/limit', outcome: 'denied', code: 'not_permitted', options: limit },
      { actor: { id: OLIVIA.id }, outcome: 'refused', code: 'bad_option', options: { ...limit, value: '20000' } },
      { actor: { id: OLIVIA.id }, outcome: 'done', code: null, options: { ...limit, reason: 'a calm day' } },
      { actor: { id: AMIR.id }, what: 'approve', outcome: 'done' },
    ])
  })
})

describe('a critical post', () => {
  it('is acknowledged once, and says by whom', async () => {
    const made = await halted()
    const post = await saw(made.chat.olivia, 'Halted: 25k')
    expect(post.content).toBe(`<@&${OPERATOR_ROLE_ID}>`)
    const [amir, vera] = [await made.person(AMIR.id), await made.person(VERA.id)]
    await vera.press(post, 'Acknowledge')
    await saw(vera, 'This needs an operator or approver role')
    await Promise.all([amir.press(post, 'Acknowledge'), made.chat.olivia.press(post, 'Acknowledge')])
    const rewritten = await vera.waitFor((message) => message.id === post.id && message.edited_timestamp !== null)
    expect(textOf(rewritten)).toMatch(/Acknowledged\nBy \*\*(Amir|Olivia)\*\*, /)
    expect(controlsOf(rewritten)).toEqual([])
    expect(await made.events('alert_acknowledged')).toHaveLength(1)
  })
})
