/** What the simulated broker takes and what it refuses, rule by rule, with Alpaca's codes. */
import { PermissionError, ValidationError } from '@alpacahq/alpaca-trade-api'
import { describe, expect, it } from 'vitest'
import type { AlpacaSim } from '../../../src/sim/alpaca/index.ts'
import { DEFAULT_ACCOUNTS } from '../../../src/sim/alpaca/options.ts'
import { call, KEYS_2K, put, QUIET_DAY, recording, sdk, startSim, stepTo } from './harness.ts'

const atTen = async (options: Parameters<typeof startSim>[0] = {}): Promise<AlpacaSim> => {
  const sim = await startSim({ source: recording([QUIET_DAY]), ...options })
  await stepTo(sim, '10:01:00')
  return sim
}

const RICH = DEFAULT_ACCOUNTS.map((account) => ({ ...account, equity: 200_000 }))
const withLevel = (optionsLevel: 0 | 1 | 2 | 3) => RICH.map((account) => ({ ...account, optionsLevel }))

const single = (side: 'buy' | 'sell', intent: string, extra: object = {}): object => ({
  symbol: put(746),
  qty: '1',
  side,
  type: 'limit',
  time_in_force: 'day',
  limit_price: side === 'buy' ? '0.50' : '2.00',
  position_intent: intent,
  ...extra,
})

const leg = (strike: number, intent: string, ratio = '1'): object => ({
  symbol: put(strike),
  ratio_qty: ratio,
  side: intent.split('_')[0],
  position_intent: intent,
})

const spread = (extra: object = {}): object => ({
  order_class: 'mleg',
  qty: '1',
  type: 'limit',
  time_in_force: 'day',
  limit_price: '-1.30',
  legs: [leg(746, 'sell_to_open'), leg(741, 'buy_to_open')],
  ...extra,
})

const refusal = async (sim: AlpacaSim, body: object, keys = undefined as typeof KEYS_2K | undefined) => {
  const { status, body: answer } = await call(sim, 'POST', '/v2/orders', body, keys)
  return { status, code: answer.code, message: String(answer.message) }
}

