import { setTimeout as wait } from 'node:timers/promises'
import { encode } from '@msgpack/msgpack'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Broker, BrokerStreamHandlers, TradeUpdate } from '../../src/broker/port.ts'
import type { Bar, Quote } from '../../src/strategy/types.ts'
import { until } from '../support/waits.ts'
import { SIMPLE_ORDER } from './samples.ts'
import {
  type ScriptedAlpaca,
  type StreamPeer,
  startScriptedAlpaca,
  subscribed,
  wellBehaved,
} from './scripted-alpaca.ts'

const PUT = 'SPY260717P00747000'
const HEDGE = 'SPY260717P00742000'
const T = new Date('2026-07-17T14:00:00.123Z')

interface Recorded {
  readonly states: string[]
  readonly details: (string | null)[]
  readonly spots: Quote[]
  readonly frames: ReadonlyMap<string, Quote>[]
  readonly bars: Bar[]
  readonly updates: TradeUpdate[]
}

function recorder(): Recorded & { handlers: BrokerStreamHandlers } {
  const seen: Recorded = { states: [], details: [], spots: [], frames: [], bars: [], updates: [] }
  return {
    ...seen,
    handlers: {
      onSpot: (quote) => seen.spots.push(quote),
      onOptionQuotes: (quotes) => seen.frames.push(quotes),
      onBar: (bar) => seen.bars.push(bar),
      onTradeUpdate: (update) => seen.updates.push(update),
      onStreamState: (stream, state, detail) => {
        seen.states.push(`${stream} ${state}`)
        seen.details.push(detail)
      },
    },
  }
}

const optionQuote = (S: string, bp: number, ap: number) => ({
  T: 'q',
  S,
  bx: 'A',
  bp,
  bs: 1,
  ax: 'A',
  ap,
  as: 1,
  c: 'R',
  t: T,
})

