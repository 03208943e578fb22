import { describe, expect, it } from 'vitest'
import { DEFINITIONS } from '../../commands/index.ts'
import { CHANNEL_OTHER_ID, OLIVIA, OPERATOR_ROLE_ID, VERA } from '../../src/sim/discord/fixtures.ts'
import { closing, desk, saw } from '../support/bot-bench.ts'
import { ChatUser, isEphemeral, textOf } from '../support/chat-user.ts'
import { ACCOUNT_ID, at, DATE, entryOf, SOURCE } from '../support/desk-samples.ts'
import { HEALTH } from '../support/health-samples.ts'
import { adoptedEvents, journalOf } from '../support/journal-samples.ts'
import { STATUS } from '../support/view-samples.ts'

describe('/help', () => {
  it('lists every command by what it is for, with who may use it, to who asked only', async () => {
    const { user } = await desk({}, VERA.id)
    await user.slash('help')
    const reply = await saw(user, 'The desk in this channel')
    for (const { name } of DEFINITIONS) expect(textOf(reply)).toMatch(new RegExp(`\`/${name}[ \`]`))
    expect(textOf(reply)).toContain('Trade\n`/start` 🔑 Start paper trading')
    expect(isEphemeral(reply)).toBe(true)
  })

  it('shows one command in full, completes its name, and says what there is instead of an unknown one', async () => {
    const { user } = await desk({}, VERA.id)
    await user.until(() => user.commands.length === DEFINITIONS.length, 'commands')
    const choices = await user.complete('help', { command: 'tr' }, 'command')
    expect(choices.map(({ value }) => value)).toEqual(['trades', 'trade'])
    await user.slash('help', { command: '/start' })
    expect(textOf(await saw(user, '/start account [structure]'))).toContain('Needs an operator role.')
    await user.slash('help', { command: 'moon' })
    await saw(user, 'There is no command "moon". There are /start, /stop')
  })
})

describe('/health', () => {
  it('shows processes, queues, streams, reconciliation and versions', async () => {
    const [healthy] = HEALTH.accounts
    const { user } = await desk({ reader: { status: async () => healthy?.status ?? null } }, VERA.id)
    await user.slash('health')
    const text = textOf(await saw(user, 'Everything is alive'))
    for (const part of [
      '🟢 `desk-4800`, beat 0.3 s ago · `desk-4801` stands by',
      '🟢 `desk-4900` asked 0.7 s ago',
      'studies: 2 waiting, 1 active',
      '🟢 `desk-4711` beat 0.4 s ago',
      'streams 🟢 orders 🟢 stock 🟢 options · newest data 1.2 s old',
      'last reconciled with the broker',
      'feed at #6, all posted',
      'commands: 0 waiting, 0 active, 0 delayed, 0 failed\nsessions: 0 waiting, 1 active',
      '8.0.2 · 2.13M used · answered in 0.4 ms',
      `Node ${process.versions.node} · discord.js 14.`,
    ]) {
      expect(text).toContain(part)
    }
  })

  it('puts what is wrong first', async () => {
    const { user } = await desk(
      { reader: { health: async () => ({ ...HEALTH.store, workers: [], bot: null }) } },
      VERA.id,
    )
    await user.slash('health')
    const text = textOf(await saw(user, '3 things need a look'))
    expect(text).toContain('• No worker is alive: nothing is traded.')
    expect(text).toContain('• 25k: the options stream is disconnected')
    expect(text).toContain('🔴 nobody holds the lease')
  })
})

