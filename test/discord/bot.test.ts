import { describe, expect, it } from 'vitest'
import { DEFINITIONS } from '../../commands/index.ts'
import { status, statusRefresh } from '../../commands/status.ts'
import {
  AMIR,
  BOT_TOKEN,
  CHANNEL_ID,
  CHANNEL_OTHER_ID,
  OLIVIA,
  OPERATOR_ROLE_ID,
  VERA,
} from '../../src/sim/discord/fixtures.ts'
import { StoreUnreachable } from '../../src/store/port.ts'
import { closing, desk, person, postAsBot, SeenFiles, saw } from '../support/bot-bench.ts'
import { startSim } from '../support/bot-in-test.ts'
import { isEphemeral, textOf } from '../support/chat-user.ts'
import { DATE } from '../support/desk-samples.ts'

describe('the bot in the channel', () => {
  it('registers its commands, with account as the first option of /start', async () => {
    const { user } = await desk()
    const names = await user.until(
      () => (user.commands.length === DEFINITIONS.length ? user.commands : undefined),
      'all commands',
    )
    expect(names.map(({ name }) => name).sort()).toEqual([
      'audit',
      'backtest',
      'config',
      'drill',
      'health',
      'help',
      'limit',
      'pause',
      'report',
      'resume',
      'review',
      'start',
      'status',
      'stop',
      'trade',
      'trades',
      'validate',
      'verdict',
      'what-if',
      'why',
    ])
    expect(names.find(({ name }) => name === 'start')?.options.map(({ name, required }) => [name, required])).toEqual([
      ['account', true],
      ['structure', false],
      ['confirm', false],
    ])
  })

  it('/start hands the job to the worker, with who asked, and says what happens next and where', async () => {
    const { bot, user } = await desk()
    const used = await user.slash('start', { account: '25k', structure: 'put_spread' })
    const reply = await saw(user, '25k started')
    expect(textOf(reply)).toContain(`Armed 25k.\nThe plan and all that follows is posted in <#${CHANNEL_ID}>`)
    expect(textOf(reply)).not.toContain('True max loss')
    expect(bot.commands.jobs).toMatchObject([
      {
        kind: 'start',
        id: used.interactionId,
        profile: '25k',
        structure: 'put_spread',
        actor: { id: OLIVIA.id, name: OLIVIA.globalName, via: 'discord' },
      },
    ])
  })

  it('/start shows a refusal with its code and numbers', async () => {
    const refusal = {
      code: 'already_running' as const,
      message: '25k is running already; `/stop` it first.',
      numbers: { session: DATE },
    }
    const { user } = await desk({ answer: { ok: false, refusal } })
    await user.slash('start', { account: '25k' })
    const reply = await saw(user, '25k is running already')
    expect(textOf(reply)).toContain('Already running')
    expect(textOf(reply)).toContain(DATE)
  })

  it('/start says that the answer comes later when no worker answers', async () => {
    const { user } = await desk({ answer: 'pending' })
    await user.slash('start', { account: '25k' })
    await saw(user, 'The worker has not answered `/start` yet')
  })

  it('/stop hands over the account, or none when it was left out', async () => {
    const { bot, user } = await desk({ answer: { ok: true, accountId: 'a', message: 'Stopping 25k.', plan: null } })
    await user.slash('stop')
    await user.slash('stop', { account: '2k' })
    await saw(user, 'Stopping 25k.')
    await user.until(() => bot.commands.jobs.length === 2, 'two jobs')
    expect(bot.commands.jobs.map((job) => job.profile)).toEqual([null, '2k'])
  })

  it('/status shows the position, distances, gates and health, to who asked only, and refreshes in place', async () => {
    const { bot, user } = await desk()
    const others = await person(bot, VERA.id)
    await user.slash('status')
    const reply = await saw(user, 'holding a position')
    const text = textOf(reply)
    expect(text).toContain('−25 × SPY 742P / 737P')
    expect(text).toContain('To the stop\n$410.00\n$0.164 a share, at mid $1.564')
    expect(text).toContain('To the target\n$1,875.00\n$0.750 a share, at mid $0.65')
    expect(text).toContain('volatility estimate too high: 27.1, limit 25.0')
    expect(text).toContain('🔴 options')
    expect(isEphemeral(reply)).toBe(true)
    await user.press(reply, 'Refresh')
    await user.until(() => user.messages().find((m) => m.id === reply.id && m.edited_timestamp !== null), 'an edit')
    expect(others.messages().some((message) => textOf(message).includes('holding a position'))).toBe(false)
  })

  it('/report shows the day with chart and alternative text, and the report as a JSON file', async () => {
    const files = new SeenFiles()
    const { user } = await desk({ middleware: [files.middleware] }, VERA.id)
    await user.slash('report', { account: '25k', date: DATE })
    const reply = await saw(user, 'Fri 17 Jul 2026: +$1,310.00')
    const picture = await fetch(reply.embeds[0]?.image?.url ?? '')
    expect(picture.headers.get('content-type')).toBe('image/png')
    expect(files.descriptions[0]).toContain('+$1,310.00 against a target of +$341.77')
    const [json] = reply.attachments
    expect(json?.filename).toBe('phase4d-sim-25k-2026-07-17.json')
    const file = await (await fetch(json?.url ?? '')).json()
    expect(file).toMatchObject({ schema: 'phase4d.day/4', date: DATE, netPnlCents: 131_000 })
  })

  it('/verdict says the word with its chart, the whole text and the document', async () => {
    const { user } = await desk({}, VERA.id)
    await user.slash('verdict', { account: '25k' })
    const reply = await saw(user, 'INSUFFICIENT after 1 trading day')
    expect(textOf(reply)).toContain('Phase 1: ')
    const picture = await fetch(reply.embeds[0]?.image?.url ?? '')
    expect(picture.headers.get('content-type')).toBe('image/png')
    const [text, json] = reply.attachments
    expect(await (await fetch(text?.url ?? '')).text()).toContain('Success criteria')
    const document = await (await fetch(json?.url ?? '')).json()
    expect(document).toMatchObject({ schema: 'phase4d.verdict/1', word: 'INSUFFICIENT', counts: { days: 1 } })
    await user.slash('verdict', { source: 'PAPER' })
    await saw(user, 'No day has ended yet of PAPER')
  })

  it('/report completes dates from memory and says what to do about one without a session', async () => {
    const { user } = await desk()
    const choices = await user.until(
      () => user.commands.length > 0 && user.complete('report', { account: '25k', date: '' }, 'date'),
      'choices',
    )
    expect(choices.map(({ value }) => value)).toEqual(['week', 'month', DATE, '2026-07-16', '2026-07-15'])
    expect(await user.complete('report', { account: '25k', date: '16 jul' }, 'date')).toHaveLength(1)
    await user.slash('report', { date: '2026-07-10' })
    await saw(user, 'No session on Fri 10 Jul 2026')
    await user.slash('report', { date: 'week' })
    const week = await saw(user, 'Mon 13 Jul 2026 to Sun 19 Jul 2026: +$1,310.00')
    expect(week.attachments.map(({ filename }) => filename)).toEqual(['phase4d-sim-25k-2026-07-13-2026-07-19.json'])
    const lasts = await user.complete('report', { account: '25k', date: '2026-07-16', to: '' }, 'to')
    expect(lasts.map(({ value }) => value)).toEqual([DATE, '2026-07-16', '2026-07-15'])
    await user.slash('report', { date: '2026-07-16', to: DATE })
    const range = await saw(user, 'Thu 16 Jul 2026 to Fri 17 Jul 2026')
    expect(range.attachments.map(({ filename }) => filename)).toEqual(['phase4d-sim-25k-2026-07-16-2026-07-17.json'])
    await user.slash('report', { date: '2026-07-01', to: '2026-07-02' })
    await saw(user, 'No session from Wed 1 Jul 2026 to Thu 2 Jul 2026')
  })

  it('answers in every channel of its list', async () => {
    const { bot, user } = await desk({ discord: { channelIds: [CHANNEL_ID, CHANNEL_OTHER_ID] } })
    await user.slash('start', { account: '25k' }, CHANNEL_OTHER_ID)
    await user.waitFor((message) => textOf(message).includes('25k started'), { channelId: CHANNEL_OTHER_ID })
    expect(bot.commands.jobs).toHaveLength(1)
  })

  it('answers in a thread of its channel, also in one that was archived before it came', async () => {
    const sim = closing(await startSim())
    await postAsBot(sim.apiUrl, [{ type: 2, style: 2, label: 'Look', custom_id: 'status:all' }])
    const olivia = await person({ sim }, OLIVIA.id)
    const { id } = await olivia.waitFor(({ content }) => content === 'old')
    const asBot = (method: string, path: string, body: object) =>
      fetch(`${sim.apiUrl}/v10/channels/${path}`, {
        method,
        headers: { authorization: `Bot ${BOT_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect((await asBot('POST', `${CHANNEL_ID}/messages/${id}/threads`, { name: 'a trade' })).status).toBe(201)
    const button = { type: 2, style: 2, label: 'Again', custom_id: 'status:all' }
    const asked = { content: 'in the thread', components: [{ type: 1, components: [button] }] }
    expect((await asBot('POST', `${id}/messages`, asked)).status).toBe(200)
    expect((await asBot('PATCH', id, { archived: true })).status).toBe(200)
    const shown = { ...statusRefresh, answer: 'ephemeral' as const }
    await desk({ sim, handlers: { commands: [status], buttons: [shown], modals: [] } })
    const message = await olivia.waitFor(({ content }) => content === 'in the thread', { channelId: id })
    await olivia.press(message, 'Again')
    await olivia.waitFor((found) => textOf(found).includes('holding a position'), { channelId: id })
  })
})

describe('what the bot refuses', () => {
  it('starting and stopping by anybody but an operator, and tells them alone', async () => {
    for (const { id } of [VERA, AMIR]) {
      const { bot, user } = await desk({}, id)
      await user.slash('start', { account: '25k' })
      const denial = await saw(user, 'an operator role')
      expect(isEphemeral(denial)).toBe(true)
      await user.slash('stop')
      expect(bot.commands.jobs).toEqual([])
    }
  })

  it('work in another channel, naming the right one', async () => {
    const { bot, user } = await desk()
    await user.slash('start', { account: '25k' }, CHANNEL_OTHER_ID)
    await saw(user, `<#${CHANNEL_ID}>`)
    expect(bot.commands.jobs).toEqual([])
  })

  it('a button pressed by somebody without its role, whatever the command allowed', async () => {
    const shown = { ...status, visibility: 'public' as const }
    const handlers = { commands: [shown], buttons: [{ ...statusRefresh, authority: 'operate' as const }], modals: [] }
    const { user } = await desk({ handlers }, VERA.id)
    await user.slash('status')
    await user.press(await saw(user, 'holding a position'), 'Refresh')
    const denial = await saw(user, 'an operator role')
    expect(isEphemeral(denial)).toBe(true)
  })

  it('views and completions to people without a viewer role', async () => {
    const { bot, user } = await desk({ discord: { viewerRoleIds: [OPERATOR_ROLE_ID] } }, VERA.id)
    expect(await user.complete('report', { date: '' }, 'date')).toEqual([])
    const refused = bot.log.map((row) => JSON.parse(row)).filter(({ msg }) => msg === 'interaction refused')
    expect(refused).toContainEqual(
      expect.objectContaining({ what: '/report', user: VERA.id, refusal: 'not_permitted' }),
    )
    await user.slash('status')
    await saw(user, 'a viewer, operator or approver role')
    expect(bot.log.join('')).toContain('interaction refused')
  })

  it('nothing to go wrong silently: an unreachable store and a bug each get an answer', async () => {
    const { user } = await desk({
      reader: {
        accounts: async () => Promise.reject(new StoreUnreachable(new Error('down'))),
      },
    })
    await user.slash('status')
    await saw(user, 'The store (Redis) does not answer')
    const broken = await desk({ reader: { status: async () => Promise.reject(new Error('bug')) } })
    const used = await broken.user.slash('status')
    await saw(broken.user, used.interactionId)
  })
})