describe('an order for one put', () => {
  it('is taken and found again by either id', async () => {
    const sim = await atTen({ accounts: RICH })
    const { orders } = sdk(sim).trading
    const order = await orders.limit({
      symbol: put(746),
      side: 'sell',
      qty: 2,
      limitPrice: '2.00',
      positionIntent: 'sell_to_open',
      clientOrderId: 'p4d-25k-20260717-open-1',
    })
    expect(order).toMatchObject({
      qty: '2',
      filledQty: '0',
      limitPrice: '2',
      orderClass: 'simple',
      assetClass: 'us_option',
    })
    const found = await orders.getOrderByClientOrderId({ clientOrderId: 'p4d-25k-20260717-open-1' })
    expect(found.id).toBe(order.id)
    expect((await orders.getOrderByOrderID({ orderId: order.id ?? '' })).clientOrderId).toBe('p4d-25k-20260717-open-1')
  })

  it('is refused where its client order id was used before, even by a cancelled order', async () => {
    const sim = await atTen({ accounts: RICH })
    const body = single('sell', 'sell_to_open', { client_order_id: 'same' })
    const { body: order } = await call(sim, 'POST', '/v2/orders', body)
    await call(sim, 'DELETE', `/v2/orders/${order.id}`)
    expect(await refusal(sim, body)).toEqual({ status: 422, code: 40010001, message: 'client_order_id must be unique' })
  })

  it('needs the whole strike in options buying power when it opens a short put', async () => {
    const sim = await atTen()
    await expect(
      sdk(sim).trading.orders.limit({
        symbol: put(746),
        side: 'sell',
        qty: 1,
        limitPrice: '1.40',
        positionIntent: 'sell_to_open',
      }),
    ).rejects.toMatchObject({
      code: 40310000,
      message: 'insufficient options buying power for cash-secured put (required: 74600.00, available: 25000.00)',
    })
    const rich = await atTen({ accounts: RICH })
    expect((await refusal(rich, single('sell', 'sell_to_open', { qty: '3' }))).status).toBe(403)
    expect((await refusal(rich, single('sell', 'sell_to_open', { qty: '2' }))).status).toBe(200)
    // The working order holds its collateral.
    expect((await refusal(rich, single('sell', 'sell_to_open'))).status).toBe(403)
  })

  it.each([
    [0, 'sell', 403],
    [1, 'sell', 200],
    [1, 'buy', 403],
    [2, 'buy', 200],
  ] as const)('at level %i a %s to open is answered %i', async (level, side, status) => {
    const sim = await atTen({ accounts: withLevel(level) })
    const answer = await refusal(sim, single(side, `${side}_to_open`))
    expect(answer.status).toBe(status)
    if (status === 403) expect(answer.code).toBe(40310000)
  })

  it('is refused where the intent is not what the position makes of it', async () => {
    const sim = await atTen({ accounts: RICH })
    expect(await refusal(sim, single('buy', 'buy_to_close'))).toEqual({
      status: 422,
      code: 42210000,
      message: 'position intent mismatch, inferred: buy_to_open, specified: buy_to_close',
    })
    expect(await refusal(sim, single('buy', 'sell_to_open'))).toMatchObject({ status: 422 })
  })

  it('becomes a short put where a sale without an intent finds no position', async () => {
    const sim = await atTen({ accounts: RICH })
    const { body } = await call(
      sim,
      'POST',
      '/v2/orders',
      single('sell', 'sell_to_open', { position_intent: undefined }),
    )
    expect(body.position_intent).toBe('sell_to_open')
  })

  it.each([
    ['no type', { type: undefined }, 40010001],
    ['a stop', { type: 'stop', stop_price: '1' }, 42210000],
    ['no quantity', { qty: undefined }, 40010001],
    ['a broken quantity', { qty: '1.5' }, 42210000],
    ['no contracts', { qty: '0' }, 40010001],
    ['good till cancelled', { time_in_force: 'gtc' }, 42210000],
    ['a limit order without a limit', { limit_price: undefined }, 42210000],
    ['a price between two cents', { limit_price: '1.005' }, 42210000],
    ['a negative price', { limit_price: '-1' }, 40010001],
    ['a bracket', { order_class: 'bracket' }, 42210000],
    ['a strike that is not listed', { symbol: put(900) }, 42210000],
    ["yesterday's contract", { symbol: put(746, '2026-07-16') }, 42210000],
    ['another symbol', { symbol: 'AAPL260717P00200000' }, 42210000],
    ['an id of 129 characters', { client_order_id: 'x'.repeat(129) }, 40010001],
  ])('is refused with 422: %s', async (_case, change, code) => {
    const sim = await atTen({ accounts: RICH })
    expect(await refusal(sim, single('buy', 'buy_to_open', change))).toMatchObject({ status: 422, code })
  })

  it('is refused outside regular hours', async () => {
    const sim = await startSim({ accounts: RICH })
    const body = single('buy', 'buy_to_open', { symbol: put(770) })
    expect(await refusal(sim, body)).toMatchObject({ status: 422, code: 42210000 })
    await stepTo(sim, '16:00:00')
    expect(await refusal(sim, body)).toMatchObject({ status: 422, code: 42210000 })
  })

  it('may open until half an hour before the close and may close after that', async () => {
    const sim = await startSim({ accounts: RICH })
    await stepTo(sim, '15:29:59')
    const strike = Math.round(sim.market.spot?.bid ?? 0)
    const open = { symbol: put(strike), type: 'market', limit_price: undefined }
    expect((await refusal(sim, single('buy', 'buy_to_open', open))).status).toBe(200)
    await stepTo(sim, '15:30:00')
    expect(await refusal(sim, single('buy', 'buy_to_open', open))).toEqual({
      status: 422,
      code: 42210000,
      message: `contract ${put(strike)} expires soon, unable to open new positions`,
    })
    expect((await refusal(sim, single('sell', 'sell_to_close', open))).status).toBe(200)
  })
})

describe('an order that closes', () => {
  it('cannot have contracts that another working close holds', async () => {
    const sim = await atTen({ accounts: RICH })
    const { orders, positions } = sdk(sim).trading
    await orders.limit({ symbol: put(746), side: 'sell', qty: 2, limitPrice: '1.40', positionIntent: 'sell_to_open' })
    await stepTo(sim, '10:02:00')
    const close = single('buy', 'buy_to_close', { qty: '2' })
    const { body: first } = await call(sim, 'POST', '/v2/orders', close)
    const { status, body } = await call(sim, 'POST', '/v2/orders', close)
    expect({ status, body }).toMatchObject({
      status: 403,
      body: {
        code: 40310000,
        message: 'insufficient qty available for order (requested: 2, available: 0)',
        held_for_orders: '2',
        existing_qty: '2',
        related_orders: [first.id],
      },
    })
    expect(await positions.getOpenPosition({ symbolOrAssetId: put(746) })).toMatchObject({
      qty: '-2',
      qtyAvailable: '0',
    })
  })

  it('is never larger than the position', async () => {
    const sim = await atTen({ accounts: RICH })
    await sdk(sim).trading.orders.market({ symbol: put(746), side: 'buy', qty: 1, positionIntent: 'buy_to_open' })
    await stepTo(sim, '10:02:00')
    expect(await refusal(sim, single('sell', 'sell_to_close', { qty: '2' }))).toMatchObject({
      status: 403,
      code: 40310000,
    })
  })

  it('does not sell the long leg of a spread from under its short put', async () => {
    const sim = await atTen()
    await call(sim, 'POST', '/v2/orders', spread({ limit_price: '-1.00' }))
    await stepTo(sim, '10:02:00')
    const bare = single('sell', 'sell_to_close', { symbol: put(741), limit_price: '0.30' })
    expect(await refusal(sim, bare)).toMatchObject({ status: 403, code: 40310000 })
    expect((await refusal(sim, single('buy', 'buy_to_close'))).status).toBe(200)
  })
})

