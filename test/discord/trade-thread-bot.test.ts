/** A trade's card and thread by the real bot and store, in the chat simulator. The longer ways: in the slow tests. */
import { afterEach, describe, expect, test } from 'vitest'
import { CHANNEL_ID, GUILD_ID } from '../../src/sim/discord/fixtures.ts'
import type { Middleware } from '../../src/sim/discord/rest/route.ts'
import { textOf } from '../support/chat-user.ts'
import { send, TRADE_ID } from '../support/review-desk.ts'
import { CLOSED, TradeTeam } from '../support/trade-team.ts'

let team: TradeTeam
afterEach(() => team.close())

/** Lets the request take effect, and loses the answer: the client sends it again. */
function losing(times: number, wanted: (method: string, path: string) => boolean): Middleware {
  let left = times
  return async (call, next) => {
    const answer = await next()
    if (left === 0 || !wanted(call.method, call.path)) return answer
    left -= 1
    return { status: 500, body: { message: 'lost', code: 0 } }
  }
}

describe("a trade's card", () => {
  test('that /trade leads to, with its thread', async () => {
    team = await TradeTeam.start(CLOSED)
    const closed = await team.card('Closed')
    await team.olivia.until(() => team.olivia.channels().some(({ id }) => id === closed.id), 'the thread')
    await team.told(closed, 1)
    await team.olivia.slash('trade', { id: TRADE_ID })
    const link = `[Its card](https://discord.com/channels/${GUILD_ID}/${CHANNEL_ID}/${closed.id}) · its thread <#${closed.id}>`
    await team.olivia.waitFor((message) => textOf(message).includes(link))
  })

  test('has a message in its thread that asks for the review, with the buttons that open the form', async () => {
    team = await TradeTeam.start(CLOSED)
    const card = await team.card('Closed')
    const { amir } = team.team
    const ask = await amir.waitFor(({ content }) => content.includes('Review: 0 of 2 in'), { channelId: card.id })
    await send(amir, await amir.press(ask, 'Review: off the plan'), { note: 'too early' })
    await amir.waitFor((message) => textOf(message).includes(`Saved: ${TRADE_ID}`))
    expect(JSON.stringify(team.olivia.frames)).not.toContain('too early')
  })

  test('and its thread are one each when the answers to making them are lost', async () => {
    const lost = [
      losing(2, (method, path) => method === 'POST' && path.endsWith(`/channels/${CHANNEL_ID}/messages`)),
      losing(2, (method, path) => method === 'POST' && path.endsWith('/threads')),
      losing(
        2,
        (method, path) => method === 'POST' && /channels\/\d+\/messages$/.test(path) && !path.includes(CHANNEL_ID),
      ),
      losing(1, (method) => method === 'PATCH'),
    ]
    team = await TradeTeam.start(CLOSED, { middleware: lost })
    const closed = await team.card('Closed')
    await team.told(closed, 7)
    expect(team.notes(closed)).toHaveLength(7)
    expect(team.cards()).toHaveLength(1)
    expect(team.olivia.channels().filter(({ kind }) => kind === 'thread')).toHaveLength(1)
  })
})
