/** Fills at the touch, resting, partial fills, cancels, cash and positions to the cent. */
import { describe, expect, it } from 'vitest'
import { DEFAULT_ACCOUNTS } from '../../../src/sim/alpaca/options.ts'
import { call, eventually, put, QUIET_DAY, recording, sdk, startSim, stepTo } from './harness.ts'

const RICH = DEFAULT_ACCOUNTS.map((account) => ({ ...account, equity: 4_000_000 }))
const quietDay = (options: Parameters<typeof startSim>[0] = {}) =>
  startSim({ source: recording([QUIET_DAY]), accounts: RICH, ...options })

describe('matching at the touch', () => {
  it('fills a marketable sale at the bid and its close at the ask, to the cent', async () => {
    const sim = await quietDay()
    await stepTo(sim, '10:00:00')
    const { orders, account, positions } = sdk(sim).trading
    const open = await orders.limit({
      symbol: put(746),
      side: 'sell',
      qty: 25,
      limitPrice: '1.30',
      positionIntent: 'sell_to_open',
    })
    const filled = await eventually(async () => {
      const order = await orders.getOrderByOrderID({ orderId: open.id ?? '' })
      return order.status === 'filled' && order
    })
    expect(filled).toMatchObject({ filledQty: '25', filledAvgPrice: '1.4' })
    expect(filled.filledAt?.toISOString()).toBe('2026-07-17T14:00:00.000Z')
    expect(await account.getAccount()).toMatchObject({
      cash: '4003500.00',
      shortMarketValue: '-3525.00',
      equity: '3999975.00',
      optionsBuyingPower: '2138500.00',
    })
    expect((await positions.getAllOpenPositions())[0]).toMatchObject({
      symbol: put(746),
      qty: '-25',
      side: 'short',
      avgEntryPrice: '1.4',
      costBasis: '-3500',
      unrealizedPl: '-25',
    })
    await stepTo(sim, '10:05:00')
    await orders.limit({ symbol: put(746), side: 'buy', qty: 25, limitPrice: '1.20', positionIntent: 'buy_to_close' })
    const after = await eventually(async () => {
      const read = await account.getAccount()
      return read.cash !== '4003500.00' && read
    })
    expect(after).toMatchObject({ cash: '4000825.00', equity: '4000825.00', optionsBuyingPower: '4000825.00' })
    expect(await positions.getAllOpenPositions()).toEqual([])
    const fills = await sdk(sim).trading.accountActivities.getAccountActivities({ activityTypes: ['FILL'] })
    expect(fills.map((fill) => [fill.side, fill.qty, fill.price])).toEqual([
      ['buy', '25', '1.07'],
      ['sell', '25', '1.40'],
    ])
  })

  it('fills a spread at the net of its legs, short bid less long ask', async () => {
    const sim = await startSim({ source: recording([QUIET_DAY]) })
    await stepTo(sim, '10:00:00')
    const { orders, account } = sdk(sim).trading
    const legs = [
      { symbol: put(746), ratioQty: '1', side: 'sell' as const, positionIntent: 'sell_to_open' as const },
      { symbol: put(741), ratioQty: '1', side: 'buy' as const, positionIntent: 'buy_to_open' as const },
    ]
    const open = await orders.submit({ type: 'limit', orderClass: 'mleg', qty: 25, limitPrice: '-1.00', legs })
    const filled = await eventually(async () => {
      const order = await orders.getOrderByOrderID({ orderId: open.id ?? '' })
      return order.status === 'filled' && order
    })
    expect(filled.filledAvgPrice).toBe('-1.08')
    expect(filled.legs?.map((leg) => [leg.symbol, leg.filledQty, leg.filledAvgPrice])).toEqual([
      [put(746), '25', '1.4'],
      [put(741), '25', '0.32'],
    ])
    expect(await account.getAccount()).toMatchObject({ cash: '27700.00', optionsBuyingPower: '15200.00' })
    await stepTo(sim, '10:05:00')
    const close = legs.map((leg) => ({
      ...leg,
      side: leg.side === 'sell' ? ('buy' as const) : ('sell' as const),
      positionIntent: leg.side === 'sell' ? ('buy_to_close' as const) : ('sell_to_close' as const),
    }))
    await orders.submit({ type: 'limit', orderClass: 'mleg', qty: 25, limitPrice: '0.90', legs: close })
    const after = await eventually(async () => {
      const read = await account.getAccount()
      return read.cash !== '27700.00' && read
    })
    // Bought back at 1.07 − 0.20.
    expect(after).toMatchObject({ cash: '25525.00', equity: '25525.00', optionsBuyingPower: '25525.00' })
  })

  it('lets an order rest until a book meets its limit, and fills it at that book', async () => {
    const sim = await quietDay()
    await stepTo(sim, '10:00:00')
    const { orders } = sdk(sim).trading
    const order = await orders.limit({
      symbol: put(746),
      side: 'buy',
      qty: 1,
      limitPrice: '1.10',
      positionIntent: 'buy_to_open',
    })
    await stepTo(sim, '10:04:59')
    expect(await orders.getOrderByOrderID({ orderId: order.id ?? '' })).toMatchObject({ status: 'new', filledQty: '0' })
    await stepTo(sim, '10:05:00')
    expect(await orders.getOrderByOrderID({ orderId: order.id ?? '' })).toMatchObject({
      status: 'filled',
      filledAvgPrice: '1.07',
      filledAt: new Date('2026-07-17T14:05:00Z'),
    })
  })

  it('does not fill what the book does not quote', async () => {
    const gap = {
      ...QUIET_DAY,
      books: QUIET_DAY.books.map((book, at) => (at === 1 ? { ...book, rows: book.rows.slice(0, 1) } : book)),
    }
    const sim = await startSim({ source: recording([gap]), accounts: RICH })
    await stepTo(sim, '10:06:00')
    const { orders } = sdk(sim).trading
    const order = await orders.limit({
      symbol: put(746),
      side: 'buy',
      qty: 1,
      limitPrice: '9',
      positionIntent: 'buy_to_open',
    })
    await stepTo(sim, '15:39:00')
    expect((await orders.getOrderByOrderID({ orderId: order.id ?? '' })).status).toBe('new')
    await stepTo(sim, '15:40:00')
    expect(await orders.getOrderByOrderID({ orderId: order.id ?? '' })).toMatchObject({ filledAvgPrice: '0.11' })
  })

  it('fills market orders at the touch', async () => {
    const sim = await quietDay()
    await stepTo(sim, '10:00:00')
    const order = await sdk(sim).trading.orders.market({
      symbol: put(745),
      side: 'buy',
      qty: 3,
      positionIntent: 'buy_to_open',
    })
    await stepTo(sim, '10:00:01')
    expect(await sdk(sim).trading.orders.getOrderByOrderID({ orderId: order.id ?? '' })).toMatchObject({
      filledAvgPrice: '1.12',
    })
  })
})

