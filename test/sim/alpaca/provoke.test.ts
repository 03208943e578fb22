/** Faults on request: each over the real protocols, bounded, shown while it lasts, and over by itself or by `calm`. */
import { ApiError, RateLimitError } from '@alpacahq/alpaca-trade-api'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { AlpacaSim } from '../../../src/sim/alpaca/index.ts'
import { DEFAULT_ACCOUNTS } from '../../../src/sim/alpaca/options.ts'
import {
  call,
  DATE,
  eventually,
  KEYS_25K,
  onCleanup,
  put,
  QUIET_DAY,
  recording,
  sdk,
  startSim,
  stepTo,
} from './harness.ts'
import { NOTHING, provoke, provoked } from './provoking.ts'

const RICH = DEFAULT_ACCOUNTS.map((account) => ({ ...account, equity: 200_000 }))
const atTen = async (): Promise<AlpacaSim> => {
  const sim = await startSim({ source: recording([QUIET_DAY]), accounts: RICH })
  await stepTo(sim, '10:01:00')
  return sim
}
const order = (side: 'buy' | 'sell', intent: string) => ({
  symbol: put(746),
  qty: '1',
  side,
  type: 'limit',
  time_in_force: 'day',
  limit_price: side === 'buy' ? '2.00' : '1.00',
  position_intent: intent,
})
const submit = (sim: AlpacaSim, side: 'buy' | 'sell', intent: string) =>
  call(sim, 'POST', '/v2/orders', order(side, intent))

/** Everything that an order stream says, and whether it is still open. */
async function orderStream(sim: AlpacaSim): Promise<{ socket: WebSocket; events: string[] }> {
  const socket = new WebSocket(sim.streamUrls.trading)
  onCleanup(() => socket.terminate())
  const events: string[] = []
  let isListening = false
  socket.on('error', () => undefined)
  socket.on('message', (data) => {
    const { stream, data: said } = JSON.parse(String(data))
    if (stream === 'listening') isListening = true
    if (stream === 'trade_updates') events.push(`${said.event} ${said.order.status}`)
  })
  await new Promise((resolve) => socket.once('open', resolve))
  const data = { key_id: KEYS_25K.keyId, secret_key: KEYS_25K.secret }
  socket.send(JSON.stringify({ action: 'authenticate', data }))
  socket.send(JSON.stringify({ action: 'listen', data: { streams: ['trade_updates'] } }))
  await eventually(() => isListening)
  return { socket, events }
}

describe('rejected orders', () => {
  it('are so many, with a code of the broker, and leave nothing behind', async () => {
    const sim = await atTen()
    const { body } = await provoke(sim, 'reject', { orders: 2, as: 'buying_power' })
    expect(body).toEqual({ ...NOTHING, rejections: { left: 2, as: 'buying_power', orders: 'any' } })
    for (const left of [1, 0]) {
      const { status, body: said } = await submit(sim, 'sell', 'sell_to_open')
      expect([status, said.code]).toEqual([403, 40310000])
      const rejections = left === 0 ? null : { left, as: 'buying_power', orders: 'any' }
      expect(await provoked(sim)).toEqual({ ...NOTHING, rejections })
    }
    expect((await submit(sim, 'sell', 'sell_to_open')).status).toBe(200)
    expect((await call(sim, 'GET', '/v2/orders?status=all')).body).toHaveLength(1)
  })

  it('can be closing ones only', async () => {
    const sim = await atTen()
    await provoke(sim, 'reject', { as: 'expires_soon', side: 'closing' })
    const { body: opened } = await submit(sim, 'sell', 'sell_to_open')
    await eventually(async () => (await call(sim, 'GET', `/v2/orders/${opened.id}`)).body.status === 'filled')
    expect(await submit(sim, 'buy', 'buy_to_close')).toMatchObject({ status: 422, body: { code: 42210000 } })
    expect((await submit(sim, 'buy', 'buy_to_close')).status).toBe(200)
  })

  it('can be taken first and rejected afterwards, as the order stream tells', async () => {
    const sim = await atTen()
    const { events } = await orderStream(sim)
    await provoke(sim, 'reject', { as: 'afterwards' })
    const { status, body } = await submit(sim, 'sell', 'sell_to_open')
    expect([status, body.status]).toEqual([200, 'pending_new'])
    await eventually(() => events.length > 0)
    expect(events).toEqual(['rejected rejected'])
    const found = (await call(sim, 'GET', `/v2/orders/${body.id}`)).body
    expect(found).toMatchObject({ status: 'rejected', failed_at: expect.any(String), canceled_at: null })
    expect((await call(sim, 'DELETE', `/v2/orders/${body.id}`)).status).toBe(422)
  })

  it('are bounded', async () => {
    const sim = await startSim()
    for (const body of [{ orders: 0 }, { orders: 101 }, { as: 'mood' }, { side: 'left' }]) {
      expect((await provoke(sim, 'reject', body)).status).toBe(400)
    }
  })
})

