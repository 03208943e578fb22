/** The three streams, spoken to by the SDK's own stream clients. */
import { Alpaca } from '@alpacahq/alpaca-trade-api'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { AlpacaSim } from '../../../src/sim/alpaca/index.ts'
import {
  connected,
  eventually,
  KEYS_2K,
  KEYS_25K,
  onCleanup,
  put,
  QUIET_DAY,
  recording,
  sdk,
  startSim,
  step,
  stepTo,
} from './harness.ts'

const subscription = (stream: { once(event: 'subscription', listener: () => void): unknown }): Promise<void> =>
  new Promise((resolve) => stream.once('subscription', () => resolve()))

async function stockStream(sim: AlpacaSim, log: string[]) {
  const stream = await connected(sdk(sim).marketData.stockStream({ url: sim.streamUrls.stock }))
  const acknowledged = subscription(stream)
  stream.onQuote((quote) =>
    log.push(`spot ${quote.bidPrice}/${quote.askPrice} ${quote.timestamp.toISOString().slice(11, 19)}`),
  )
  stream.onBar((bar) => log.push(`bar ${bar.close} ${bar.timestamp.toISOString().slice(11, 19)}`))
  stream.subscribeForBars(['SPY'])
  await acknowledged
  const again = subscription(stream)
  stream.subscribeForQuotes(['SPY'])
  await again
  return stream
}

async function optionStream(sim: AlpacaSim, symbols: string[], log: string[]) {
  const stream = await connected(sdk(sim).marketData.optionStream({ url: sim.streamUrls.option }))
  const acknowledged = subscription(stream)
  stream.onQuote((quote) =>
    log.push(`${quote.symbol} ${quote.bidPrice}/${quote.askPrice} ${quote.timestamp.toISOString().slice(11, 19)}`),
  )
  stream.subscribeForQuotes(symbols)
  await acknowledged
  return stream
}

/** A raw msgpack-less client, to see frames as they are. */
async function raw(url: string): Promise<{ socket: WebSocket; frames: { data: unknown; binary: boolean }[] }> {
  const socket = new WebSocket(url)
  const frames: { data: unknown; binary: boolean }[] = []
  socket.on('message', (data, binary) => frames.push({ data: JSON.parse(String(data)), binary }))
  onCleanup(() => socket.terminate())
  await new Promise((resolve) => socket.once('open', resolve))
  return { socket, frames }
}