describe('partial fills', () => {
  it('fills what the control API says and the rest at the next books', async () => {
    const sim = await quietDay()
    await stepTo(sim, '10:00:00')
    await call(sim, 'POST', '/sim/fills', { next: [10, 3] })
    const { orders } = sdk(sim).trading
    const order = await orders.limit({
      symbol: put(746),
      side: 'sell',
      qty: 25,
      limitPrice: '1.00',
      positionIntent: 'sell_to_open',
    })
    await stepTo(sim, '10:01:00')
    const orderId = order.id ?? ''
    expect(await orders.getOrderByOrderID({ orderId })).toMatchObject({
      status: 'partially_filled',
      filledQty: '10',
      filledAvgPrice: '1.4',
    })
    await stepTo(sim, '10:05:00')
    expect(await orders.getOrderByOrderID({ orderId })).toMatchObject({ filledQty: '13', filledAvgPrice: '1.319231' })
    await orders.deleteOrderByOrderID({ orderId })
    const canceled = await eventually(async () => {
      const read = await orders.getOrderByOrderID({ orderId })
      return read.status === 'canceled' && read
    })
    expect(canceled.filledQty).toBe('13')
    expect(await sdk(sim).trading.positions.getOpenPosition({ symbolOrAssetId: put(746) })).toMatchObject({
      qty: '-13',
    })
  })

  it('happen by themselves with a chance, the same ones for the same seed', async () => {
    const quantities = async () => {
      const sim = await quietDay({ partials: 0.9 })
      await stepTo(sim, '10:00:00')
      const order = await sdk(sim).trading.orders.limit({
        symbol: put(746),
        side: 'sell',
        qty: 25,
        limitPrice: '0.10',
        positionIntent: 'sell_to_open',
      })
      await stepTo(sim, '10:05:00')
      return (await sdk(sim).trading.orders.getOrderByOrderID({ orderId: order.id ?? '' })).filledQty
    }
    const [first, second] = [await quantities(), await quantities()]
    expect(Number(first)).toBeLessThan(25)
    expect(second).toBe(first)
  })
})

