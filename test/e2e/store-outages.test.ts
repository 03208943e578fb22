/** Redis dies while a position is open, and comes back with its data, without it, or late. */
import { describe, expect, test } from 'vitest'
import { ENOUGH_MS, TRADING_DATE, useStoreOutageDesk } from '../support/store-outage-desk.ts'
import { eventually, until } from '../support/waits.ts'

describe('the store dies while a position is open', () => {
  const desks = useStoreOutageDesk()

  test('it comes back empty: the worker sets it up again, opens nothing more, and says so', async () => {
    const desk = desks.current()
    const lastNo = await desk.lastFeedNo()
    const before = await desk.session()
    await desk.redis.kill()
    await desk.redis.restart('empty')
    const after = await eventually('the session in the new store', desk.session, ENOUGH_MS)
    expect(after.trade?.openedQty).toBe(before?.trade?.openedQty)
    const [alert] = (await desk.journal()).filter(({ event }) => event.type === 'engine_alert')
    expect(alert?.event).toMatchObject({ code: 'store_lost', critical: true })
    expect(alert?.feedNo).toBe(lastNo + 1)
    expect((await desk.session())?.mode).toBe('REDUCING')
    expect(await desk.campaign()).toMatchObject({ active: true })
    await desk.setSpeed(2500)
    await desk.ended()
    expect((await desk.of('trade_closed')).length).toBe(1)
    expect(await desk.positionsAtBroker()).toEqual([])
    const [closed] = await desk.of('trade_closed')
    expect((await desk.report())?.netPnlCents).toBe(closed?.netPnlCents)
    await until('the next day', async () => (await desk.campaign())?.session.date !== TRADING_DATE)
  }, 240_000)
})
