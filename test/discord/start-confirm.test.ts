/** The starter confirms on a paper account; what closing costs stands in the answer to `/stop`. */
import { describe, expect, it, vi } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { reportOf, warn } from '../../src/preflight/line.ts'
import type { CommandResult } from '../../src/queue/jobs.ts'
import { AMIR, OLIVIA, OPERATOR_ROLE_ID } from '../../src/sim/discord/fixtures.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import { createAuthorityMemory } from '../support/authority-memory.ts'
import { closing, desk, person, saw } from '../support/bot-bench.ts'
import { ARMED, ASKING, asksFirst, startBot, startSim } from '../support/bot-in-test.ts'
import { controlsOf, isEphemeral, textOf } from '../support/chat-user.ts'
import { ACCOUNT_ID } from '../support/desk-samples.ts'
import { STATUS } from '../support/view-samples.ts'
import { COMES } from '../support/waits.ts'

const CHECKED: CommandResult = {
  ...ASKING,
  preflight: reportOf({ account: '25k', source: null }, [warn('clock_skew', '1.2 s off', 'Synchronise it.')], []),
}

/** The worker asks, and arms when it is told to. */
async function asking(roles: readonly string[] = [OPERATOR_ROLE_ID]) {
  const ahead = { ms: 0 }
  const wall = { ...systemWallClock, now_ms: () => systemWallClock.now_ms() + ahead.ms }
  const found = await desk({ discord: { operatorRoleIds: roles }, wall })
  found.bot.commands.answer = asksFirst(CHECKED)
  await found.user.slash('start', { account: '25k', structure: 'put_spread' })
  return { ...found, ahead, card: await saw(found.user, 'Start 25k?') }
}

/** A question that its bot has kept, and the bot. */
async function keptQuestion() {
  const sim = closing(await startSim())
  const authority = createAuthorityMemory()
  const bot = await startBot({ sim, answer: CHECKED, authority })
  const user = await person({ sim }, OLIVIA.id)
  await user.slash('start', { account: '25k' })
  const card = await saw(user, 'Start 25k?')
  const hasKept = (count: number) =>
    vi.waitFor(async () => expect((await authority.keptReplies()).size).toBe(count), COMES)
  await hasKept(1)
  return { sim, authority, bot, user, card, hasKept }
}

/** Another bot, so many minutes later. */
async function nextBot(options: Parameters<typeof startBot>[0], later_min: number) {
  const wall = { ...systemWallClock, now_ms: () => systemWallClock.now_ms() + later_min * MINUTE_MS }
  const next = await startBot({ ...options, wall })
  closing({ close: () => next.stop() })
  return next
}

