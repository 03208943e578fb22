import { streaming, trading } from '@alpacahq/alpaca-trade-api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toOrderRequest } from '../../src/broker/mapping/order-request.ts'
import { netPrice, toOrder } from '../../src/broker/mapping/orders.ts'
import { toTradeUpdate } from '../../src/broker/mapping/trade-updates.ts'
import type { OrderRequest } from '../../src/broker/port.ts'
import { SIMPLE_ORDER, spreadOrder } from './samples.ts'

const fromWire = (order: unknown): trading.Order => trading.OrderFromJSON(order)

describe('orders', () => {
  it('have one leg also when they are simple', () => {
    expect(toOrder(fromWire(SIMPLE_ORDER))).toEqual({
      id: SIMPLE_ORDER.id,
      clientOrderId: 'p4d-25k-20260717-open-1',
      status: 'partially_filled',
      qty: 25,
      filledQty: 10,
      filledAvgPrice: '1.205',
      limitPrice: '1.2',
      legs: [{ symbol: 'SPY260717P00747000', side: 'sell', filledQty: 10, filledAvgPrice: '1.205' }],
      submittedAt_ms: Date.parse('2026-07-17T14:00:00.120Z'),
      updatedAt_ms: Date.parse('2026-07-17T14:00:01.500Z'),
    })
  })

  it('net an opening spread as a positive credit, exactly', () => {
    const order = toOrder(fromWire(spreadOrder('open', ['1.2', '0.3'])))
    expect(order).toMatchObject({ filledAvgPrice: '0.9', limitPrice: '0.85', filledQty: 25 })
    expect(order.legs.map((leg) => leg.filledAvgPrice)).toEqual(['1.2', '0.3'])
  })

  it('net a closing spread as a positive debit, exactly', () => {
    const order = toOrder(fromWire(spreadOrder('close', ['0.3', '0.1'])))
    expect(order).toMatchObject({ filledAvgPrice: '0.2', limitPrice: '0.4' })
  })

  it('keep the sign of a close that was paid for', () => {
    expect(toOrder(fromWire(spreadOrder('close', ['0.01', '0.02']))).filledAvgPrice).toBe('-0.01')
  })

  it('take the parent price without its sign when the legs have none', () => {
    const parent = { ...spreadOrder('open', null), filled_avg_price: '-0.87' }
    expect(toOrder(fromWire(parent)).filledAvgPrice).toBe('0.87')
    expect(toOrder(fromWire(spreadOrder('open', null))).filledAvgPrice).toBeNull()
  })

  it('know an opening spread by its strikes when intents are missing', () => {
    const legs = [
      { symbol: 'SPY260717P00742000', side: 'buy', filledAvgPrice: '0.35' },
      { symbol: 'SPY260717P00747000', side: 'sell', filledAvgPrice: '1.2' },
    ] as const
    expect(netPrice(legs)).toBe('0.85')
    const closing = [{ ...legs[0], side: 'sell' } as const, { ...legs[1], side: 'buy' } as const]
    expect(netPrice(closing)).toBe('0.85')
  })

  it('take the requested legs when the answer has none yet', () => {
    const asked = [
      { symbol: 'SPY260717P00747000', side: 'sell', positionIntent: 'sell_to_open' },
      { symbol: 'SPY260717P00742000', side: 'buy', positionIntent: 'buy_to_open' },
    ] as const
    const order = toOrder(fromWire({ ...spreadOrder('open', null), legs: null }), asked)
    expect(order.legs).toEqual([
      { symbol: 'SPY260717P00747000', side: 'sell', filledQty: 0, filledAvgPrice: null },
      { symbol: 'SPY260717P00742000', side: 'buy', filledQty: 0, filledAvgPrice: null },
    ])
  })

  it('are never terminal by a status not known yet', () => {
    expect(toOrder(fromWire({ ...SIMPLE_ORDER, status: 'brand_new_status' })).status).toBe('pending_review')
  })

  it.each([{}, { ...SIMPLE_ORDER, id: undefined }, { ...SIMPLE_ORDER, filled_avg_price: 'NaN' }, null, 'text'])(
    'that cannot be read are an error: %#',
    (wire) => expect(() => toOrder(wire === null ? null : fromWire(wire))).toThrow(/expected an order/),
  )

  it('prop_the_net_of_an_open_and_its_close_is_the_difference_of_the_legs', () => {
    const cents = fc.integer({ min: 0, max: 10_000 }).map((value) => (value / 100).toFixed(2))
    fc.assert(
      fc.property(cents, cents, (short, long) => {
        const opened = Number(toOrder(fromWire(spreadOrder('open', [short, long]))).filledAvgPrice)
        const closed = Number(toOrder(fromWire(spreadOrder('close', [short, long]))).filledAvgPrice)
        expect(Math.round(opened * 100)).toBe(Math.round(Number(short) * 100) - Math.round(Number(long) * 100))
        expect(closed).toBe(opened)
      }),
    )
  })
})