describe('cancelling', () => {
  it('is answered 204 and takes effect just after; what is done cannot be cancelled', async () => {
    const sim = await quietDay()
    await stepTo(sim, '10:00:00')
    const body = { symbol: put(746), qty: '1', side: 'buy', type: 'limit', time_in_force: 'day', limit_price: '0.1' }
    const { body: order } = await call(sim, 'POST', '/v2/orders', body)
    expect((await call(sim, 'DELETE', `/v2/orders/${order.id}`)).status).toBe(204)
    await eventually(async () => (await call(sim, 'GET', `/v2/orders/${order.id}`)).body.status === 'canceled')
    expect(await call(sim, 'DELETE', `/v2/orders/${order.id}`)).toMatchObject({
      status: 422,
      body: { code: 42210000, message: 'order is already in "canceled" state' },
    })
  })

  it('can lose the race against a fill', async () => {
    const sim = await quietDay()
    await stepTo(sim, '10:00:00')
    const body = { symbol: put(746), qty: '1', side: 'sell', type: 'limit', time_in_force: 'day', limit_price: '1.40' }
    const { body: order } = await call(sim, 'POST', '/v2/orders', body)
    const deleted = await call(sim, 'DELETE', `/v2/orders/${order.id}`)
    expect(deleted).toMatchObject({ status: 422, body: { message: 'order is already in "filled" state' } })
  })

  it('cancels all working orders at once', async () => {
    const sim = await quietDay()
    await stepTo(sim, '10:00:00')
    for (const limit_price of ['0.1', '0.2']) {
      await call(sim, 'POST', '/v2/orders', {
        symbol: put(746),
        qty: '1',
        side: 'buy',
        type: 'limit',
        time_in_force: 'day',
        limit_price,
      })
    }
    const { orders } = sdk(sim).trading
    expect(await orders.deleteAllOrders()).toHaveLength(2)
    await eventually(async () => (await orders.getAllOrders({ status: 'open' })).length === 0)
  })
})

describe('the list of orders', () => {
  it('is filtered, sorted and nested as asked', async () => {
    const sim = await startSim({ source: recording([QUIET_DAY]) })
    await stepTo(sim, '10:00:00')
    const { orders } = sdk(sim).trading
    const legs = [
      { symbol: put(746), ratioQty: '1', side: 'sell' as const, positionIntent: 'sell_to_open' as const },
      { symbol: put(741), ratioQty: '1', side: 'buy' as const, positionIntent: 'buy_to_open' as const },
    ]
    await orders.submit({ type: 'limit', orderClass: 'mleg', qty: 1, limitPrice: '-1.00', legs, clientOrderId: 'a' })
    await stepTo(sim, '10:01:00')
    await orders.limit({ symbol: put(745), side: 'buy', qty: 1, limitPrice: '0.10', clientOrderId: 'b' })
    const ids = async (query: Parameters<typeof orders.getAllOrders>[0]) =>
      (await orders.getAllOrders(query)).map((order) => order.clientOrderId)
    expect(await ids({ status: 'all', nested: true })).toEqual(['b', 'a'])
    expect(await ids({ status: 'all', nested: true, direction: 'asc' })).toEqual(['a', 'b'])
    expect(await ids({ nested: true })).toEqual(['b'])
    expect(await ids({ status: 'closed', nested: true })).toEqual(['a'])
    expect(await ids({ status: 'all', nested: true, after: '2026-07-17T14:00:00Z' })).toEqual(['b'])
    expect(await ids({ status: 'all', nested: true, limit: 1 })).toEqual(['b'])
    expect(await orders.getAllOrders({ status: 'closed' })).toHaveLength(3)
  })
})
