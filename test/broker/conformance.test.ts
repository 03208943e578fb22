import { describe, expect, it } from 'vitest'
import { createAlpacaBroker } from '../../src/broker/alpaca-broker.ts'
import type { Broker } from '../../src/broker/port.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { startAlpacaSim } from '../../src/sim/alpaca/index.ts'
import { describeBrokerConformance } from './conformance.ts'
import { type AlpacaApi, checkedTransport, loadAlpacaApi } from './openapi.ts'
import { silentLog } from './scripted-alpaca.ts'

const API: AlpacaApi | null = loadAlpacaApi()
const violations: string[] = []
const BOOK_SECONDS = 5
/** The description's own example of a multi-leg order has an empty symbol, against its own schema. */
const EXAMPLE_DISAGREES = /\/orders.* answer.*\/symbol: must NOT have fewer than 1 characters$/

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
}

describeBrokerConformance('the adapter on the market simulator', async () => {
  const sim = await startAlpacaSim({
    port: 0,
    paused: true,
    requestsPerMinute: 100_000,
    source: { kind: 'seed', seed: 'conformance', startDate: '2026-07-17' },
  })
  const step = (seconds: number): Promise<void> => post(`${sim.url}/sim/step`, { seconds })
  await post(`${sim.url}/sim/step`, { to: '2026-07-17T10:00:00-04:00' })
  await step(BOOK_SECONDS)
  const broker: Broker = createAlpacaBroker(
    {
      keyId: 'PKSIM25K',
      secret: 'sim',
      tradingUrl: sim.url,
      dataUrl: sim.url,
      tradingStreamUrl: sim.streamUrls.trading,
      stockStreamUrl: sim.streamUrls.stock,
      optionStreamUrl: sim.streamUrls.option,
      requestsPerMinute: 100_000,
      log: silentLog,
      wallClock: systemWallClock,
    },
    API === null ? fetch : checkedTransport(API, violations),
  )
  return { broker, step, close: () => sim.close() }
})

describe('every request and answer above', () => {
  const reason = API === null ? ' (skipped: no specs beside the repository; set SHARED_DIR)' : ''
  it.skipIf(API === null)(`is as Alpaca's API description has it${reason}`, () =>
    expect([...new Set(violations)].filter((one) => !EXAMPLE_DISAGREES.test(one))).toEqual([]),
  )

  it.skipIf(API === null)(`would be caught if it were not${reason}`, () => {
    const exchange = {
      method: 'POST',
      url: 'https://paper-api.alpaca.markets/v2/orders?dry=1',
      body: { type: 'limit', time_in_force: 'fortnight', legs: [{ symbol: 'A' }] },
      status: 201,
      answer: {},
    }
    const found = API?.violations(exchange).join('\n')
    for (const part of ['query parameter dry', 'time_in_force', 'ratio_qty', 'answer 201'])
      expect(found).toContain(part)
    expect(API?.violations({ ...exchange, url: 'https://data.alpaca.markets/v3/nothing' })).toHaveLength(1)
  })
})

/** See `docs/operations.md`: with PHASE4D_CONFORMANCE=paper the same suite runs against Alpaca. */
const paper = process.env
if (paper.PHASE4D_CONFORMANCE === 'paper') {
  describeBrokerConformance('the adapter on a paper account', async () => {
    const { ALPACA_API_KEY: keyId, ALPACA_SECRET_KEY: secret } = paper
    if (!keyId || !secret) throw new Error('expected ALPACA_API_KEY and ALPACA_SECRET_KEY of a paper account, got none')
    const addresses = {
      tradingUrl: paper.ALPACA_TRADING_URL,
      dataUrl: paper.ALPACA_DATA_URL,
      tradingStreamUrl: paper.ALPACA_TRADING_STREAM_URL,
      stockStreamUrl: paper.ALPACA_STOCK_STREAM_URL,
      optionStreamUrl: paper.ALPACA_OPTION_STREAM_URL,
    }
    const given = Object.fromEntries(Object.entries(addresses).filter(([, url]) => url))
    const broker = createAlpacaBroker({ keyId, secret, log: silentLog, wallClock: systemWallClock, ...given })
    return { broker, step: null, close: async () => {} }
  })
} else {
  describe('the adapter on a paper account', () => {
    it.skip('is asked for with PHASE4D_CONFORMANCE=paper and the keys of a paper account', () => {})
  })
}