describe('the market data streams', () => {
  it('publish bars completed by a book, then SPY, then the subscribed puts', async () => {
    const sim = await startSim({ source: recording([QUIET_DAY]) })
    const log: string[] = []
    await stockStream(sim, log)
    await optionStream(sim, [put(745), put(746)], log)
    await step(sim, { books: 1 })
    await eventually(() => log.length >= 5)
    expect(log.filter((line) => !line.startsWith('SPY'))).toEqual([
      'bar 746.2 13:58:00',
      'bar 746.5 13:59:00',
      'spot 746.5/746.5 14:00:00',
    ])
    expect(log.filter((line) => line.startsWith('SPY'))).toEqual([
      `${put(745)} 1.1/1.12 14:00:00`,
      `${put(746)} 1.4/1.42 14:00:00`,
    ])
  })

  it('send all subscribed puts of a book in one frame', async () => {
    const sim = await startSim({ source: recording([QUIET_DAY]) })
    const { socket, frames } = await raw(sim.streamUrls.option)
    socket.send(JSON.stringify({ action: 'auth', key: KEYS_25K.keyId, secret: KEYS_25K.secret }))
    socket.send(JSON.stringify({ action: 'subscribe', quotes: [put(741), put(745), put(700)] }))
    await eventually(() => frames.length === 3)
    expect(frames.map((frame) => frame.data)).toEqual([
      [{ T: 'success', msg: 'connected' }],
      [{ T: 'success', msg: 'authenticated' }],
      [{ T: 'subscription', trades: [], quotes: [put(741), put(745), put(700)] }],
    ])
    await step(sim, { books: 2 })
    await eventually(() => frames.length === 5)
    expect(frames[3]?.data).toMatchObject([
      { T: 'q', S: put(741), bp: 0.3, ap: 0.32, bx: 'C', c: 'A', t: '2026-07-17T14:00:00.000Z' },
      { T: 'q', S: put(745), bp: 1.1, ap: 1.12 },
    ])
    expect(frames[4]?.data).toHaveLength(2)
  })

  it('stop after unsubscribing and replay nothing after subscribing', async () => {
    const sim = await startSim({ source: recording([QUIET_DAY]) })
    await step(sim, { books: 1 })
    const log: string[] = []
    const stream = await optionStream(sim, [put(745), put(746)], log)
    const acknowledged = subscription(stream)
    stream.unsubscribeFromQuotes([put(746)])
    await acknowledged
    expect(log).toEqual([])
    await step(sim, { books: 1 })
    await eventually(() => log.length > 0)
    expect(log).toEqual([`${put(745)} 0.8/0.82 14:05:00`])
  })

  it('refuse wrong keys with 402 and a second connection of the same keys with 406', async () => {
    const sim = await startSim()
    const stranger = new Alpaca({ keyId: 'PKNOBODY', secret: 'x' }).marketData.optionStream({
      url: sim.streamUrls.option,
      reconnect: false,
    })
    onCleanup(() => stranger.disconnect())
    stranger.connect()
    expect(await stranger.waitForAuthenticationResult(5_000)).toMatchObject({ status: 'server_rejected', code: 402 })

    await connected(sdk(sim).marketData.optionStream({ url: sim.streamUrls.option }))
    const errors: string[] = []
    const second = sdk(sim).marketData.optionStream({ url: sim.streamUrls.option, reconnect: false })
    onCleanup(() => second.disconnect())
    second.onError((error) => errors.push(String(error)))
    second.connect()
    expect(await second.waitForAuthenticationResult(5_000)).toMatchObject({ authenticated: false })
    expect(errors).toEqual(['connection limit exceeded'])
    await connected(sdk(sim, KEYS_2K).marketData.optionStream({ url: sim.streamUrls.option }))
  })

  it('take a key again once its connection is gone', async () => {
    const sim = await startSim()
    const first = await connected(sdk(sim).marketData.stockStream({ url: sim.streamUrls.stock }))
    first.disconnect()
    await eventually(async () => {
      const next = sdk(sim).marketData.stockStream({ url: sim.streamUrls.stock, reconnect: false })
      onCleanup(() => next.disconnect())
      next.connect()
      return (await next.waitForAuthenticationResult(1_000)).authenticated
    })
  })

  it('answer 401 before authentication, 403 to a second one, 400 to nonsense and to every put at once', async () => {
    const sim = await startSim()
    const { socket, frames } = await raw(sim.streamUrls.option)
    const codes = () =>
      frames.flatMap((frame) => (frame.data as { code?: number }[]).flatMap((item) => item.code ?? []))
    socket.send(JSON.stringify({ action: 'subscribe', quotes: [put(760)] }))
    socket.send('{"action":')
    socket.send(JSON.stringify({ action: 'auth', key: KEYS_25K.keyId, secret: KEYS_25K.secret }))
    socket.send(JSON.stringify({ action: 'auth', key: KEYS_25K.keyId, secret: KEYS_25K.secret }))
    socket.send(JSON.stringify({ action: 'subscribe', quotes: ['*'] }))
    socket.send(JSON.stringify({ action: 'subscribe', quotes: Array.from({ length: 201 }, (_, at) => put(600 + at)) }))
    await eventually(() => codes().length === 5)
    expect(codes()).toEqual([401, 400, 403, 400, 405])
  })

  it('hang up on a client that does not authenticate', async () => {
    const sim = await startSim({ streamAuthMax_ms: 30 })
    const { socket, frames } = await raw(sim.streamUrls.stock)
    await new Promise((resolve) => socket.once('close', resolve))
    expect(frames.at(-1)?.data).toEqual([{ T: 'error', code: 404, msg: 'auth timeout' }])
  })
})

