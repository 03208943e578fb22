import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { createAlpacaBroker } from '../../src/broker/alpaca-broker.ts'
import type { OrderRequest } from '../../src/broker/port.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { spreadOrder } from './samples.ts'
import { silentLog } from './scripted-alpaca.ts'

const WARM_UP = 500
const ROUNDS = 2000
/** Measured 1.3; the whole way from quote to order has to stay within 2. */
const RATIO_MAX = 1.8

/** Answers every request with the order given to it, in a process of its own. */
const SERVER = `
  require('node:http').createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(process.env.ANSWER))
  }).listen(0, '127.0.0.1', function () { console.log(this.address().port) })
`

const REQUEST: OrderRequest = {
  clientOrderId: 'p4d-25k-20260717-open-1',
  qty: 25,
  limitPrice: '0.85',
  legs: [
    { symbol: 'SPY260717P00747000', side: 'sell', positionIntent: 'sell_to_open' },
    { symbol: 'SPY260717P00742000', side: 'buy', positionIntent: 'buy_to_open' },
  ],
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

it('submitting an order costs little more than the bare request', async () => {
  const env = { ...process.env, ANSWER: JSON.stringify(spreadOrder('open', null)) }
  const server = spawn(process.execPath, ['-e', SERVER], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = await once(server.stdout, 'data')
  const url = `http://127.0.0.1:${String(port).trim()}`
  const stream = url.replace('http', 'ws')
  const streams = { tradingStreamUrl: stream, stockStreamUrl: stream, optionStreamUrl: stream }
  const keys = { keyId: 'PKTEST', secret: 'secret' }
  const context = { log: silentLog, wallClock: systemWallClock, requestsPerMinute: 1_000_000 }
  const broker = createAlpacaBroker({ ...keys, ...context, ...streams, tradingUrl: url, dataUrl: url })
  const headers = { 'content-type': 'application/json', 'APCA-API-KEY-ID': 'PKTEST', 'APCA-API-SECRET-KEY': 'secret' }
  const body = JSON.stringify(REQUEST)
  const bare = async (): Promise<unknown> => (await fetch(`${url}/v2/orders`, { method: 'POST', headers, body })).json()
  const timed = async (call: () => Promise<unknown>): Promise<number> => {
    const from_ms = performance.now()
    await call()
    return performance.now() - from_ms
  }
  const took: { bare: number[]; submit: number[] } = { bare: [], submit: [] }
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    took.bare.push(await timed(bare))
    took.submit.push(await timed(() => broker.submit(REQUEST)))
  }
  server.kill()
  await broker.close()
  const [bare_ms, submit_ms] = [median(took.bare.slice(WARM_UP)), median(took.submit.slice(WARM_UP))]
  console.info(
    `bare ${bare_ms.toFixed(3)} ms, submit ${submit_ms.toFixed(3)} ms, ratio ${(submit_ms / bare_ms).toFixed(2)}`,
  )
  expect(submit_ms / bare_ms).toBeLessThan(RATIO_MAX)
})
