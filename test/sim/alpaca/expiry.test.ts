/** The end of a day: liquidation, expiry, assignment, and the next morning. */
import { describe, expect, it } from 'vitest'
import type { AlpacaSim } from '../../../src/sim/alpaca/index.ts'
import { DEFAULT_ACCOUNTS } from '../../../src/sim/alpaca/options.ts'
import { call, DATE, type MadeDay, NEXT_DATE, put, QUIET_DAY, recording, sdk, startSim, stepTo } from './harness.ts'

const RICH = DEFAULT_ACCOUNTS.map((account) => ({ ...account, equity: 100_000 }))
const NEXT_DAY = { ...QUIET_DAY, date: NEXT_DATE }

/** The 746 put ends two dollars in the money and has no offer in the last hour. */
const CRASH: MadeDay = {
  date: DATE,
  books: [
    {
      time: '10:00:00',
      spot: 746.5,
      rows: [
        [741, 0.3, 0.32],
        [746, 1.4, 1.42],
      ],
    },
    { time: '15:40:00', spot: 744.5, rows: [[741, 0.01, 0.02]] },
  ],
  bars: [['15:59', 744, 744.2, 743.9, 744]],
}

const sell = (sim: AlpacaSim, strike: number, qty = 1) =>
  sdk(sim).trading.orders.market({ symbol: put(strike), side: 'sell', qty, positionIntent: 'sell_to_open' })

describe('fifteen minutes before the close', () => {
  it('short puts are bought back by the broker at the touch and working orders are cancelled', async () => {
    const sim = await startSim({ source: recording([QUIET_DAY, NEXT_DAY]), accounts: RICH })
    await stepTo(sim, '10:00:00')
    await sell(sim, 746)
    const resting = await sdk(sim).trading.orders.limit({ symbol: put(745), side: 'buy', qty: 1, limitPrice: '0.01' })
    await stepTo(sim, '15:44:59')
    expect(await sdk(sim).trading.positions.getAllOpenPositions()).toHaveLength(1)
    await stepTo(sim, '15:45:00')
    const { orders, positions, account } = sdk(sim).trading
    expect(await positions.getAllOpenPositions()).toEqual([])
    expect((await orders.getOrderByOrderID({ orderId: resting.id ?? '' })).status).toBe('canceled')
    const [last] = await orders.getAllOrders({ status: 'closed', limit: 1 })
    expect(last).toMatchObject({
      symbol: put(746),
      side: 'buy',
      filledAvgPrice: '0.11',
      positionIntent: 'buy_to_close',
    })
    expect((await account.getAccount()).cash).toBe('100129.00')
  })
})

describe('the close', () => {
  it('lets long puts out of the money lapse and tells so the next morning', async () => {
    const sim = await startSim({ source: recording([QUIET_DAY, NEXT_DAY]), accounts: RICH })
    await stepTo(sim, '10:00:00')
    await sdk(sim).trading.orders.market({ symbol: put(741), side: 'buy', qty: 2 })
    await stepTo(sim, '16:00:00')
    const { positions, accountActivities, account } = sdk(sim).trading
    expect(await positions.getAllOpenPositions()).toEqual([])
    expect(await accountActivities.getAccountActivities({ activityTypes: ['OPEXP'] })).toEqual([])
    await stepTo(sim, '09:30:00', NEXT_DATE)
    const [lapsed] = await accountActivities.getAccountActivities({ activityTypes: ['OPEXP', 'OPASN', 'OPEXC'] })
    expect(lapsed).toMatchObject({ activityType: 'OPEXP', symbol: put(741), qty: '-2' })
    expect(lapsed?.date?.toISOString().slice(0, 10)).toBe(DATE)
    expect(await account.getAccount()).toMatchObject({ cash: '99936.00', lastEquity: '99936.00' })
  })

  it('assigns a short put in the money that could not be bought back: shares at the strike', async () => {
    const sim = await startSim({ source: recording([CRASH, NEXT_DAY]), accounts: RICH })
    await stepTo(sim, '10:00:00')
    await sell(sim, 746)
    await stepTo(sim, '15:45:00')
    expect(await sdk(sim).trading.positions.getAllOpenPositions()).toHaveLength(1)
    await stepTo(sim, '16:00:00')
    const { positions, account, accountActivities } = sdk(sim).trading
    expect((await positions.getAllOpenPositions())[0]).toMatchObject({
      symbol: 'SPY',
      qty: '100',
      avgEntryPrice: '746',
      assetClass: 'us_equity',
      exchange: 'ARCA',
    })
    expect((await account.getAccount()).cash).toBe('25540.00')
    await stepTo(sim, '09:25:00', NEXT_DATE)
    const bars = await sdk(sim).marketData.stocks.stockBars({
      ...{ symbols: 'SPY', timeframe: '1Day', feed: 'sip', start: new Date(`${DATE}T00:00:00Z`) },
      end: new Date(`${DATE}T20:00:00Z`),
    })
    // The day's bar ends at the close that contracts are settled at, and begins at New York's midnight.
    expect(bars.bars.SPY).toMatchObject([{ t: `${DATE}T04:00:00.000Z`, c: 744 }])
    const [assigned] = await accountActivities.getAccountActivitiesByActivityType({ activityType: 'OPASN' })
    expect(assigned).toMatchObject({ activityType: 'OPASN', symbol: put(746), qty: '1' })
  })

  it('expires what is still working', async () => {
    const sim = await startSim({ accounts: RICH })
    await stepTo(sim, '15:50:00')
    // A close may be sent this late; here only shares can be held, so an order for them stands in.
    const { body } = await call(sim, 'POST', '/v2/orders', {
      symbol: 'SPY',
      qty: '1',
      side: 'buy',
      type: 'limit',
      time_in_force: 'day',
      limit_price: '100',
    })
    await stepTo(sim, '16:00:00')
    expect(await sdk(sim).trading.orders.getOrderByOrderID({ orderId: String(body.id) })).toMatchObject({
      status: 'expired',
      expiredAt: new Date('2026-07-17T20:00:00Z'),
    })
  })
})