describe('the order stream', () => {
  it('answers in binary frames that hold JSON', async () => {
    const sim = await startSim()
    const { socket, frames } = await raw(sim.streamUrls.trading)
    socket.send(JSON.stringify({ action: 'listen', data: { streams: ['trade_updates'] } }))
    socket.send(JSON.stringify({ action: 'authenticate', data: { key_id: KEYS_25K.keyId, secret_key: 'sim' } }))
    socket.send(JSON.stringify({ action: 'listen', data: { streams: ['trade_updates'] } }))
    await eventually(() => frames.length === 3)
    expect(frames).toEqual([
      { data: { stream: 'authorization', data: { status: 'unauthorized', action: 'listen' } }, binary: true },
      { data: { stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } }, binary: true },
      { data: { stream: 'listening', data: { streams: ['trade_updates'] } }, binary: true },
    ])
  })

  it("tells the life of an account's own orders with price, quantity and position of each execution", async () => {
    const sim = await startSim({ source: recording([QUIET_DAY]) })
    const events: Record<string, unknown>[] = []
    const streams = [sdk(sim), sdk(sim, KEYS_2K)].map((client) =>
      client.trading.stream({ url: sim.streamUrls.trading }),
    )
    for (const [at, stream] of streams.entries()) {
      const acknowledged = subscription(await connected(stream))
      stream.onTradeUpdate((update) => events.push({ at, ...update }))
      stream.subscribeTradeUpdates()
      await acknowledged
    }
    await stepTo(sim, '10:00:00')
    const { orders } = sdk(sim).trading
    await orders.limit({ symbol: put(746), side: 'buy', qty: 2, limitPrice: '1.10', clientOrderId: 'mine' })
    await eventually(() => events.length === 1)
    await stepTo(sim, '10:05:00')
    await eventually(() => events.length === 2)
    expect(events.map(({ at, event, price, qty, positionQty }) => ({ at, event, price, qty, positionQty }))).toEqual([
      { at: 0, event: 'new', price: undefined, qty: undefined, positionQty: undefined },
      { at: 0, event: 'fill', price: '1.07', qty: '2', positionQty: '2' },
    ])
    expect(events[1]).toMatchObject({
      executionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      timestamp: new Date('2026-07-17T14:05:00Z'),
      order: { clientOrderId: 'mine', status: 'filled', filledQty: '2' },
    })
  })

  it('tells a spread as one order with its legs inside and the net as the price', async () => {
    const sim = await startSim({ source: recording([QUIET_DAY]) })
    const events: Record<string, unknown>[] = []
    const stream = await connected(sdk(sim).trading.stream({ url: sim.streamUrls.trading }))
    const acknowledged = subscription(stream)
    stream.onTradeUpdate((update) => events.push({ ...update }))
    stream.subscribeTradeUpdates()
    await acknowledged
    await stepTo(sim, '10:00:00')
    await sdk(sim).trading.orders.submit({
      type: 'limit',
      orderClass: 'mleg',
      qty: 2,
      limitPrice: '-1.00',
      legs: [
        { symbol: put(746), ratioQty: '1', side: 'sell', positionIntent: 'sell_to_open' },
        { symbol: put(741), ratioQty: '1', side: 'buy', positionIntent: 'buy_to_open' },
      ],
    })
    await eventually(() => events.length === 2)
    expect(events[1]).toMatchObject({
      event: 'fill',
      price: '-1.08',
      qty: '2',
      order: {
        orderClass: 'mleg',
        filledAvgPrice: '-1.08',
        legs: [
          { symbol: put(746), filledAvgPrice: '1.4', filledQty: '2' },
          { symbol: put(741), filledAvgPrice: '0.32', filledQty: '2' },
        ],
      },
    })
  })

  it('refuses wrong keys', async () => {
    const sim = await startSim()
    const stream = new Alpaca({ keyId: 'PKNOBODY', secret: 'x' }).trading.stream({
      url: sim.streamUrls.trading,
      reconnect: false,
    })
    onCleanup(() => stream.disconnect())
    stream.connect()
    expect(await stream.waitForAuthenticationResult(5_000)).toMatchObject({ authenticated: false })
  })
})
