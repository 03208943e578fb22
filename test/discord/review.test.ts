import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ReviewDesk } from '../../src/review/port.ts'
import type { JournalEntry } from '../../src/session/events.ts'
import { OLIVIA, OPERATOR_ROLE_ID, VERA, VIEWER_ROLE_ID } from '../../src/sim/discord/fixtures.ts'
import { commitTo } from '../support/archive.ts'
import { desk, postAsBot, saw } from '../support/bot-bench.ts'
import type { ChatUser } from '../support/chat-user.ts'
import { textOf } from '../support/chat-user.ts'
import { closedTrade } from '../support/closed-trade.ts'
import { openForm, REVIEW_ACCOUNT, type ReviewTeam, send, startReviewTeam, TRADE_ID } from '../support/review-desk.ts'
import { ANN, CLOSED, recordOf, said } from '../support/review-samples.ts'

/** Everything that reached a person's screen, ever. */
const seenBy = (user: ChatUser): string => JSON.stringify(user.frames)

/** No picture matters here. */
const draw = async () => ({ png: new Uint8Array([0x89, 0x50, 0x4e, 0x47]), alt: 'a picture' })

const SECRET = 'the stop was far too wide'

describe('a trade that is closed', () => {
  let team: ReviewTeam
  beforeEach(async () => {
    team = await startReviewTeam({ draw })
  })
  afterEach(() => team.close())

  const submissions = async (): Promise<readonly JournalEntry[]> =>
    (await team.store.sessions.journal(REVIEW_ACCOUNT, '2026-07-17')).filter(
      ({ event }) => event.type === 'review_submitted',
    )
  const reviewed = async (): Promise<readonly JournalEntry[]> =>
    (await team.store.sessions.journal(REVIEW_ACCOUNT, '2026-07-17')).filter(
      ({ event }) => event.type === 'trade_reviewed',
    )

  test('is reviewed blind: nobody sees a grade before the second reviewer, then all see who said what', async () => {
    const { olivia, amir, vera } = team
    await send(olivia, await openForm(olivia), {
      entry: 2,
      exit: 5,
      sizing: 4,
      tags: ['late-exit'],
      note: `${SECRET} #own-idea`,
    })
    const confirmed = await saw(olivia, `Saved: ${TRADE_ID}`)
    expect(textOf(confirmed)).toContain('Review: 1 of 2 in (Olivia)')
    expect(textOf(confirmed)).toContain('**entry 2 · exit 5 · sizing 4** · by the plan · #late-exit #own-idea')

    for (const user of [amir, vera]) {
      await user.slash('review')
      await user.slash('trade', { id: TRADE_ID })
      await user.slash('report', { date: '2026-07-17' })
      await user.waitFor((message) => textOf(message).includes('1 of 2 in (Olivia)'))
    }
    await vera.slash('status')
    expect(textOf(await saw(vera, 'waits for a review, since'))).toContain(
      '1 trade waits for a review, since Fri 17 Jul 2026',
    )
    for (const user of [amir, vera]) {
      expect(seenBy(user)).not.toMatch(/entry 2|far too wide|own-idea|#late-exit/)
    }

    await send(amir, await openForm(amir, 'off'), { entry: 5, exit: 5, sizing: 4, tags: ['news'], note: 'fine' })
    const post = await saw(vera, `Reviewed: ${TRADE_ID}, split`)
    expect(textOf(post)).toContain('entry 2–5 ⚡ · exit 5 · sizing 4')
    expect(textOf(post)).toContain(
      'Olivia\n**entry 2 · exit 5 · sizing 4** · by the plan · #late-exit #own-idea\n> the stop was far too wide',
    )
    expect(textOf(post)).toContain('Amir\n**entry 5 · exit 5 · sizing 4** · off the plan · #news\n> fine')
    expect(textOf(await saw(amir, `Saved: ${TRADE_ID}`))).toContain('Reviewed by Olivia, Amir: split')
    await vera.slash('trade', { id: TRADE_ID })
    expect(textOf(await saw(vera, '📝 Reviewed by Olivia, Amir: split'))).toContain(
      'by the plan: Olivia · off the plan: Amir',
    )
    await vera.slash('review')
    expect(textOf(await saw(vera, 'No trade waits'))).toContain('#late-exit · 1 · 100 % won · **+$1,310.00**')
  })

  test('sent twice by a double click is one review', async () => {
    const { olivia } = team
    const form = await openForm(olivia)
    await Promise.all([send(olivia, form, { entry: 3 }), send(olivia, form, { entry: 3 })])
    await olivia.until(
      () => olivia.messages().filter((m) => /Saved:|Nothing changed:/.test(textOf(m))).length === 2,
      'two answers',
    )
    expect(await submissions()).toHaveLength(1)
  })

  test('two reviewers at the same moment are both in, and it is told once', async () => {
    const { olivia, amir, vera } = team
    const forms = [await openForm(olivia), await openForm(amir), await openForm(vera)] as const
    await Promise.all([
      send(olivia, forms[0], { entry: 1 }),
      send(amir, forms[1], { entry: 2 }),
      send(vera, forms[2], { entry: 3 }),
    ])
    for (const user of [olivia, amir, vera]) await saw(user, `Saved: ${TRADE_ID}`)
    const found = await submissions()
    expect(found.map(({ event }) => event.type === 'review_submitted' && event.number)).toEqual([1, 2, 3])
    expect(await reviewed()).toHaveLength(1)
    expect((await team.store.reader.reviews(REVIEW_ACCOUNT))[0]).toMatchObject({ state: 'reviewed' })
    await saw(olivia, `Reviewed: ${TRADE_ID}`)
  })

  test('an edit after the grades were shown is the author’s alone, keeps what was said blind, and is told once more to nobody', async () => {
    const { olivia, amir } = team
    await send(olivia, await openForm(olivia), { entry: 1, note: 'my own words', tags: ['news'] })
    await send(amir, await openForm(amir), { entry: 5 })
    await saw(amir, `Saved: ${TRADE_ID}`)

    const { modal } = await openForm(olivia, 'off')
    expect(JSON.stringify(modal?.data)).toContain('my own words')
    const others = await openForm(amir)
    expect(JSON.stringify(others.modal?.data)).not.toContain('my own words')
    expect(JSON.stringify(others.modal?.data)).toContain('"value":"5","default":true')

    await send(olivia, await openForm(olivia, 'off'), { entry: 4, note: 'seen again' })
    await saw(olivia, `Changed: ${TRADE_ID}`)
    const [review] = await team.store.reader.reviews(REVIEW_ACCOUNT)
    expect(review).toMatchObject({
      state: 'reviewed',
      opinions: [
        {
          reviewer: { id: OLIVIA.id },
          blind: { grades: { entry: 1 }, planFollowed: true },
          now: { grades: { entry: 4 }, planFollowed: false, note: 'seen again' },
          history: [{ note: 'my own words' }],
        },
        { history: [] },
      ],
      dissent: { agreement: 'split', spread: { entry: { min: 1, max: 5 } } },
    })
    await amir.slash('trade', { id: TRADE_ID })
    const shown = textOf(await saw(amir, 'seen again'))
    expect(shown).toContain('Olivia (edited)')
    expect(shown).toContain('*was, blind: **entry 1 · exit 4 · sizing 4** · by the plan · #news*')
    expect(await reviewed()).toHaveLength(1)
  })

  test('while it is open it has no button, and a button from elsewhere is refused', async () => {
    const { olivia, store, chat } = team
    const open = { type: 'entry_decided', tradeId: '2026-07-17-2' } as const
    const journal = await store.sessions.journal(REVIEW_ACCOUNT, '2026-07-17')
    const entry = journal.find(({ event }) => event.type === 'entry_decided')?.event
    const fill = journal.find(({ event }) => event.type === 'fill')?.event
    if (entry?.type !== 'entry_decided' || fill?.type !== 'fill') throw new Error('expected an entry and a fill')
    await commitTo(store, [
      { ...entry, tradeId: open.tradeId },
      { ...fill, tradeId: open.tradeId, executionId: 'x2' },
    ])
    await olivia.slash('trade', { id: open.tradeId })
    const shown = await saw(olivia, open.tradeId)
    expect(JSON.stringify(shown.components ?? [])).not.toContain('review')

    const id = `review:${REVIEW_ACCOUNT}:${open.tradeId}:by`
    await postAsBot(chat.sim.apiUrl, [
      { type: 2, style: 2, label: 'Odd', custom_id: id },
      { type: 2, style: 2, label: 'Odder', custom_id: 'review:x' },
    ])
    const odd = await olivia.waitFor((message) => JSON.stringify(message.components ?? []).includes('Odder'))
    expect((await olivia.press(odd, 'Odd')).modal).toBeNull()
    await saw(olivia, `There is no closed trade ${open.tradeId}`)
    await olivia.press(odd, 'Odder')
    await saw(olivia, 'does not say which trade')
  })

  test('stopped by somebody, it waits for another one than them', async () => {
    const { olivia, amir, store } = team
    const stopper = { id: OLIVIA.id, name: 'Olivia', via: 'discord' } as const
    await commitTo(store, closedTrade('2026-07-17-2', -90_000, stopper))
    await send(olivia, await openForm(olivia, 'by', TRADE_ID), {})
    await olivia.slash('review')
    const list = textOf(await saw(olivia, '2 trades wait'))
    expect(list.indexOf(TRADE_ID)).toBeLessThan(list.indexOf('2026-07-17-2'))
    const { modal } = await openFormOfList(olivia, '2026-07-17-2')
    await send(olivia, { interactionId: '', state: 'done', text: null, modal }, {})
    await saw(olivia, 'Saved: 2026-07-17-2')
    expect((await team.store.reader.reviews(REVIEW_ACCOUNT))[1]).toMatchObject({ state: 'waiting', needsOther: true })
    const theirs = await openFormOfList(amir, '2026-07-17-2')
    await send(amir, theirs, {})
    await saw(amir, 'Saved: 2026-07-17-2')
    expect((await team.store.reader.reviews(REVIEW_ACCOUNT))[1]).toMatchObject({ state: 'reviewed' })
  })

  async function openFormOfList(user: ChatUser, tradeId: string) {
    await user.slash('review')
    const list = await user.waitFor((m) =>
      JSON.stringify(m.components ?? []).includes(`review-open:${REVIEW_ACCOUNT}:${tradeId}`),
    )
    await user.press(list, `review-open:${REVIEW_ACCOUNT}:${tradeId}`)
    const id = `review:${REVIEW_ACCOUNT}:${tradeId}:by`
    const shown = await user.waitFor((m) => JSON.stringify(m.components ?? []).includes(id))
    return user.press(shown, id)
  }
})

describe('a bot that dies', () => {
  test.each(['before', 'after'] as const)(
    '%s the review was committed leaves one review, once it is sent again',
    async (when) => {
      let dies = true
      const hangs = new Promise<never>(() => undefined)
      let reached: () => void = () => undefined
      const dead = new Promise<void>((resolve) => {
        reached = resolve
      })
      const reviews = (real: ReviewDesk): ReviewDesk => ({
        ...real,
        submit: async (answer) => {
          if (!dies) return real.submit(answer)
          if (when === 'after') await real.submit(answer)
          reached()
          return hangs
        },
      })
      const team = await startReviewTeam({ reviews, draw })
      try {
        const { olivia, store } = team
        const form = await openForm(olivia)
        await send(olivia, form, { entry: 3 })
        await dead
        dies = false
        await team.chat.restartBot()
        await send(olivia, await openForm(olivia), { entry: 3 })
        await saw(olivia, when === 'after' ? 'Nothing changed' : 'Saved')
        const journal = await store.sessions.journal(REVIEW_ACCOUNT, '2026-07-17')
        expect(journal.filter(({ event }) => event.type === 'review_submitted')).toHaveLength(1)
      } finally {
        await team.close()
      }
    },
  )
})

test('whoever may not look may not review', async () => {
  const reviews: ReviewDesk = {
    policy: { needed: 2, tags: ['news'] },
    record: async () => recordOf(CLOSED, [ANN, said(1, 1, 1)]),
    submit: async () => {
      throw new Error('expected no review of somebody without the role')
    },
  }
  const { bot, user } = await desk({ parts: { reviews }, discord: { viewerRoleIds: [OPERATOR_ROLE_ID] } }, VERA.id)
  await postAsBot(bot.sim.apiUrl, [{ type: 2, style: 2, label: 'Go', custom_id: `review:a:${TRADE_ID}:by` }])
  const message = await user.waitFor((m) => JSON.stringify(m.components ?? []).includes('"Go"'))
  expect((await user.press(message, 'Go')).modal).toBeNull()
  await saw(user, 'This needs a viewer, operator or approver role')
})

test('a role that is lost while the form is open is missed when it is sent', async () => {
  const discord = { viewerRoleIds: [VIEWER_ROLE_ID] }
  const team = await startReviewTeam({ discord, draw })
  try {
    const { vera, store } = team
    const form = await openForm(vera)
    discord.viewerRoleIds = [OPERATOR_ROLE_ID]
    await team.chat.restartBot()
    await send(vera, form, { entry: 1 })
    await saw(vera, 'This needs a viewer, operator or approver role')
    expect(await store.reader.reviews(REVIEW_ACCOUNT)).toMatchObject([{ state: 'waiting', reviewers: [] }])
  } finally {
    await team.close()
  }
})
