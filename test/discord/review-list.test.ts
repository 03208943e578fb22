/** `/review` over many trades and several accounts, by the real bot and store. */
import type { APIMessage } from 'discord.js'
import { expect, test } from 'vitest'
import { OPERATOR_ROLE_ID, VERA } from '../../src/sim/discord/fixtures.ts'
import { campaignOf, commitTo } from '../support/archive.ts'
import { desk, postAsBot, saw } from '../support/bot-bench.ts'
import { type ChatUser, controlsOf, textOf } from '../support/chat-user.ts'
import { closedTrade } from '../support/closed-trade.ts'
import { startReviewTeam, TRADE_ID } from '../support/review-desk.ts'

/** No picture matters here. */
const draw = async () => ({ png: new Uint8Array([0x89, 0x50, 0x4e, 0x47]), alt: 'a picture' })
const SMALL = { accountId: 'account-2', profile: '2k' } as const
const DATES = Array.from({ length: 22 }, (_, index) => `2026-06-${String(index + 1).padStart(2, '0')}`)

const now = (user: ChatUser, { id }: APIMessage): APIMessage => {
  const found = user.messages().find((message) => message.id === id)
  if (found === undefined) throw new Error('expected the message to be there still')
  return found
}

const tradesOf = (message: APIMessage): readonly string[] =>
  controlsOf(message).flatMap(({ customId }) => /^review-open:account-[12]:(.+)$/.exec(customId)?.[1] ?? [])

test('the trades that wait are listed page by page, oldest first, over the accounts of the desk', async () => {
  const team = await startReviewTeam({ draw })
  try {
    const { olivia, amir, store } = team
    await commitTo(store, [], { ...SMALL, campaign: { expectedSeq: 0, value: campaignOf(SMALL.accountId) } })
    for (const [index, date] of DATES.entries()) {
      const events = closedTrade(`${date}-1`, index * 100).map((event) =>
        event.type === 'trade_closed' ? { ...event, exit_ms: Date.parse(`${date}T20:00:00Z`) } : event,
      )
      await commitTo(store, events, { date, ...(index % 2 === 1 ? SMALL : {}) })
    }
    await olivia.slash('review')
    const list = await saw(olivia, '23 trades wait for a review')
    const all = [...tradesOf(list)]
    // Whoever sees the list turns its pages.
    await saw(amir, '23 trades wait for a review')
    for (const [person, first] of [
      [amir, DATES[10]],
      [olivia, DATES[20]],
    ] as const) {
      await person.press(list, 'Newer ▶')
      for (const user of [olivia, amir]) {
        await user.until(() => tradesOf(now(user, list))[0] === `${first}-1`, `a page that begins with ${first}`)
      }
      all.push(...tradesOf(now(person, list)))
    }
    expect(all).toEqual([...DATES.map((date) => `${date}-1`), TRADE_ID])
    const last = now(olivia, list)
    expect(last.embeds[0]?.footer?.text).toMatch(/ · 25k, 2k · page 3 of 3$/)
    expect(textOf(last)).toContain('**2k · 2026-06-22-1**')
    const closed = controlsOf(last).filter(({ disabled }) => disabled)
    expect(closed.map(({ label }) => label)).toEqual(['Newer ▶'])
    await amir.press(last, '◀ Older')
    await amir.until(() => tradesOf(now(amir, list))[0] === `${DATES[10]}-1`, 'the page before')

    await olivia.slash('review', { account: '2k' })
    const small = await saw(olivia, '11 trades wait')
    expect(tradesOf(small)[0]).toBe(`${DATES[1]}-1`)
    await olivia.press(small, 'Newer ▶')
    await olivia.until(() => tradesOf(now(olivia, small)).join() === `${DATES[21]}-1`, 'the last trade of the account')
  } finally {
    await team.close()
  }
})

test('whoever may not look turns no page, and the button of an older desk says what to do', async () => {
  const closed = await desk({ discord: { viewerRoleIds: [OPERATOR_ROLE_ID] } }, VERA.id)
  const open = await desk({}, VERA.id)
  for (const [{ bot, user }, customId, answer] of [
    [closed, 'review-page:all:month:2', 'This needs a viewer, operator or approver role'],
    [open, 'review-page:all:decade:2', 'Type `/review` for a new one'],
    [open, 'review-page:100k:month:2', 'Type `/review` for a new one'],
  ] as const) {
    await postAsBot(bot.sim.apiUrl, [{ type: 2, style: 2, label: customId, custom_id: customId }])
    const message = await saw(user, customId)
    await user.press(message, customId)
    const refusal = await user.until(
      () => user.messages().find(({ id }) => BigInt(id) > BigInt(message.id)),
      'an answer',
    )
    expect(textOf(refusal)).toContain(answer)
    expect(now(user, message).content).toBe('old')
  }
})
