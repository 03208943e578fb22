import { AuthError, NotFoundError } from '@alpacahq/alpaca-trade-api'
import { describe, expect, it } from 'vitest'
import { call, DATE, KEYS_2K, put, QUIET_DAY, recording, sdk, startSim, step, stepTo } from './harness.ts'

describe('the trading API of the market simulator', () => {
  it('shows each account with its own equity, level and number', async () => {
    const sim = await startSim()
    const account = await sdk(sim).trading.account.getAccount()
    expect(account).toMatchObject({
      accountNumber: 'SIM-test-25k',
      status: 'ACTIVE',
      cash: '25000.00',
      equity: '25000.00',
      optionsBuyingPower: '25000.00',
      optionsTradingLevel: 3,
    })
    const small = await sdk(sim, KEYS_2K).trading.account.getAccount()
    expect(small).toMatchObject({ accountNumber: 'SIM-test-2k', equity: '2000.00' })
    expect(small.id).not.toBe(account.id)
  })

  it('gives every market fresh account ids', async () => {
    const ids = await Promise.all(
      [await startSim(), await startSim()].map(async (sim) => (await sdk(sim).trading.account.getAccount()).id),
    )
    expect(ids[0]).not.toBe(ids[1])
  })

  it('refuses unknown keys with 401 and 40110000', async () => {
    const sim = await startSim()
    const stranger = sdk(sim, { keyId: 'PKNOBODY', secret: 'x' })
    await expect(stranger.trading.account.getAccount()).rejects.toBeInstanceOf(AuthError)
    expect((await call(sim, 'GET', '/v2/clock', undefined, null)).body).toMatchObject({ code: 40110000 })
  })

  it('tells the clock, open and closed', async () => {
    const sim = await startSim()
    const { clock } = sdk(sim).trading
    const before = await clock.legacyClock()
    expect(before.isOpen).toBe(false)
    expect(before.timestamp.toISOString()).toBe('2026-07-17T13:20:00.000Z')
    expect(before.nextOpen.toISOString()).toBe('2026-07-17T13:30:00.000Z')
    await stepTo(sim, '09:30:00')
    const open = await clock.legacyClock()
    expect(open).toMatchObject({ isOpen: true })
    expect(open.nextClose.toISOString()).toBe('2026-07-17T20:00:00.000Z')
    expect(open.nextOpen.toISOString()).toBe('2026-07-20T13:30:00.000Z')
  })

  it('has the exchange calendar, half days included', async () => {
    const sim = await startSim()
    const days = await sdk(sim).trading.calendar.legacyCalendar({
      start: new Date('2026-11-25'),
      end: new Date('2026-11-30'),
    })
    expect(days.map((day) => [day.date.toISOString().slice(0, 10), day.open, day.close])).toEqual([
      ['2026-11-25', '09:30', '16:00'],
      ['2026-11-27', '09:30', '13:00'],
      ['2026-11-30', '09:30', '16:00'],
    ])
  })

  it('knows only the recorded dates when it plays a recording', async () => {
    const sim = await startSim({ source: recording([QUIET_DAY, { ...QUIET_DAY, date: '2026-07-22' }]) })
    const { calendar, account } = sdk(sim).trading
    const days = await calendar.legacyCalendar({ start: new Date('2026-07-13'), end: new Date('2026-07-31') })
    expect(days.map((day) => day.date.toISOString().slice(0, 10))).toEqual([DATE, '2026-07-22'])
    expect((await account.getAccount()).accountNumber).toBe('REPLAY-25k')
  })

  it("lists today's puts as contracts, filtered and in pages", async () => {
    const sim = await startSim()
    const { assets } = sdk(sim).trading
    const first = await assets.getOptionsContracts({
      underlyingSymbols: 'SPY',
      expirationDate: new Date(DATE),
      strikePriceGte: 760,
      strikePriceLte: 764,
      limit: 3,
    })
    expect(first.optionContracts.map((contract) => contract.symbol)).toEqual([put(760), put(761), put(762)])
    const second = await assets.getOptionsContracts({
      strikePriceGte: 760,
      strikePriceLte: 764,
      limit: 3,
      pageToken: first.nextPageToken ?? '',
    })
    expect(second.optionContracts.map((contract) => contract.strikePrice)).toEqual(['763', '764'])
    expect(second.nextPageToken ?? null).toBeNull()
    expect((await assets.getOptionsContracts({ type: 'call' })).optionContracts).toEqual([])
  })

  it('answers 404 with 40410000 for orders, positions and paths that are not there', async () => {
    const sim = await startSim()
    const { orders } = sdk(sim).trading
    await expect(orders.getOrderByClientOrderId({ clientOrderId: 'nothing' })).rejects.toBeInstanceOf(NotFoundError)
    expect((await call(sim, 'GET', `/v2/positions/${put(760)}`)).body).toMatchObject({ code: 40410000 })
    expect(await call(sim, 'GET', '/v2/nonsense')).toMatchObject({ status: 404, body: { code: 40410000 } })
  })

  it('answers a body that is no JSON with 400, not with a crash', async () => {
    const sim = await startSim()
    expect(await call(sim, 'POST', '/v2/orders', '{"type":')).toMatchObject({ status: 400, body: { code: 40010000 } })
    expect(await call(sim, 'POST', '/v2/orders', '[1,2]')).toMatchObject({ status: 400 })
  })

  it('counts requests for each key, trading and data apart, and refuses those over the limit with 429', async () => {
    const sim = await startSim({ requestsPerMinute: 3 })
    const answers = []
    for (let sent = 0; sent < 8; sent++) answers.push(await call(sim, 'GET', '/v2/clock'))
    expect(answers[0]?.headers.get('x-ratelimit-limit')).toBe('3')
    // A minute may turn while the eight are sent: then the count starts again once.
    const refused = answers.filter((answer) => answer.status === 429)
    expect(refused.length).toBeGreaterThanOrEqual(2)
    expect(refused[0]?.body).toMatchObject({ code: 42910000 })
    expect((await call(sim, 'GET', '/v2/clock', undefined, KEYS_2K)).status).toBe(200)
    expect((await call(sim, 'GET', '/v2/stocks/bars/latest?symbols=SPY')).status).toBe(200)
  })
})

