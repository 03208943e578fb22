/**
 * What the page's market panel provokes beside what the guided tour and `desk-page` press: mute quotes with a position open,
 * and a broker that does not answer.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestChat, type TestChat } from '../support/chat-in-test.ts'
import { postTo, slowOnceHeld, startTestDesk, type TestDesk } from '../support/desk-in-test.ts'
import { hasNoBrowser, useVisitors } from '../support/page-visitor.ts'
import type { Visitor } from '../support/visitor.ts'

const TRADING_DATE = '2026-11-23'
/** Slow enough for the decision of each minute. */
const SPEED = 240
/** For the market to reach the entry, on a busy machine. */
const ENTRY_MS_MAX = 60_000

describe.skipIf(hasNoBrowser)('the market panel', () => {
  vi.setConfig({ testTimeout: 120_000 })
  const visitors = useVisitors()
  let desk: TestDesk
  let chat: TestChat
  let olivia: Visitor

  beforeAll(async () => {
    desk = await startTestDesk({ source: { kind: 'seed', seed: '7', startDate: TRADING_DATE }, speed: 1, paused: true })
    await desk.addWorker()
    await desk.beginAt(`${TRADING_DATE}T09:40:00-05:00`)
    chat = await startTestChat(desk, { hasPage: true })
    olivia = await visitors.visit(chat.sim.url)
    await olivia.types('/start 25k')
    await olivia.sees(/Session started: 25 ×/)
    await postTo(desk.sim.clockUrl, { speed: SPEED })
    await slowOnceHeld(desk, ENTRY_MS_MAX)
    await olivia.sees(/all 25 filled/)
  }, 120_000)
  afterAll(async () => {
    await chat?.close()
    await desk?.close()
  })

  test('takes the broker away: the channel is told so, and that it is back', async () => {
    await olivia.provokes('Broker outage')
    await olivia.sees(/Broker unreachable.*The broker has not answered for \d+ s/s)
    await olivia.sees(/Broker back.*The broker answers again, after \d+ s/s)
  })

  test('mutes the quotes: the stop fires all the same, as the broker is asked instead', async () => {
    await olivia.setsSpeed(10)
    await olivia.provokes('Mute quotes')
    const state = olivia.page.getByRole('button', { name: 'Mute quotes', pressed: true })
    await state.waitFor()
    await olivia.sees(/Stream mute.*asked for instead/s)
    await olivia.provokes('Shock −1 %')
    await olivia.sees(/Closed: 25 × SPY/)
    expect(await state.count()).toBe(1)
    expect(desk.sim.accounts[0]?.positions.size).toBe(0)
  })
})
