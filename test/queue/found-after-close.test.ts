/** An opening that nobody saw arrive, and whose fill shows after the close: the store in memory, the broker by hand. */
import { describe, expect, test } from 'vitest'
import type { BrokerOrder } from '../../src/broker/port.ts'
import { notSettled, settleDay, settleExpired } from '../../src/queue/settle-expired.ts'
import type { SessionState } from '../../src/session/state.ts'
import { armedCampaign, saveCampaign, saveSession } from '../support/armed-campaign.ts'
import { world } from '../support/command-world.ts'
import { ACCOUNT, ok } from '../support/preflight-samples.ts'
import { at, brokerOrder, CHAIN, DATE, watchingDesk } from '../support/session.ts'

const own = { accountId: ACCOUNT.id, source: ACCOUNT.source } as const

/** A day whose only opening the broker never showed; the account is at its next day by now, and may open. */
async function lost() {
  const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)
  const sent = desk.sent()
  const { clientOrderId } = sent
  desk.give({ kind: 'control', control: { ...desk.state.control, seq: 1, mode: 'REDUCING' } }).tick('09:51')
  desk.give({ kind: 'order_missing', clientOrderId })
  desk.give({ kind: 'control', control: { ...desk.state.control, seq: 2, mode: 'ACTIVE' } }).tick('16:00')
  const value: SessionState = { ...desk.state, ...own }
  expect(value).toMatchObject({ phase: 'ended', trade: null, mode: 'ACTIVE' })
  const orders: BrokerOrder[] = []
  const clock: { now_ms: number | null } = { now_ms: at('16:10') }
  const asked = { orders: 0 }
  const { deps: given, sessions } = world({
    orders: async () => {
      asked.orders += 1
      return ok(orders)
    },
    activities: async () => ok([]),
    officialClose: async () => ok(742),
  })
  const deps = { ...given, clock: { ...given.clock, now_ms: () => clock.now_ms } }
  const days = { session: value.next ?? value.session, next: null }
  const campaign = { ...armedCampaign(0), ...own, ...days, control: value.control }
  await saveCampaign(sessions, campaign)
  await saveSession(sessions, value)
  return {
    ...{ deps, sessions, clock, asked, campaign },
    arrive: (status: 'filled' | 'canceled' | 'new', qty: number, price: string | null = '1.68') =>
      void orders.splice(0, 1, brokerOrder(sent, status, qty, qty > 0 ? price : null, at('09:52'))),
    events: async () => (await sessions.journal(ACCOUNT.id, DATE)).map(({ event }) => event),
    state: async () => (await sessions.session(ACCOUNT.id, DATE)).value,
    control: async () => (await sessions.campaign(ACCOUNT.id)).value?.control,
    once: () => settleDay(ACCOUNT.id, DATE, deps),
  }
}

describe('an opening whose fill shows after the close', () => {
  test('was held past it: the account is halted at once, and it is settled when the close is known', async () => {
    const desk = await lost()
    expect(await desk.once()).toBe('not_yet')
    desk.arrive('filled', 25, null)
    expect(await desk.once()).toBe('not_yet')
    expect(await desk.events()).toEqual([])
    desk.arrive('filled', 25)
    await settleExpired(desk.deps)
    expect(await desk.state()).toMatchObject({ phase: 'ended', mode: 'HALTED', trade: { openedQty: 25 } })
    expect(await desk.control()).toMatchObject({ mode: 'HALTED', guard: { cause: 'halt' } })
    expect(await notSettled(desk.campaign, desk.deps)).toMatchObject({ refusal: { code: 'not_now' } })
    const told = (await desk.events()).filter((event) => event.type === 'engine_alert')
    expect(told.map(({ code }) => code)).toEqual(['late_fill', 'position_at_close'])
    expect((await desk.events()).at(-1)).toMatchObject({ status: 'incomplete', corrects: { status: 'no_trade' } })
    desk.clock.now_ms = at('16:31')
    await settleExpired(desk.deps)
    await settleExpired(desk.deps)
    const closed = (await desk.events()).filter((event) => event.type === 'trade_closed')
    expect(closed).toMatchObject([{ reason: 'expired', contracts: 25, netPnlCents: 416_750 }])
    expect((await desk.events()).at(-1)).toMatchObject({ status: 'traded', corrects: { status: 'incomplete' } })
    expect(await notSettled(desk.campaign, desk.deps)).toBeNull()
    expect((await desk.control())?.mode).toBe('HALTED')
  })

  test('the next morning is settled in one go, also a part of it', async () => {
    const desk = await lost()
    desk.clock.now_ms = at('16:00') + 17 * 3_600_000
    desk.arrive('canceled', 10)
    expect(await desk.once()).toBe('settled')
    const closed = (await desk.events()).filter((event) => event.type === 'trade_closed')
    expect(closed).toMatchObject([{ contracts: 10, brokerPnlCents: 168_000 }])
    expect(await desk.control()).toMatchObject({ mode: 'HALTED' })
    expect((await desk.state())?.trade).toBeNull()
  })

  test('is looked for until the books of the day are final, and then no more', async () => {
    const desk = await lost()
    desk.clock.now_ms = at('15:59')
    expect(await desk.once()).toBe('not_yet')
    expect(desk.asked.orders).toBe(0)
    desk.clock.now_ms = at('16:29')
    expect(await desk.once()).toBe('not_yet')
    desk.arrive('new', 0)
    desk.clock.now_ms = at('16:31')
    expect(await desk.once()).toBe('not_yet')
    desk.arrive('canceled', 0)
    expect(await desk.once()).toBe('nothing')
    await settleExpired(desk.deps)
    expect(desk.asked.orders).toBe(3)
    expect(await desk.events()).toEqual([])
    expect((await desk.control())?.mode).toBe('ACTIVE')
  })
})
