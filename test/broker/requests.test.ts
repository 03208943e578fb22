import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RequestBudget } from '../../src/broker/budget.ts'
import type { Broker, OrderRequest } from '../../src/broker/port.ts'
import { send } from '../../src/broker/requests.ts'
import { COMES_MS_MAX } from '../support/waits.ts'
import { ACCOUNT, SIMPLE_ORDER, spreadOrder } from './samples.ts'
import { type Answer, json, type ScriptedAlpaca, startScriptedAlpaca } from './scripted-alpaca.ts'

const REQUEST: OrderRequest = {
  clientOrderId: 'p4d-25k-20260717-open-1',
  qty: 25,
  legs: [{ symbol: 'SPY260717P00747000', side: 'sell', positionIntent: 'sell_to_open' }],
  limitPrice: '1.20',
}
const ORDERS = 'POST /v2/orders'
const CANCEL = 'DELETE /v2/orders/o-1'

const silence: Answer = () => {}
const brokenJson: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "30a0')
}
const noContent: Answer = (_request, response) => void response.writeHead(204).end()

describe('requests over the wire', () => {
  let alpaca: ScriptedAlpaca
  let broker: Broker
  /** The same, for answers that never come. */
  let hasty: Broker
  beforeEach(async () => {
    alpaca = await startScriptedAlpaca()
    broker = alpaca.broker({ timeout_ms: COMES_MS_MAX })
    hasty = alpaca.broker({ timeout_ms: 1_000 })
  })
  afterEach(() => alpaca.close())

  it('carry the keys and the order', async () => {
    alpaca.on(ORDERS, json(200, SIMPLE_ORDER))
    const result = await broker.submit(REQUEST)
    expect(result).toMatchObject({ ok: true, value: { clientOrderId: REQUEST.clientOrderId } })
    const [seen] = alpaca.seen
    expect(seen?.headers).toMatchObject({ 'apca-api-key-id': 'PKTEST', 'apca-api-secret-key': 'secret' })
    expect(seen?.body).toEqual({
      client_order_id: REQUEST.clientOrderId,
      symbol: 'SPY260717P00747000',
      side: 'sell',
      position_intent: 'sell_to_open',
      type: 'limit',
      time_in_force: 'day',
      qty: '25',
      limit_price: '1.20',
    })
  })

  it.each([
    ['silence', silence],
    ['a reset', (_request, response) => void response.socket?.destroy()],
    ['a server error', json(500, { message: 'oops' })],
    ['a gateway error', json(502, 'bad gateway')],
    ['broken JSON', brokenJson],
    ['an empty object', json(200, {})],
    ['an empty body', (_request, response) => void response.writeHead(200).end()],
  ] satisfies [string, Answer][])('are ambiguous and sent once when an order meets %s', async (_name, answer) => {
    alpaca.on(ORDERS, answer)
    expect(await hasty.submit(REQUEST)).toMatchObject({ ok: false, error: { kind: 'ambiguous' } })
    expect(alpaca.seen).toHaveLength(1)
  })

  it.each([
    ['broken JSON', brokenJson],
    ['silence', silence],
    ['an empty object', json(200, {})],
  ] satisfies [string, Answer][])('are unavailable when a read meets %s', async (_name, answer) => {
    alpaca.on('GET /v2/account', answer)
    expect(await hasty.account()).toMatchObject({ ok: false, error: { kind: 'unavailable' } })
  })

  it('are repeated for reads that meet an error, a few times', async () => {
    alpaca.on('GET /v2/account', json(503, {}), json(500, {}), json(200, ACCOUNT))
    expect(await broker.account()).toMatchObject({ ok: true, value: { id: ACCOUNT.id } })
    alpaca.on('GET /v2/account', json(500, {}))
    alpaca.seen.length = 0
    expect(await broker.account()).toMatchObject({ ok: false, error: { kind: 'unavailable' } })
    expect(alpaca.seen).toHaveLength(3)
  })

  it('say how long to wait when an order is over the rate limit, and do not repeat it', async () => {
    alpaca.on(ORDERS, json(429, { message: 'too many requests' }, { 'Retry-After': '3' }))
    expect(await broker.submit(REQUEST)).toMatchObject({
      ok: false,
      error: { kind: 'rate_limited', retryAfter_ms: 3000 },
    })
    expect(alpaca.seen).toHaveLength(1)
  })

  it('repeat a cancel until it is answered', async () => {
    alpaca.on(CANCEL, json(503, {}), (_request, response) => void response.socket?.destroy(), noContent)
    expect(await broker.cancel('o-1')).toEqual({ ok: true, value: null })
    expect(alpaca.seen).toHaveLength(3)
  })

  it('give up on a cancel that is never answered: it may have taken effect', async () => {
    alpaca.on(CANCEL, silence)
    expect(await hasty.cancel('o-1')).toMatchObject({ ok: false, error: { kind: 'ambiguous' } })
    expect(alpaca.seen).toHaveLength(3)
  })

  it('do not repeat a cancel that was refused', async () => {
    alpaca.on(CANCEL, json(422, { code: 42210000, message: 'order is not cancelable' }))
    expect(await broker.cancel('o-1')).toMatchObject({ ok: false, error: { kind: 'refused', code: 42210000 } })
    expect(alpaca.seen).toHaveLength(1)
  })

  it('say so when the broker cannot be reached at all', async () => {
    await alpaca.close()
    expect(await broker.submit(REQUEST)).toMatchObject({ ok: false, error: { kind: 'ambiguous' } })
    expect(await broker.account()).toMatchObject({ ok: false, error: { kind: 'unavailable' } })
    alpaca = await startScriptedAlpaca()
  })

  it('do not follow a redirect with the keys in hand', async () => {
    const elsewhere = await startScriptedAlpaca()
    alpaca.on('GET /v2/account', json(302, {}, { location: `${elsewhere.url}/v2/account` }))
    expect(await broker.account()).toMatchObject({ ok: false, error: { kind: 'unavailable' } })
    expect(elsewhere.seen).toHaveLength(0)
    await elsewhere.close()
  })

  it('are asked for once more when their turn has come: what is not wanted any more is not sent', async () => {
    let now_ms = 0
    let isWanted = true
    const clock = {
      now_ms: () => now_ms,
      monotonic_ms: () => now_ms,
      sleep: async (wait_ms: number) => {
        now_ms += wait_ms
        isWanted = false
      },
    }
    const budget = new RequestBudget(60, clock)
    const terms = { budget, priority: 'order', effect: 'changes', wait_ms: 60_000, maySend: () => isWanted } as const
    expect(await send(terms, async () => 'sent')).toEqual({ ok: true, value: 'sent' })
    while (budget.tryTake('order'));
    expect(await send(terms, async () => 'sent')).toMatchObject({ ok: false, error: { kind: 'not_sent' } })
  })

  it('that are not wanted any more do not go out', async () => {
    alpaca.on(ORDERS, json(200, SIMPLE_ORDER))
    expect(await broker.submit(REQUEST, () => false)).toMatchObject({ ok: false, error: { kind: 'not_sent' } })
    expect(alpaca.seen).toHaveLength(0)
  })

  it('are not sent when their turn does not come in time', async () => {
    const slow = alpaca.broker({ timeout_ms: 100, requestsPerMinute: 10 })
    alpaca.on(ORDERS, json(200, SIMPLE_ORDER))
    await slow.submit(REQUEST)
    await slow.submit(REQUEST)
    expect(await slow.submit(REQUEST)).toMatchObject({ ok: false, error: { kind: 'rate_limited' } })
    expect(alpaca.seen).toHaveLength(2)
  })

  it('send an order past reads that wait for their turn', async () => {
    const busy = alpaca.broker({ timeout_ms: COMES_MS_MAX, requestsPerMinute: 40 })
    alpaca.on('GET /v2/account', json(200, ACCOUNT))
    alpaca.on(ORDERS, json(200, SIMPLE_ORDER))
    const reads = Array.from({ length: 8 }, () => busy.account())
    expect(await busy.submit(REQUEST)).toMatchObject({ ok: true })
    expect(alpaca.seen.filter((request) => request.method === 'GET').length).toBeLessThan(8)
    await busy.close()
    await Promise.all(reads)
  })

  it('find the legs of a multi-leg order that is looked up by its client order id', async () => {
    alpaca.on('GET /v2/orders:by_client_order_id', json(200, { ...spreadOrder('open', null), legs: null }))
    alpaca.on('GET /v2/orders/83f37e9f-6b1f-49ed-8fc6-3e6af716323f', json(200, spreadOrder('open', ['1.2', '0.35'])))
    const found = await broker.orderByClientId('p4d-25k-20260717-open-1')
    expect(found).toMatchObject({ ok: true, value: { filledAvgPrice: '0.85', legs: [{}, {}] } })
    expect(alpaca.seen[1]?.url.searchParams.get('nested')).toBe('true')
  })

  it('tell an order that is not there from one that could not be asked for', async () => {
    alpaca.on('GET /v2/orders:by_client_order_id', json(404, { code: 40410000, message: 'order not found' }))
    expect(await broker.orderByClientId('p4d-x')).toMatchObject({ ok: false, error: { kind: 'not_found' } })
    alpaca.on('GET /v2/orders:by_client_order_id', json(500, {}))
    expect(await broker.orderByClientId('p4d-x')).toMatchObject({ ok: false, error: { kind: 'unavailable' } })
  })

  it('page through all orders since a moment, that moment included', async () => {
    const since_ms = Date.parse('2026-07-17T13:00:00Z')
    const orders = Array.from({ length: 501 }, (_, i) => ({ ...SIMPLE_ORDER, id: `o-${i}`, client_order_id: `c-${i}` }))
    alpaca.on('GET /v2/orders', json(200, orders.slice(0, 500)), json(200, orders.slice(500)))
    const listed = await broker.orders(since_ms)
    expect(listed.ok && listed.value.map((order) => order.id)).toEqual(orders.map((order) => order.id))
    const queries = alpaca.seen.map((request) => request.url.searchParams)
    expect(Object.fromEntries(queries[0] ?? [])).toEqual({
      status: 'all',
      direction: 'asc',
      nested: 'true',
      limit: '500',
      after: '2026-07-17T12:59:59.999Z',
    })
    expect(queries[1]?.get('after_order_id')).toBe('o-499')
    expect(queries[1]?.has('after')).toBe(false)
  })

  it('never leave for a host that is not configured', async () => {
    const sent: string[] = []
    const { createAlpacaBroker } = await import('../../src/broker/alpaca-broker.ts')
    const { silentLog } = await import('./scripted-alpaca.ts')
    const { systemWallClock } = await import('../../src/config/wall-clock.ts')
    const options = { keyId: 'AK1', secret: 's', log: silentLog, wallClock: systemWallClock }
    const transport = async (url: string): Promise<Response> => {
      sent.push(url)
      return new Response('{}')
    }
    expect(() => createAlpacaBroker(options, transport)).toThrow(/expected a paper key/)
    expect(() => createAlpacaBroker({ ...options, tradingUrl: 'https://api.alpaca.markets' }, transport)).toThrow(
      /live host/,
    )
    expect(sent).toEqual([])
  })
})