describe('streams', () => {
  it('can be silent while connected, and what was said meanwhile is lost', async () => {
    const sim = await atTen()
    const { socket, events } = await orderStream(sim)
    expect((await provoke(sim, 'mute', { streams: ['orders'], seconds: 600 })).body.mute).toMatchObject([
      { stream: 'orders' },
    ])
    const { body } = await submit(sim, 'sell', 'sell_to_open')
    await eventually(async () => (await call(sim, 'GET', `/v2/orders/${body.id}`)).body.status === 'filled')
    expect([events, socket.readyState]).toEqual([[], WebSocket.OPEN])
    await provoke(sim, 'calm')
    await submit(sim, 'buy', 'buy_to_close')
    await eventually(() => events.includes('fill filled'))
    expect(events[0]).toBe('new new')
  })

  it('of quotes too, by name, and by themselves again after their seconds', async () => {
    const sim = await startSim({ source: recording([QUIET_DAY]) })
    const seen = { stock: 0, option: 0 }
    for (const [name, symbol] of [
      ['stock', 'SPY'],
      ['option', put(745)],
    ] as const) {
      const socket = new WebSocket(sim.streamUrls[name])
      onCleanup(() => socket.terminate())
      let isSubscribed = false
      socket.on('message', (data) => {
        for (const { T } of JSON.parse(String(data))) {
          if (T === 'subscription') isSubscribed = true
          if (T === 'q') seen[name] += 1
        }
      })
      await new Promise((resolve) => socket.once('open', resolve))
      socket.send(JSON.stringify({ action: 'auth', key: KEYS_25K.keyId, secret: KEYS_25K.secret }))
      socket.send(JSON.stringify({ action: 'subscribe', quotes: [symbol] }))
      await eventually(() => isSubscribed)
    }
    await provoke(sim, 'mute', { streams: ['stock'], seconds: 0.2 })
    await stepTo(sim, '10:01:00')
    await eventually(() => seen.option === 1)
    expect(seen.stock).toBe(0)
    await eventually(async () => ((await provoked(sim)).mute as unknown[]).length === 0)
    await stepTo(sim, '10:06:00')
    await eventually(() => seen.stock === 1 && seen.option === 2)
  })

  it('can be cut, and refused for some seconds', async () => {
    const sim = await atTen()
    const { socket } = await orderStream(sim)
    expect((await provoke(sim, 'cut', { streams: ['orders'], seconds: 600 })).body.refused).toMatchObject([
      { stream: 'orders' },
    ])
    await eventually(() => socket.readyState === WebSocket.CLOSED)
    const again = new WebSocket(sim.streamUrls.trading)
    await new Promise((resolve) => again.once('error', resolve))
    const stock = new WebSocket(sim.streamUrls.stock)
    onCleanup(() => stock.terminate())
    await new Promise((resolve) => stock.once('open', resolve))
    await provoke(sim, 'cut', { streams: ['orders'] })
    await orderStream(sim)
  })

  it('are bounded', async () => {
    const sim = await startSim()
    for (const body of [
      {},
      { seconds: 0 },
      { seconds: 601 },
      { seconds: 1, streams: [] },
      { seconds: 1, streams: ['news'] },
    ]) {
      expect((await provoke(sim, 'mute', body)).status).toBe(400)
    }
    expect((await provoke(sim, 'cut', { seconds: -1 })).status).toBe(400)
  })
})

