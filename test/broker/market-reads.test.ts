import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Broker } from '../../src/broker/port.ts'
import { COMES_MS_MAX } from '../support/waits.ts'
import { bar, quote } from './samples.ts'
import { type Answer, json, type ScriptedAlpaca, startScriptedAlpaca } from './scripted-alpaca.ts'

const EXPIRY = '2026-07-17'
const SPOT = 'GET /v2/stocks/quotes/latest'
const BARS = 'GET /v2/stocks/bars'
const CHAIN = 'GET /v1beta1/options/snapshots/SPY'

const spotAt = (mid: number): Answer => json(200, { quotes: { SPY: quote(mid - 0.01, mid + 0.01) } })

/** Answers with a put every dollar of the strikes asked for. */
const wholeChain: Answer = (request, response) => {
  const [low, high] = ['strike_price_gte', 'strike_price_lte'].map((name) => Number(request.url.searchParams.get(name)))
  const snapshots: Record<string, unknown> = {}
  for (let strike = Math.ceil(low ?? 0); strike <= (high ?? 0); strike += 1) {
    snapshots[`SPY260717P00${strike}000`] = { latestQuote: quote(1, 1.05) }
  }
  json(200, { snapshots, next_page_token: null })(request, response)
}

describe('market data over REST', () => {
  let alpaca: ScriptedAlpaca
  let broker: Broker
  const asked = (path: string) => alpaca.seen.filter((request) => request.url.pathname === path.split(' ')[1])
  beforeEach(async () => {
    alpaca = await startScriptedAlpaca()
    broker = alpaca.broker({ timeout_ms: COMES_MS_MAX, marketClock: { now_ms: () => 1_784_000_000_000 } })
    alpaca.on(CHAIN, wholeChain)
  })
  afterEach(() => alpaca.close())

  it('gives spot and the puts around it, stamped with market time', async () => {
    alpaca.on(SPOT, spotAt(747.3))
    const read = await broker.snapshot(EXPIRY, 3)
    expect(read).toMatchObject({ ok: true, value: { at_ms: 1_784_000_000_000, spot: { bid: 747.29, ask: 747.31 } } })
    expect(read.ok && read.value.chain.map((row) => row.strike)).toEqual([745, 746, 747, 748, 749, 750])
    const query = Object.fromEntries(asked(CHAIN)[0]?.url.searchParams ?? [])
    expect(query).toMatchObject({ type: 'put', expiration_date: EXPIRY, feed: 'indicative', limit: '1000' })
  })

  it('asks for the chain once while spot stays near, and again when it has moved away', async () => {
    alpaca.on(SPOT, spotAt(747.3), spotAt(749.1), spotAt(760))
    await broker.snapshot(EXPIRY, 3)
    const near = await broker.snapshot(EXPIRY, 3)
    expect(near.ok && near.value.chain.map((row) => row.strike)).toEqual([747, 748, 749, 750, 751, 752])
    expect(asked(CHAIN)).toHaveLength(2)
    const far = await broker.snapshot(EXPIRY, 3)
    expect(far.ok && far.value.chain.map((row) => row.strike)).toEqual([757, 758, 759, 760, 761, 762, 763])
    expect(asked(CHAIN)).toHaveLength(4)
  })

  it('asks the consolidated tape for the official close, and takes no other day’s', async () => {
    const friday = {
      date: EXPIRY,
      open_ms: Date.parse(`${EXPIRY}T13:30:00Z`),
      close_ms: Date.parse(`${EXPIRY}T20:00:00Z`),
    }
    const [other, own] = [`2026-07-16T04:00:00Z`, `${EXPIRY}T04:00:00Z`].map((t, at) => ({ ...bar(t), c: 740 + at }))
    alpaca.on(
      BARS,
      json(200, { bars: { SPY: [other, own] } }),
      json(200, { bars: { SPY: [other] } }),
      json(200, { bars: {} }),
    )
    expect(await broker.officialClose(friday)).toEqual({ ok: true, value: 741 })
    expect(Object.fromEntries(asked(BARS)[0]?.url.searchParams ?? [])).toMatchObject({
      timeframe: '1Day',
      feed: 'sip',
      start: '2026-07-17T04:00:00.000Z',
      end: '2026-07-17T20:00:00.000Z',
    })
    expect(await broker.officialClose(friday)).toEqual({ ok: true, value: null })
    expect(await broker.officialClose(friday)).toEqual({ ok: true, value: null })
  })

  it('has no chain where spot is not known', async () => {
    alpaca.on(SPOT, json(200, { quotes: {} }))
    expect(await broker.snapshot(EXPIRY, 3)).toMatchObject({
      ok: true,
      value: { spot: { bid: null, ask: null, t_ms: null }, chain: [] },
    })
  })

  it('reads every page of a chain, and refuses one that does not end', async () => {
    alpaca.on(SPOT, spotAt(747))
    const page = (strike: number, next: string | null): Answer =>
      json(200, { snapshots: { [`SPY260717P00${strike}000`]: {} }, next_page_token: next })
    alpaca.on(CHAIN, page(748, 'a'), page(746, 'b'), page(747, null))
    const read = await broker.snapshot(EXPIRY, 3)
    expect(read.ok && read.value.chain.map((row) => row.strike)).toEqual([746, 747, 748])
    expect(asked(CHAIN).map((request) => request.url.searchParams.get('page_token'))).toEqual([null, 'a', 'b'])
    alpaca.on(CHAIN, page(747, 'again'))
    expect(await broker.snapshot(EXPIRY, 3)).toMatchObject({ ok: false, error: { kind: 'unavailable' } })
  })

  it('gives completed bars from the first moment on, before the last', async () => {
    const minute = (n: number): string => `2026-07-17T14:0${n}:00Z`
    alpaca.on(
      'GET /v2/stocks/bars',
      json(200, { bars: { SPY: [bar(minute(0)), bar(minute(1))] }, next_page_token: 'x', currency: 'USD' }),
      json(200, { bars: { SPY: [bar(minute(2)), bar(minute(3))] }, next_page_token: null }),
    )
    const read = await broker.bars(Date.parse(minute(1)), Date.parse(minute(3)))
    expect(read.ok && read.value.map((one) => new Date(one.t_ms).toISOString())).toEqual([
      '2026-07-17T14:01:00.000Z',
      '2026-07-17T14:02:00.000Z',
    ])
    alpaca.on('GET /v2/stocks/bars', json(200, { bars: null, next_page_token: null }))
    expect(await broker.bars(0, 60_000)).toEqual({ ok: true, value: [] })
  })

  it('asks for option quotes a hundred at a time', async () => {
    alpaca.on('GET /v1beta1/options/quotes/latest', (request, response) => {
      const symbols = request.url.searchParams.get('symbols')?.split(',') ?? []
      json(200, { quotes: Object.fromEntries(symbols.map((symbol) => [symbol, quote(1, 1.1)])) })(request, response)
    })
    const symbols = Array.from({ length: 150 }, (_, i) => `SPY260717P00${600 + i}000`)
    const read = await broker.optionQuotes(symbols)
    expect(read.ok && read.value.size).toBe(150)
    expect(alpaca.seen).toHaveLength(2)
    expect(await broker.optionQuotes([])).toMatchObject({ ok: true })
    expect(alpaca.seen).toHaveLength(2)
  })
})
