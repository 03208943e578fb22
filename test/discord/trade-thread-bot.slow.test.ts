/** A trade's card and thread over restarts, a review, an outage and a deletion, by the real bot and store. */
import { afterEach, describe, expect, test } from 'vitest'
import { BOT_TOKEN, CHANNEL_ID } from '../../src/sim/discord/fixtures.ts'
import { controlsOf, textOf } from '../support/chat-user.ts'
import { openForm, send } from '../support/review-desk.ts'
import { CLOSED, DECIDED, isCard, OPENED, TradeTeam, titleOf } from '../support/trade-team.ts'

/** After an outage: to connect again, and to the next look and edit. */
const SOON_MS = 8_000

let team: TradeTeam
afterEach(() => team.close())

describe("a trade's card, over time", () => {
  test('goes its way in one message with chart and thread, over restarts of the bot', async () => {
    team = await TradeTeam.start(DECIDED)
    const proposed = await team.card('Proposed')
    expect(proposed.components).toEqual([])
    const thread = await team.olivia.until(
      () => team.olivia.channels().find(({ id }) => id === proposed.id),
      'a thread on the card',
    )
    expect(thread).toMatchObject({ kind: 'thread', name: '25k · Fri 17 Jul 2026 · 742P / 737P', archived: false })
    await team.goOn(OPENED)
    const open = await team.card('Open')
    expect(open.id).toBe(proposed.id)
    expect(open.embeds[0]?.image?.url).toMatch(/trade\.png$/)
    await team.team.chat.restartBot()
    await team.goOn(CLOSED)
    const closed = await team.card('Closed: 25 × SPY 742P / 737P · +$1,310.00')
    expect(closed.id).toBe(proposed.id)
    expect(closed.attachments.length).toBeLessThanOrEqual(1)
    expect(controlsOf(closed).map(({ label }) => label)).toEqual(['Review: by the plan', 'Review: off the plan'])
    await team.told(closed, 7)
    expect(new Set(team.notes(closed)).size).toBe(7)
    expect(team.cards()).toHaveLength(1)
  })

  test('is reviewed by its own buttons: then it says so, and the thread tells what was said and is archived', async () => {
    team = await TradeTeam.start(CLOSED)
    const closed = await team.card('Closed')
    await team.told(closed, 7)
    const { olivia, amir } = team.team
    const ask = await olivia.waitFor(({ content }) => content.includes('Review: 0 of 2 in'), { channelId: closed.id })
    const form = await olivia.press(ask, 'Review: by the plan')
    await send(olivia, form, { entry: 2, exit: 5, sizing: 4, note: 'late, but right' })
    await olivia.waitFor((message) => isCard(message) && textOf(message).includes('Review: 1 of 2 in (Olivia)'))
    expect(olivia.messages(closed.id).some(({ content }) => content.includes('late, but right'))).toBe(false)
    await send(amir, await openForm(amir, 'off'), { entry: 5, exit: 5, sizing: 4, note: 'fine' })
    await team.card('Reviewed')
    const told = await olivia.waitFor(({ content }) => content.includes('> late, but right'), { channelId: closed.id })
    expect(told.content).toContain('📝 **Reviewed: split**')
    expect(told.content).toContain('**Amir**: **entry 5 · exit 5 · sizing 4** · off the plan')
    await team.archived(closed, true)
    await olivia.waitFor(({ content }) => content.includes('Reviewed by Olivia, Amir: split'), { channelId: closed.id })
    expect(olivia.messages(closed.id).filter((message) => controlsOf(message).length > 0)).toHaveLength(1)
    // Discord wakes it for whoever writes, and the desk lets it be.
    olivia.say('one more thought', closed.id)
    await team.archived(closed, false)
    await team.team.chat.restartBot()
    await send(amir, await openForm(amir, 'off'), { entry: 4, exit: 5, sizing: 4, note: 'fine' })
    await olivia.waitFor(({ content }) => content.includes('**Amir** changed the review'), {
      channelId: closed.id,
    })
    await team.archived(closed, true)
    expect(team.cards()).toHaveLength(1)
  })

  test('lands as it is at last soon after an outage of Discord, and its posts, however long was waited meanwhile', async () => {
    team = await TradeTeam.start(OPENED)
    await team.card('Open')
    const { outage } = team.team.chat.sim.world
    outage.begin(17)
    await team.goOn(CLOSED)
    await expect.poll(() => outage.isOn).toBe(false)
    const inTime = { timeout_ms: SOON_MS }
    await Promise.all([
      team.olivia.waitFor((message) => isCard(message) && titleOf(message).includes('Closed'), inTime),
      team.olivia.waitFor((message) => titleOf(message).includes('Trade closed: +$1,310.00'), inTime),
    ])
    expect(team.cards()).toHaveLength(1)
  })

  test('that somebody deleted comes back once, under the thread it had', async () => {
    team = await TradeTeam.start(OPENED)
    const first = await team.card('Open')
    await team.told(first, 3)
    const url = `${team.team.chat.sim.apiUrl}/v10/channels/${CHANNEL_ID}/messages/${first.id}`
    const deleted = await fetch(url, { method: 'DELETE', headers: { authorization: `Bot ${BOT_TOKEN}` } })
    expect(deleted.status).toBe(204)
    await team.goOn(CLOSED)
    const second = await team.card('Closed')
    expect(second.id).not.toBe(first.id)
    expect(textOf(second)).toContain(`Its thread: <#${first.id}>`)
    await team.told(first, 7)
    expect(team.cards()).toHaveLength(1)
  })
})