describe('/config', () => {
  it('shows the limits in force, and no secret', async () => {
    const { bot, user } = await desk({}, VERA.id)
    await user.slash('config')
    const text = textOf(await saw(user, '25k: 25 × $5 put spread'))
    for (const part of [
      'open + 15 min to close − 90 min, at most 1 a day, from 10 one-minute bars on',
      'volatility estimate at most 25.0',
      'premium $0.05 to $2.00 · bid/ask at most $0.50',
      'stop at a loss of $1,000.00 · target at 50 % of the net premium · end of session at close − 50 min · daily limit $1,500.00',
      'commission $0.65 a contract and leg · bid/ask 3.5 % and slippage 0.8 % of the gross premium',
      'configuration `c0ffee00c0ff`',
      'at most 12 opening orders a day and 6 a minute, 30 closing orders a minute',
    ]) {
      expect(text).toContain(part)
    }
    expect(text).not.toContain(bot.discord.token)
  })

  it('says how to start an account that has no configuration yet', async () => {
    const { user } = await desk({ reader: { config: async () => null } }, VERA.id)
    await user.slash('config', { account: '25k' })
    await saw(user, 'The account 25k has not been started yet')
  })
})

describe('/why', () => {
  it("shows the gate that decides now and the day's history of them with their numbers", async () => {
    const watching = { ...STATUS, phase: 'watching' as const, position: null, entries: 0, now_ms: at('10:02:12') }
    const { user } = await desk({ reader: { status: async () => watching } }, VERA.id)
    await user.slash('why')
    const text = textOf(await saw(user, 'why no entry now'))
    expect(text).toContain('At 10:02:00: volatility estimate too high: 27.1, limit 25.0.')
    expect(text).toContain('`09:45–09:57` volatility estimate too high × 12: 25.5 to 27.9, limit 25.0')
    expect(text).toContain('`09:58–10:00` premium too low × 3: $0.04, limit $0.05')
    expect(text).toContain('`10:03` all gates open')
    expect(text).toContain('Last decision 10:03:00 New York\nSPY $741.15 · volatility estimate 11.2')
  })

  it('says what it is when no gate is what decides: position, pause, hours, no session, silence', async () => {
    const idle = { ...STATUS, position: null, entries: 0 }
    const cases = [
      [STATUS, 'A position is open; one at a time.'],
      [{ ...idle, phase: 'watching', mode: 'REDUCING' }, 'The account is held back: no new entries.'],
      [{ ...idle, phase: 'waiting', now_ms: at('09:26') }, 'Outside the entry window: it opens 09:45 New York.'],
      [{ ...idle, phase: 'done', now_ms: at('14:31') }, 'Outside the entry window: it closed 14:30 New York.'],
      [{ ...idle, phase: 'done', entries: 1 }, "The day's trade is done"],
      [{ ...idle, phase: 'ended', armed: false }, 'No session is running. `/start account:25k` begins one.'],
      [
        { ...idle, phase: 'watching', now_ms: at('10:08:00'), dataAge_s: 320 },
        'No decision for 6 min: it waits for a fresh SPY quote (the newest market data is 320 s old).',
      ],
    ] as const
    const shown: { view: typeof STATUS } = { view: STATUS }
    const { user } = await desk({ reader: { status: async () => shown.view } }, VERA.id)
    for (const [view, words] of cases) {
      shown.view = view
      await user.slash('why')
      await saw(user, words)
    }
  })
})