describe('/start on a paper account', () => {
  it('shows the plan, and starts once when the starter confirms, however often they press', async () => {
    const { bot, user, card } = await asking()
    expect(textOf(card)).toContain('Nothing is started yet')
    expect(textOf(card)).toContain('True max loss')
    expect(controlsOf(card).map(({ label }) => label)).toEqual(['Start trading', 'Do not start'])
    await Promise.all([user.press(card, 'Start trading'), user.press(card, 'Start trading')])
    const started = await saw(user, '25k started')
    expect(started.id).toBe(card.id)
    expect(controlsOf(started)).toEqual([])
    // What the preflight warned of stays.
    expect(textOf(started)).toContain('1.2 s off')
    const starts = bot.commands.jobs.filter((job) => job.kind === 'start')
    expect(starts[0]).toMatchObject({ ask: true })
    const confirmed = starts.slice(1)
    expect(new Set(confirmed.map(({ id }) => id))).toEqual(new Set([`${starts[0]?.id}-confirmed`]))
    expect(confirmed[0]).toMatchObject({ profile: '25k', structure: 'put_spread' })
    expect(confirmed[0]).not.toHaveProperty('ask')
  })

  it('is confirmed by nobody else, operator or not; the message stays', async () => {
    const { bot, card } = await asking([OPERATOR_ROLE_ID, AMIR.roles[0] ?? ''])
    const amir = await person(bot, AMIR.id)
    for (const label of ['Start trading', 'Do not start']) {
      await amir.press(card, label)
      const denial = await saw(amir, 'Only whoever typed `/start` confirms it')
      expect(isEphemeral(denial)).toBe(true)
    }
    expect(bot.commands.jobs).toHaveLength(1)
    expect(controlsOf(card)).toHaveLength(2)
  })

  it('can be called off', async () => {
    const { bot, user, card } = await asking()
    await user.press(card, 'Do not start')
    expect((await saw(user, 'Nothing was started')).id).toBe(card.id)
    expect(bot.commands.jobs).toHaveLength(1)
  })

  it('cannot be called off any more once it was confirmed, whoever knows what; nor confirmed once called off', async () => {
    const { bot, user, card } = await asking()
    const answer = bot.commands.answer
    let arrive = (): void => undefined
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    bot.commands.answer = async (job) => {
      await arrived
      return answer(job)
    }
    const pressed = user.press(card, 'Start trading')
    await vi.waitFor(() => expect(bot.commands.jobs).toHaveLength(2), COMES)
    await user.press(card, 'Do not start')
    await saw(user, 'Too late to call off')
    arrive()
    await pressed
    expect((await saw(user, '25k started')).id).toBe(card.id)
    expect(user.messages().map(textOf).join()).not.toContain('Nothing was started.')
  })

  it('a question that another bot left behind is too late when pressed, and says so itself', async () => {
    const { sim, bot, user, card } = await keptQuestion()
    await bot.stop()
    // It knows of no question.
    const next = await nextBot({ sim }, 10)
    await user.press(card, 'Start trading')
    await saw(user, 'More than 2 minutes have passed')
    const late = await user.waitFor((message) => message.id === card.id && textOf(message).includes('Nobody confirmed'))
    expect(controlsOf(late)).toEqual([])
    expect(next.commands.jobs).toEqual([])
  })

  it('a question that another bot left behind expires by itself, and what was answered does not', async () => {
    const { sim, authority, bot, user, card: left, hasKept } = await keptQuestion()
    await user.slash('start', { account: '2k' })
    const called = await user.waitFor((message) => message.id !== left.id && textOf(message).includes('Start 2k?'))
    await hasKept(2)
    await user.press(called, 'Do not start')
    await saw(user, 'Nothing was started')
    await hasKept(1)
    await bot.stop()
    await nextBot({ sim, authority }, 3)
    const late = await user.waitFor((message) => message.id === left.id && textOf(message).includes('Nobody confirmed'))
    expect(controlsOf(late)).toEqual([])
    await hasKept(0)
    expect(user.messages().filter((message) => textOf(message).includes('Nobody confirmed'))).toHaveLength(1)
  })

  it('one that was confirmed in the moment the bot died is not said to have expired', async () => {
    const { sim, authority, bot, user, card: left, hasKept } = await keptQuestion()
    const { id } = JSON.parse([...(await authority.keptReplies()).values()][0] ?? '{}')
    await authority.choose(`start-${id}`, 'start')
    await bot.stop()
    await nextBot({ sim, authority }, 3)
    await hasKept(0)
    expect(user.messages().map(textOf).join()).not.toContain('Nobody confirmed')
    expect(textOf(left)).toContain('Start 25k?')
  })

  it('expires after two minutes: the message says so, and its button starts nothing', async () => {
    const { bot, user, card, ahead } = await asking()
    ahead.ms = 2 * MINUTE_MS
    await user.press(card, 'Start trading')
    await saw(user, 'More than 2 minutes have passed')
    const late = await user.waitFor((message) => message.id === card.id && textOf(message).includes('Nobody confirmed'))
    expect(controlsOf(late)).toEqual([])
    expect(bot.commands.jobs).toHaveLength(1)
  })

  it('starts at once where that is asked for', async () => {
    const { bot, user } = await desk({ answer: ARMED })
    await user.slash('start', { account: '25k', confirm: false })
    await saw(user, '25k started')
    expect(bot.commands.jobs[0]).not.toHaveProperty('ask')
  })
})

describe('/stop', () => {
  const stopping: CommandResult = { ok: true, accountId: ACCOUNT_ID, message: 'Stopping 25k.', plan: null }

  it('says what closing costs now', async () => {
    const { bot, user } = await desk({ answer: stopping })
    await user.slash('stop', { account: '25k' })
    const text = textOf(await saw(user, 'Closing 25k now · SIM seed 7'))
    const { position } = STATUS
    const spread = ((position?.close ?? 0) - (position?.mid ?? 0)) * 2_500
    expect(text).toContain(`the spread costs $${spread.toFixed(2)}`)
    expect(text).toContain('Estimated net P&L of the position')
    expect(bot.commands.jobs).toMatchObject([{ kind: 'stop', mode: 'flatten' }])
  })

  it('stops all the same when that cannot be read, and drains where asked', async () => {
    const { bot, user } = await desk({
      answer: stopping,
      reader: { status: async () => Promise.reject(new Error('away')) },
    })
    await user.slash('stop', { mode: 'drain' })
    expect(textOf(await saw(user, 'Stopping 25k.'))).not.toContain('Closing')
    expect(bot.commands.jobs).toMatchObject([{ kind: 'stop', mode: 'drain' }])
  })
})