describe('the streams', () => {
  let alpaca: ScriptedAlpaca
  let broker: Broker
  let seen: ReturnType<typeof recorder>
  const peersOf = (path: string): StreamPeer[] => alpaca.peers.filter((peer) => peer.path === path)
  const peer = (path: string): StreamPeer => {
    const last = peersOf(path).at(-1)
    if (last === undefined) throw new Error(`expected a connection to ${path}`)
    return last
  }
  const connected = (): Promise<void> => until('three streams', () => seen.states.length === 3)
  beforeEach(async () => {
    alpaca = await startScriptedAlpaca()
    broker = alpaca.broker({ streamTimeout_ms: 10_000 })
    seen = recorder()
  })
  afterEach(() => alpaca.close())

  it('are connected once their subscriptions are acknowledged', async () => {
    const streams = broker.streams(seen.handlers)
    streams.watchOptions([PUT])
    await connected()
    expect([...seen.states].sort()).toEqual(['options connected', 'orders connected', 'stock connected'])
    expect(peer('/stream').received).toEqual([
      { action: 'authenticate', data: { key_id: 'PKTEST', secret_key: 'secret' } },
      { action: 'listen', data: { streams: ['trade_updates'] } },
    ])
    expect(peer('/v2/iex').received[1]).toEqual({ action: 'subscribe', quotes: ['SPY'], bars: ['SPY'] })
    expect(peer('/v1beta1/indicative').received[1]).toEqual({ action: 'subscribe', quotes: [PUT] })
    expect(peer('/v2/iex').headers['content-type']).toBe('application/msgpack')
  })

  it('are not connected while a subscription is not acknowledged, and try again', async () => {
    alpaca.onStreamMessage = (one, message) => {
      if (one.path !== '/v2/iex' || message.action !== 'subscribe' || peersOf('/v2/iex').length > 1)
        wellBehaved(one, message)
    }
    alpaca.broker({ streamTimeout_ms: 1_000 }).streams(seen.handlers)
    await until('a second stock connection', () => seen.states.includes('stock connected'))
    expect(peersOf('/v2/iex')).toHaveLength(2)
    expect(seen.states.filter((state) => state.startsWith('stock'))).toEqual(['stock disconnected', 'stock connected'])
    expect(seen.details[seen.states.indexOf('stock disconnected')]).toMatch(/not subscribed within 1000 ms/)
  })

  it('a connection that is renewed is made again, and says why it was lost', async () => {
    const streams = broker.streams(seen.handlers)
    await connected()
    streams.renew('stock')
    await until('the next stock connection', () => seen.states.filter((s) => s === 'stock connected').length === 2)
    expect(peersOf('/v2/iex')).toHaveLength(2)
    expect(seen.details[seen.states.indexOf('stock disconnected')]).toMatch(/brought nothing/)
  })

  it('deliver the quotes of one frame together and those of two frames apart', async () => {
    const streams = broker.streams(seen.handlers)
    streams.watchOptions([PUT, HEDGE])
    await connected()
    const { socket } = peer('/v1beta1/indicative')
    // Corked: both frames arrive in one chunk, and are read in one turn of the event loop.
    const raw = socket as unknown as { _socket: { cork(): void; uncork(): void } }
    raw._socket.cork()
    socket.send(encode([optionQuote(PUT, 1.2, 1.22), optionQuote(HEDGE, 0.3, 0.32), optionQuote('OTHER', 9, 9)]))
    socket.send(encode([optionQuote(PUT, 1.1, 1.12)]))
    raw._socket.uncork()
    await until('two frames', () => seen.frames.length === 2)
    expect(seen.frames.map((frame) => [...frame])).toEqual([
      [
        [PUT, { bid: 1.2, ask: 1.22, t_ms: T.getTime() }],
        [HEDGE, { bid: 0.3, ask: 0.32, t_ms: T.getTime() }],
      ],
      [[PUT, { bid: 1.1, ask: 1.12, t_ms: T.getTime() }]],
    ])
  })

  it('deliver spot and bars in the order they came', async () => {
    broker.streams(seen.handlers)
    await connected()
    peer('/v2/iex').send([
      { T: 'b', S: 'SPY', o: 1, h: 2, l: 0.5, c: 1.5, v: 10, t: new Date('2026-07-17T13:59:00Z') },
      { T: 'q', S: 'SPY', bp: 747.1, bs: 1, ap: 747.2, as: 1, t: T },
      { T: 'q', S: 'QQQ', bp: 1, bs: 1, ap: 2, as: 1, t: T },
    ])
    await until('the spot', () => seen.spots.length === 1)
    expect(seen.bars).toEqual([{ t_ms: Date.parse('2026-07-17T13:59:00Z'), o: 1, h: 2, l: 0.5, c: 1.5 }])
    expect(seen.spots).toEqual([{ bid: 747.1, ask: 747.2, t_ms: T.getTime() }])
  })

  it('change what is watched, and keep it over a lost connection', async () => {
    const streams = broker.streams(seen.handlers)
    await connected()
    streams.watchOptions([PUT])
    streams.watchOptions([PUT, HEDGE])
    streams.watchOptions([HEDGE])
    await until('only the hedge', () => subscribed(peer('/v1beta1/indicative'), 'quotes').join() === HEDGE)
    peer('/v1beta1/indicative').socket.terminate()
    await until(
      'a new connection',
      () => seen.states.at(-1) === 'options connected' && peersOf('/v1beta1/indicative').length === 2,
    )
    expect(seen.states.slice(3)).toEqual(['options disconnected', 'options connected'])
    expect(subscribed(peer('/v1beta1/indicative'), 'quotes')).toEqual([HEDGE])
  })

  it('drop a connection that does not acknowledge a change', async () => {
    const streams = alpaca.broker({ streamTimeout_ms: 1_000 }).streams(seen.handlers)
    await connected()
    alpaca.onStreamMessage = (one, message) => {
      if (peersOf('/v1beta1/indicative').length > 1) wellBehaved(one, message)
      else one.send([{ T: 'error', code: 405, msg: 'symbol limit exceeded' }])
    }
    streams.watchOptions([PUT])
    await until('a new connection', () => seen.states.length === 5)
    expect(seen.states.slice(3)).toEqual(['options disconnected', 'options connected'])
    expect(seen.details[3]).toMatch(/symbol limit exceeded/)
  })

  it('try again for ever when authentication fails, times out or the connection limit is met', async () => {
    const errors = [402, 404, 406, 402, 402, 402, 402, 402, 402, 402, 402, 402]
    alpaca.onStreamMessage = (one, message) => {
      const code = one.path === '/v2/iex' && message.action === 'auth' ? errors.shift() : undefined
      if (code === undefined) return wellBehaved(one, message)
      one.send([{ T: 'error', code, msg: 'no' }])
      if (code === 406) one.socket.close()
    }
    broker.streams(seen.handlers)
    await until('the stock stream', () => seen.states.includes('stock connected'))
    expect(seen.states.filter((state) => state.startsWith('stock'))).toEqual(['stock disconnected', 'stock connected'])
    expect(peersOf('/v2/iex')).toHaveLength(13)
  })

  it('try again when the order stream refuses the keys', async () => {
    alpaca.onStreamMessage = (one, message) => {
      if (message.action !== 'authenticate' || peersOf('/stream').length > 1) return wellBehaved(one, message)
      one.send({ stream: 'authorization', data: { status: 'unauthorized', action: 'authenticate' } })
    }
    broker.streams(seen.handlers)
    await until('the order stream', () => seen.states.includes('orders connected'))
    expect(seen.details[seen.states.indexOf('orders disconnected')]).toMatch(/auth failed/)
  })

  it('drop messages they cannot read and go on', async () => {
    broker.streams(seen.handlers)
    await connected()
    const orders = peer('/stream')
    orders.send({ stream: 'trade_updates', data: { event: 'fill', order: {} } })
    orders.send({ stream: 'trade_updates', data: { event: 'fill' } })
    orders.send({ stream: 'something_new', data: {} })
    orders.send([1, 2, 3])
    orders.socket.send('not json')
    const fill = { event: 'fill', execution_id: 'e-1', price: '1.2', qty: '25', timestamp: T.toISOString() }
    orders.send({ stream: 'trade_updates', data: { ...fill, order: SIMPLE_ORDER } })
    await until('the fill', () => seen.updates.length === 1)
    expect(seen.updates[0]).toMatchObject({ event: 'fill', executionId: 'e-1', qty: 25, at_ms: T.getTime() })
    expect(seen.states).toHaveLength(3)
  })

  it('go on after a handler that throws', async () => {
    broker.streams({
      ...seen.handlers,
      onSpot: (quote) => {
        seen.handlers.onSpot(quote)
        throw new Error('a bug')
      },
    })
    await connected()
    const spot = { T: 'q', S: 'SPY', bp: 747.1, bs: 1, ap: 747.2, as: 1, t: T }
    peer('/v2/iex').send([spot, spot])
    await until('both', () => seen.spots.length === 2)
  })

  it('are open once per broker', async () => {
    const first = broker.streams(seen.handlers)
    expect(() => broker.streams(seen.handlers)).toThrow(/one open set of streams/)
    await first.close()
    await broker.streams(seen.handlers).close()
  })

  it('leave nothing behind when closed, whatever they were doing', async () => {
    const { port } = new URL(alpaca.url)
    const handles = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length
    alpaca.onStreamMessage = (one, message) => {
      if (one.path === '/stream') wellBehaved(one, message)
      else one.socket.terminate()
    }
    const streams = broker.streams(seen.handlers)
    await until('one connected, two trying', () => seen.states.length === 3)
    const states = seen.states.length
    await streams.close()
    await until(`no socket to ${port}`, () => alpaca.peers.every((one) => one.socket.readyState === one.socket.CLOSED))
    const connections = alpaca.peers.length
    await wait(150)
    expect(alpaca.peers).toHaveLength(connections)
    expect(seen.states).toHaveLength(states)
    expect(handles()).toBe(0)
  })
})