describe('/trades and /trade', () => {
  it('lists the trades of the last sessions and what they come to', async () => {
    const { user } = await desk({}, VERA.id)
    await user.slash('trades', { days: 5 })
    const text = textOf(await saw(user, '25k: 1 closed trade in 1 session, +$1,310.00'))
    expect(text).toContain(
      'Fri 17 Jul 2026 · 25 × 742P / 737P · $1.21 → $0.66 · **+$1,310.00** · profit target · `2026-07-17-1`',
    )
    expect(text).toContain('Win rate\n100 %\n1 of 1 closed')
    await user.until(() => user.commands.length === DEFINITIONS.length, 'commands')
  })

  it('leaves out no day that is asked for, however much was posted on the others', async () => {
    const noise = { type: 'engine_alert', code: 'x', message: 'x', critical: false } as const
    const dates = ['2026-07-13', '2026-07-14', '2026-07-15', '2026-07-16', '2026-07-17']
    const feed = dates.flatMap((date) =>
      [
        ...journalOf().filter(({ feedNo }) => feedNo !== null),
        ...Array.from({ length: 300 }, () => entryOf(noise, 9)),
      ].map((entry) => ({ ...entry, date })),
    )
    const latestFeed = async (_accountId: string, count: number) => feed.slice(-count)
    const { user } = await desk({ reader: { latestFeed } }, VERA.id)
    await user.slash('trades', { days: 4 })
    await saw(user, '25k: 4 closed trades in 4 sessions')
    await user.slash('trades', { days: 20 })
    await saw(user, '25k: 5 closed trades in 5 sessions')
  })

  it('says when there is no session yet', async () => {
    const { user } = await desk({ reader: { latestFeed: async () => [] } }, VERA.id)
    await user.slash('trades')
    await saw(user, 'No session has begun yet.')
  })

  it('shows one trade in full with its chart, the newest when none is named', async () => {
    const { user } = await desk({}, VERA.id)
    await user.slash('trade')
    const reply = await saw(user, '25 × SPY 742P / 737P: +$1,310.00')
    const text = textOf(reply)
    for (const part of [
      'put spread · sold at $1.21, credit $3,025.00',
      'True max loss\n−\u2060$9,475.00',
      'Break-even\n$740.79',
      'Decision 10:03:00 New York\nSPY $741.15, target strike 741.65 · volatility estimate 11.2 · range 0.41 %',
      'Fills: given up $100.00 against the mid, estimated cost $132.23',
      '10:03:02 sold 10 at $1.21 · $20.00 worse than the mid',
      'Rule that closed it: profit target',
    ]) {
      expect(text).toContain(part)
    }
    const picture = await fetch(reply.embeds[0]?.image?.url ?? '')
    expect(picture.headers.get('content-type')).toBe('image/png')
  })

  it('completes ids from memory, shows the named trade, and says what to do about one that is none', async () => {
    const { user } = await desk({}, VERA.id)
    await user.until(() => user.commands.length === DEFINITIONS.length, 'commands')
    await expect
      .poll(() => user.complete('trade', { id: '742' }, 'id'))
      .toEqual([{ name: '2026-07-17-1 · 25k · 742P / 737P · +$1,310.00', value: '2026-07-17-1' }])
    await user.slash('trade', { id: '2026-07-17-1', account: '25k' })
    await saw(user, 'Rule that closed it: profit target')
    await user.slash('trade', { id: '2026-07-16-1' })
    await saw(user, 'There is no trade 2026-07-16-1.')
    await user.slash('trade', { id: 'seven' })
    await saw(user, 'Expected a trade\'s id like 2026-07-17-1, got "seven"')
  })

  it('shows one that was adopted, too: its fills, its end and its chart', async () => {
    const events = adoptedEvents()
    const { user } = await desk(
      { reader: { journal: async () => journalOf(events), dates: async () => [DATE] } },
      VERA.id,
    )
    await user.slash('trade', { id: '2026-07-17-1' })
    const reply = await saw(user, '25 × SPY 742P / 737P: +$1,310.00')
    const text = textOf(reply)
    for (const part of ['its decision is not in the journal', '10:03:02 sold 10 at $1.21', 'profit target at']) {
      expect(text).toContain(part)
    }
    expect(reply.embeds[0]?.image?.url).toMatch(/\.png/)
  })

  it('knows one that was adopted and is open by its id, in the list and in full', async () => {
    const journal = journalOf(adoptedEvents().slice(0, 60))
    const latestFeed = async () => journal.filter(({ feedNo }) => feedNo !== null)
    const { user } = await desk(
      { reader: { journal: async () => journal, latestFeed, dates: async () => [DATE] } },
      VERA.id,
    )
    await user.until(() => user.commands.length === DEFINITIONS.length, 'commands')
    await expect
      .poll(() => user.complete('trade', { id: '742' }, 'id'))
      .toEqual([{ name: '2026-07-17-1 · 25k · 742P / 737P · open', value: '2026-07-17-1' }])
    await user.slash('trades')
    expect(textOf(await saw(user, '742P / 737P'))).toContain('open')
    await user.slash('trade', { id: '2026-07-17-1' })
    const text = textOf(await saw(user, '25 × SPY 742P / 737P: open'))
    for (const part of [
      'sold at $1.21, credit $3,025.00',
      '−\u2060$9,475.00',
      '$740.79',
      '10:03:02 sold 10 at $1.21',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('tells the trades of two accounts apart, whose ids are the same', async () => {
    const small = journalOf().map((entry) => ({ ...entry, accountId: 'SMALL', profile: '2k' as const }))
    const accounts = [
      { accountId: ACCOUNT_ID, profile: '25k' as const, source: SOURCE, armed: true },
      { accountId: 'SMALL', profile: '2k' as const, source: SOURCE, armed: true },
    ]
    const both = (accountId: string) => (accountId === 'SMALL' ? small : journalOf())
    const { user } = await desk(
      {
        reader: {
          accounts: async () => accounts,
          latestFeed: async (accountId) => both(accountId).filter(({ feedNo }) => feedNo !== null),
          journal: async (accountId) => both(accountId),
        },
      },
      VERA.id,
    )
    await user.until(() => user.commands.length === DEFINITIONS.length, 'commands')
    const offered = () => user.complete('trade', { id: '' }, 'id')
    await expect
      .poll(async () => (await offered()).map(({ value }) => value))
      .toEqual(['2026-07-17-1 25k', '2026-07-17-1 2k'])
    await user.slash('trade', { id: '2026-07-17-1 2k' })
    await saw(user, 'SIM seed 7 · 2k · 2026-07-17-1')
    await user.slash('trade', { id: '2026-07-17-1' })
    await saw(user, '25k and 2k each have a trade 2026-07-17-1. Name the account, too.')
    await user.slash('trade', { id: '2026-07-17-1 2k', account: '25k' })
    await saw(user, 'This is a trade of 2k, and the account says 25k.')
    await user.slash('trade', { id: '2026-07-17-1', account: '25k' })
    await saw(user, 'SIM seed 7 · 25k · 2026-07-17-1')
  })

  it('shows a trade that is open with its last mark, and without a result', async () => {
    const { user } = await desk(
      {
        reader: { journal: async () => journalOf().slice(0, 60), dates: async () => [DATE] },
      },
      VERA.id,
    )
    await user.slash('trade')
    const text = textOf(await saw(user, '25 × SPY 742P / 737P: open'))
    expect(text).toMatch(/Open\nmid \$1\.\d+ at 10:4\d:00, net −\u2060\$\d+\.\d\d/)
    expect(text).not.toContain('Net P&L')
  })
})

describe('who may look', () => {
  const names = ['help', 'health', 'config', 'why', 'trades', 'trade']

  it('nobody without a viewer role, and nobody elsewhere', async () => {
    const { bot, user } = await desk({ discord: { viewerRoleIds: [OPERATOR_ROLE_ID] } }, VERA.id)
    for (const name of names) {
      const { interactionId } = await user.slash(name)
      expect(interactionId).not.toBe('')
    }
    expect(await user.complete('trade', { id: '' }, 'id')).toEqual([])
    await user.until(
      () =>
        user.messages().filter((message) => textOf(message).includes('a viewer, operator or approver role')).length ===
        names.length,
      'a refusal of each',
    )
    const olivia = await ChatUser.connect(bot.sim.url, OLIVIA.id)
    closing(olivia)
    for (const name of names) await olivia.slash(name, {}, CHANNEL_OTHER_ID)
    await olivia.until(
      () =>
        olivia.messages(CHANNEL_OTHER_ID).filter((message) => textOf(message).includes('the desk works there'))
          .length === names.length,
      'a refusal of each',
    )
  })
})
