/** Redis dies while a position is open, and comes back with its data, without it, or late. */
import { describe, expect, test } from 'vitest'
import { tradeCards } from '../../src/report/trade-card.ts'
import { ENOUGH_MS, useStoreOutageDesk } from '../support/store-outage-desk.ts'
import { eventually, until } from '../support/waits.ts'

describe('the store dies while a position is open', () => {
  const desks = useStoreOutageDesk()

  test('it comes back with its data: the day goes on as if nothing had been', async () => {
    const desk = desks.current()
    const before = await desk.journal()
    await desk.redis.kill()
    await desk.redis.restart('with its data')
    await desk.setSpeed(2500)
    await desk.ended()
    const after = await desk.journal()
    expect(after.slice(0, before.length)).toEqual(before)
    expect((await desk.of('entry_decided')).length - (await desk.of('entry_abandoned')).length).toBe(1)
    expect((await desk.of('trade_closed')).length).toBe(1)
    expect(await desk.positionsAtBroker()).toEqual([])
    const numbers = after.flatMap(({ feedNo }) => (feedNo === null ? [] : [feedNo]))
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  }, 240_000)

  test('it comes back empty with no worker alive: the next worker adopts what the broker shows', async () => {
    const desk = desks.current()
    const before = await desk.session()
    const lastNo = await desk.lastFeedNo()
    await until('the files to have it', async () => (await desk.lastFiledNo()) === lastNo, ENOUGH_MS)
    await desk.killWorker()
    await desk.redis.kill()
    await desk.redis.restart('empty')
    desk.startWorker()
    const after = await eventually(
      'the adopted position',
      async () => {
        const state = await desk.session()
        return state?.phase === 'holding' ? state : null
      },
      ENOUGH_MS,
    )
    expect(after.trade).toMatchObject({ openedQty: before?.trade?.openedQty, symbols: before?.trade?.symbols })
    expect(after.trade?.openedNotional).toBe(before?.trade?.openedNotional)
    expect(after.mode).toBe('REDUCING')
    // Its card has no decision to show, and shows what is held.
    const [card] = tradeCards(await desk.journal())
    const { strike, hedgeStrike, openedQty: contracts } = before?.trade ?? {}
    expect(card).toMatchObject({ stage: 'open', entry: null, trade: { strike, hedgeStrike, contracts } })
    expect((await desk.journal()).find(({ feedNo }) => feedNo !== null)?.feedNo).toBe(lastNo + 1)
    await desk.setSpeed(2500)
    await desk.ended()
    expect(await desk.positionsAtBroker()).toEqual([])
    const [closed] = await desk.of('trade_closed')
    expect((await desk.report())?.netPnlCents).toBe(closed?.netPnlCents)
  }, 240_000)

  test('exits fire while it is away, and the journal catches up', async () => {
    const desk = desks.current()
    expect(await desk.positionsAtBroker()).not.toEqual([])
    await desk.redis.kill()
    await desk.setSpeed(2500)
    await until('the position to be closed', async () => (await desk.positionsAtBroker()).length === 0, ENOUGH_MS)
    await desk.redis.restart('with its data')
    await desk.ended()
    expect((await desk.of('order_intent')).length).toBeGreaterThanOrEqual(2)
    expect((await desk.of('trade_closed')).length).toBe(1)
  }, 240_000)
})