describe('a multi-leg order', () => {
  it('ties up width less credit', async () => {
    const sim = await atTen()
    const { orders, account } = sdk(sim).trading
    const order = await orders.submit({
      type: 'limit',
      orderClass: 'mleg',
      qty: 25,
      limitPrice: '-1.30',
      clientOrderId: 'spread-1',
      legs: [
        { symbol: put(746), ratioQty: '1', side: 'sell', positionIntent: 'sell_to_open' },
        { symbol: put(741), ratioQty: '1', side: 'buy', positionIntent: 'buy_to_open' },
      ],
    })
    expect(order).toMatchObject({ orderClass: 'mleg', qty: '25', limitPrice: '-1.3' })
    expect(order.legs?.map((each) => [each.symbol, each.side, each.positionIntent])).toEqual([
      [put(746), 'sell', 'sell_to_open'],
      [put(741), 'buy', 'buy_to_open'],
    ])
    // Works at a credit of 1.30: 25 × (5.00 − 1.30) × 100 are held.
    expect((await account.getAccount()).optionsBuyingPower).toBe('15750.00')
    expect((await refusal(sim, spread({ qty: '43' }))).status).toBe(403)
    expect((await refusal(sim, spread({ qty: '42' }))).status).toBe(200)
  })

  it('is refused where a short leg is not covered inside the order', async () => {
    const sim = await atTen({ accounts: RICH })
    const legs = [leg(746, 'sell_to_open', '2'), leg(741, 'buy_to_open')]
    expect(await refusal(sim, spread({ legs }))).toEqual({
      status: 403,
      code: 40310000,
      message: 'account not eligible to trade uncovered option contracts',
    })
  })

  it('needs level 3', async () => {
    const sim = await atTen({ accounts: withLevel(2) })
    expect(await refusal(sim, spread())).toMatchObject({ status: 403, code: 40310000 })
  })

  it('is refused where its account cannot carry it', async () => {
    const sim = await atTen()
    expect(await refusal(sim, spread({ qty: '7' }), KEYS_2K)).toMatchObject({
      status: 403,
      message: 'insufficient options buying power (required: 2590.00, available: 2000.00)',
    })
  })

  it.each([
    ['one leg', [leg(746, 'buy_to_open')]],
    ['five legs', [741, 745, 746, 741.5, 742].map((strike) => leg(strike, 'buy_to_open'))],
    ['the same contract twice', [leg(746, 'sell_to_open'), leg(746, 'buy_to_open')]],
    ['ratios with a common divisor', [leg(746, 'sell_to_open', '2'), leg(741, 'buy_to_open', '2')]],
    ['a broken ratio', [leg(746, 'sell_to_open', '0.5'), leg(741, 'buy_to_open')]],
    ['a leg without an intent', [leg(746, 'sell_to_open'), { symbol: put(741), ratio_qty: '1', side: 'buy' }]],
    ['a side against its intent', [leg(746, 'sell_to_open'), { ...leg(741, 'buy_to_open'), side: 'sell' }]],
    ['a close of nothing', [leg(746, 'buy_to_close'), leg(741, 'sell_to_close')]],
  ])('is refused with 422: %s', async (_case, legs) => {
    const sim = await atTen({ accounts: RICH })
    expect(await refusal(sim, spread({ legs }))).toMatchObject({ status: 422 })
  })
})

describe('errors as the SDK sees them', () => {
  it('are its own classes', async () => {
    const sim = await atTen()
    const { orders } = sdk(sim).trading
    const order = { symbol: put(746), side: 'sell' as const, qty: 1, limitPrice: '1.40' }
    await expect(orders.limit(order)).rejects.toBeInstanceOf(PermissionError)
    await expect(orders.limit({ ...order, symbol: put(900) })).rejects.toBeInstanceOf(ValidationError)
  })
})