describe('an outage', () => {
  const alpaca = (sim: AlpacaSim) => sdk(sim)

  it('answers 500 on the hosts that were named, and on no others', async () => {
    const sim = await atTen()
    await provoke(sim, 'outage', { hosts: ['trading'], seconds: 600 })
    const failed = await alpaca(sim)
      .trading.account.getAccount()
      .catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(ApiError)
    expect(failed).toMatchObject({ status: 500 })
    expect((await call(sim, 'GET', '/v2/stocks/quotes/latest?symbols=SPY')).status).toBe(200)
    expect((await submit(sim, 'sell', 'sell_to_open')).status).toBe(500)
    await provoke(sim, 'calm')
    expect((await call(sim, 'GET', '/v2/orders?status=all')).body).toEqual([])
  })

  it('can be a limit, which says when to come back', async () => {
    const sim = await atTen()
    await provoke(sim, 'outage', { hosts: ['data'], answer: 'limit', seconds: 30 })
    const { status, body, headers } = await call(sim, 'GET', '/v2/stocks/quotes/latest?symbols=SPY')
    expect([status, body.code, Number(headers.get('retry-after')) > 25]).toEqual([429, 42910000, true])
    await expect(alpaca(sim).marketData.options.optionChain({ underlyingSymbol: 'SPY' })).rejects.toBeInstanceOf(
      RateLimitError,
    )
  })

  it('can answer late what was done at once', async () => {
    const sim = await atTen()
    await provoke(sim, 'outage', { hosts: ['trading'], answer: 'late', late_s: 60, seconds: 600 })
    const answer = submit(sim, 'sell', 'sell_to_open')
    await eventually(() => sim.accounts[0]?.orders[0]?.status === 'filled')
    expect(await Promise.race([answer, Promise.resolve('still waiting')])).toBe('still waiting')
    await provoke(sim, 'calm')
    expect((await answer).status).toBe(200)
  })

  it('can give no answer at all to what is not done, until it is over', async () => {
    const sim = await atTen()
    await provoke(sim, 'outage', { answer: 'none', seconds: 0.3 })
    await expect(submit(sim, 'sell', 'sell_to_open')).rejects.toThrow('fetch failed')
    expect(sim.accounts[0]?.orders).toEqual([])
    expect((await submit(sim, 'sell', 'sell_to_open')).status).toBe(200)
  })

  it('takes the streams with it when asked, and never the clock', async () => {
    const sim = await atTen()
    const { socket } = await orderStream(sim)
    const { body } = await provoke(sim, 'outage', { seconds: 600, streams: true })
    expect(body).toMatchObject({
      outages: [
        { host: 'trading', answer: 'error' },
        { host: 'data', answer: 'error' },
      ],
      refused: [{ stream: 'stock' }, { stream: 'option' }, { stream: 'orders' }],
    })
    await eventually(() => socket.readyState === WebSocket.CLOSED)
    expect((await call(sim, 'GET', '/sim/clock', undefined, null)).body.now).toBe(`${DATE}T14:01:00.000Z`)
  })

  it('is bounded, and a wrong key is told so all the same', async () => {
    const sim = await startSim()
    for (const body of [
      {},
      { seconds: 601 },
      { seconds: 1, hosts: [] },
      { seconds: 1, answer: 'slow' },
      { seconds: 1, late_s: 61 },
    ]) {
      expect((await provoke(sim, 'outage', body)).status).toBe(400)
    }
    await provoke(sim, 'outage', { seconds: 600 })
    const wrong = { keyId: 'PKNOBODY', secret: 'x' }
    expect((await call(sim, 'GET', '/v2/account', undefined, wrong)).status).toBe(401)
  })
})

it('partial fills on request show among what is provoked', async () => {
  const sim = await startSim()
  await call(sim, 'POST', '/sim/fills', { probability: 0.5, next: [1, 2] }, null)
  expect(await provoked(sim)).toEqual({ ...NOTHING, partials: { probability: 0.5, next: [1, 2] } })
})