describe('order requests', () => {
  const short = { symbol: 'SPY260717P00747000', side: 'sell', positionIntent: 'sell_to_open' } as const
  const long = { symbol: 'SPY260717P00742000', side: 'buy', positionIntent: 'buy_to_open' } as const
  const request = (change: Partial<OrderRequest>): OrderRequest => ({
    clientOrderId: 'p4d-25k-20260717-open-1',
    qty: 25,
    legs: [short],
    limitPrice: '1.20',
    ...change,
  })

  it('give a single put its intent', () => {
    expect(trading.PostOrderRequestToJSON(toOrderRequest(request({})))).toMatchObject({
      client_order_id: 'p4d-25k-20260717-open-1',
      symbol: short.symbol,
      side: 'sell',
      position_intent: 'sell_to_open',
      type: 'limit',
      time_in_force: 'day',
      qty: '25',
      limit_price: '1.20',
    })
  })

  it('ask for a credit with a minus and for a debit without', () => {
    expect(toOrderRequest(request({ legs: [short, long], limitPrice: '0.85' }))).toMatchObject({
      orderClass: 'mleg',
      limitPrice: '-0.85',
      legs: [{ symbol: short.symbol, ratioQty: '1', positionIntent: 'sell_to_open' }, { symbol: long.symbol }],
    })
    const closing = [
      { ...short, side: 'buy', positionIntent: 'buy_to_close' },
      { ...long, side: 'sell', positionIntent: 'sell_to_close' },
    ] as const
    expect(toOrderRequest(request({ legs: closing, limitPrice: '0.40' })).limitPrice).toBe('0.40')
    expect(toOrderRequest(request({ legs: [short, long], limitPrice: '0.00' })).limitPrice).toBe('0.00')
  })

  it('without a limit are market orders', () => {
    const market = toOrderRequest(request({ limitPrice: null }))
    expect(market.type).toBe('market')
    expect(market).not.toHaveProperty('limitPrice')
  })

  it.each([
    { qty: 0 },
    { qty: 1.5 },
    { qty: Number.NaN },
    { limitPrice: '-0.85' },
    { limitPrice: 'free' },
    { clientOrderId: '' },
    { clientOrderId: 'x'.repeat(129) },
    { legs: [short, { ...long, positionIntent: 'buy_to_close' }] },
  ] as const)('that must never be sent throw: %o', (change) => {
    expect(() => toOrderRequest(request(change as Partial<OrderRequest>))).toThrow(RangeError)
  })
})

describe('trade updates', () => {
  const update = (change: object): unknown =>
    streaming.mapTradeUpdate({
      event: 'partial_fill',
      timestamp: '2026-07-17T14:00:01.25Z',
      execution_id: 'e-1',
      price: '1.21',
      qty: '10',
      position_qty: '-10',
      order: SIMPLE_ORDER,
      ...change,
    })

  it('carry this execution beside the order', () => {
    expect(toTradeUpdate(update({}))).toMatchObject({
      event: 'partial_fill',
      executionId: 'e-1',
      price: '1.21',
      qty: 10,
      at_ms: Date.parse('2026-07-17T14:00:01.250Z'),
      order: { clientOrderId: 'p4d-25k-20260717-open-1', filledQty: 10 },
    })
  })

  it('carry a multi-leg order with its legs, its credit without a sign', () => {
    const fill = toTradeUpdate(
      update({ event: 'fill', price: '-0.85', qty: '25', order: spreadOrder('open', ['1.2', '0.35']) }),
    )
    expect(fill).toMatchObject({ price: '0.85', qty: 25, order: { filledAvgPrice: '0.85', legs: [{}, {}] } })
  })

  it('carry one leg of a spread as an order of its own', () => {
    const [leg] = spreadOrder('open', ['1.2', '0.35']).legs
    expect(toTradeUpdate(update({ order: leg })).order).toMatchObject({
      clientOrderId: 'leg-of-SPY260717P00747000',
      legs: [{ symbol: 'SPY260717P00747000', side: 'sell' }],
    })
  })

  it('without an execution have neither price nor quantity', () => {
    const plain = toTradeUpdate(update({ event: 'new', execution_id: undefined, price: undefined, qty: undefined }))
    expect(plain).toMatchObject({ executionId: null, price: null, qty: null })
  })

  it.each([{ order: {} }, { price: 'x' }, { event: '' }])('that cannot be read are an error: %o', (change) => {
    expect(() => toTradeUpdate(update(change))).toThrow(/expected/)
  })
})