describe('the market data API of the market simulator', () => {
  it('has the bars that are completed, and no later one', async () => {
    const sim = await startSim()
    const { stocks } = sdk(sim).marketData
    const query = { symbols: 'SPY', timeframe: '1Min', start: new Date(`${DATE}T13:30:00Z`), feed: 'iex' as const }
    await stepTo(sim, '09:40:59')
    const bars = (await stocks.stockBars(query)).bars.SPY ?? []
    expect(bars.map((bar) => new Date(bar.t).toISOString().slice(11, 16))).toEqual([
      '13:30',
      '13:31',
      '13:32',
      '13:33',
      '13:34',
      '13:35',
      '13:36',
      '13:37',
      '13:38',
      '13:39',
    ])
    for (const bar of bars) {
      expect(bar.l).toBeLessThanOrEqual(Math.min(bar.o, bar.c))
      expect(bar.h).toBeGreaterThanOrEqual(Math.max(bar.o, bar.c))
    }
    await step(sim, { seconds: 1 })
    expect((await stocks.stockBarSingle({ ...query, symbol: 'SPY' })).bars).toHaveLength(11)
  })

  it('keeps the bars of past days', async () => {
    const sim = await startSim({ source: recording([QUIET_DAY, { ...QUIET_DAY, date: '2026-07-20' }]) })
    await stepTo(sim, '10:00:00', '2026-07-20')
    const { bars } = await sdk(sim).marketData.stocks.stockBars({
      symbols: 'SPY',
      timeframe: '1Min',
      start: new Date(`${DATE}T00:00:00Z`),
    })
    expect(bars.SPY?.map((bar) => new Date(bar.t).toISOString())).toEqual([
      '2026-07-17T13:58:00.000Z',
      '2026-07-17T13:59:00.000Z',
      '2026-07-17T14:00:00.000Z',
      '2026-07-17T19:59:00.000Z',
      '2026-07-20T13:58:00.000Z',
      '2026-07-20T13:59:00.000Z',
    ])
  })

  it("quotes SPY and the day's puts with the time of the book", async () => {
    const sim = await startSim({ source: recording([QUIET_DAY]) })
    await stepTo(sim, '10:03:00')
    const { stocks, options } = sdk(sim).marketData
    const { quotes } = await stocks.stockLatestQuotes({ symbols: 'SPY', feed: 'iex' })
    expect(quotes.SPY).toMatchObject({ bp: 746.5, ap: 746.5, t: new Date('2026-07-17T14:00:00Z') })
    const latest = await options.optionLatestQuotes({ symbols: `${put(745)},${put(700)}`, feed: 'indicative' })
    expect(Object.keys(latest.quotes)).toEqual([put(745)])
    expect(latest.quotes[put(745)]).toMatchObject({ bp: 1.1, ap: 1.12, t: new Date('2026-07-17T14:00:00Z') })
    const chain = await options.optionChain({
      underlyingSymbol: 'SPY',
      type: 'put',
      strikePriceGte: 745,
      expirationDate: new Date(DATE),
      limit: 1,
    })
    expect(Object.keys(chain.snapshots)).toEqual([put(745)])
    const rest = await options.optionChain({
      underlyingSymbol: 'SPY',
      strikePriceGte: 745,
      pageToken: chain.nextPageToken ?? '',
    })
    expect(Object.keys(rest.snapshots)).toEqual([put(746)])
    expect(rest.snapshots[put(746)]?.latestQuote).toMatchObject({ bp: 1.4, ap: 1.42 })
  })

  it('refuses feeds that the free plan does not have', async () => {
    const sim = await startSim()
    await stepTo(sim, '10:00:00')
    expect(await call(sim, 'GET', '/v2/stocks/quotes/latest?symbols=SPY&feed=sip')).toMatchObject({ status: 403 })
    expect(await call(sim, 'GET', '/v1beta1/options/snapshots/SPY?feed=opra')).toMatchObject({ status: 403 })
    expect(await call(sim, 'GET', '/v2/stocks/bars?symbols=SPY&timeframe=1Min&feed=sip')).toMatchObject({ status: 403 })
  })

  it('says what is wrong with a request for data', async () => {
    const sim = await startSim()
    const bad = [
      '/v2/stocks/bars?symbols=SPY',
      '/v2/stocks/bars?symbols=SPY&timeframe=1Hour',
      '/v1beta1/options/bars?symbols=SPY260717P00745000&timeframe=1Day',
      '/v2/stocks/bars?symbols=SPY&timeframe=1Min&start=yesterday',
      '/v1beta1/options/quotes/latest',
      '/v1beta1/options/quotes/latest?symbols=SPY',
      '/v1beta1/options/snapshots/SPY?strike_price_gte=low',
    ]
    for (const path of bad)
      expect(await call(sim, 'GET', path)).toMatchObject({ status: 400, body: { code: 40010000 } })
  })
})
