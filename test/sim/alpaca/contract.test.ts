/** Every answer of the simulator against Alpaca's published OpenAPI descriptions. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormatsModule from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import type { AlpacaSim } from '../../../src/sim/alpaca/index.ts'
import { DEFAULT_ACCOUNTS } from '../../../src/sim/alpaca/options.ts'
import { call, DATE, eventually, NEXT_DATE, put, QUIET_DAY, recording, startSim, stepTo } from './harness.ts'

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url))
const FOLDER = resolve(process.env.SHARED_DIR ?? join(REPOSITORY, '..', 'shared'), 'specs', 'alpaca')
const absent = !existsSync(FOLDER)

type Json = Record<string, unknown>

/** OpenAPI 3.0 marks what may be null with a flag; JSON Schema wants it in the type. */
function withNulls(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withNulls)
  if (typeof node !== 'object' || node === null) return node
  const { nullable, example: _example, ...rest } = node as Json
  const schema = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, withNulls(value)]))
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema
}

function validators(file: string): (path: string, method: string, status: number) => ValidateFunction {
  const document = withNulls(JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))) as Json
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormatsModule.default(ajv)
  for (const format of ['decimal', 'double', 'int64', 'uint32', 'uint64']) ajv.addFormat(format, true)
  ajv.addSchema({ ...document, $id: file })
  return (path, method, status) => {
    const pointer = ['paths', path, method, 'responses', String(status), 'content', 'application/json', 'schema']
    const escaped = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    return ajv.compile({ $ref: `${file}#/${escaped.join('/')}` })
  }
}

async function tradedDay(): Promise<{ sim: AlpacaSim; orderId: string; spreadId: string }> {
  const accounts = DEFAULT_ACCOUNTS.map((account) => ({ ...account, equity: 500_000 }))
  const source = recording([QUIET_DAY, { ...QUIET_DAY, date: NEXT_DATE }])
  const sim = await startSim({ source, accounts })
  await stepTo(sim, '10:00:00')
  const option = { type: 'limit', time_in_force: 'day', qty: '2' }
  const order = await call(sim, 'POST', '/v2/orders', {
    ...option,
    symbol: put(741),
    side: 'buy',
    limit_price: '0.40',
  })
  const legs = [
    { symbol: put(746), ratio_qty: '1', side: 'sell', position_intent: 'sell_to_open' },
    { symbol: put(745), ratio_qty: '1', side: 'buy', position_intent: 'buy_to_open' },
  ]
  const spread = await call(sim, 'POST', '/v2/orders', { ...option, order_class: 'mleg', limit_price: '-0.20', legs })
  await call(sim, 'POST', '/v2/orders', { ...option, symbol: put(746), side: 'sell', limit_price: '9' })
  await eventually(async () => (await call(sim, 'GET', `/v2/orders/${spread.body.id}`)).body.status === 'filled')
  return { sim, orderId: String(order.body.id), spreadId: String(spread.body.id) }
}

describe.skipIf(absent)(
  `the published API descriptions ${absent ? `(skipped: no ${FOLDER}; set SHARED_DIR)` : ''}`,
  () => {
    it('describe every answer of the trading API', async () => {
      const { sim, orderId, spreadId } = await tradedDay()
      const validator = validators('trading-api.json')
      const check = async (described: string, path: string): Promise<unknown> => {
        const { status, body } = await call(sim, 'GET', path)
        const validate = validator(described, 'get', status)
        expect(validate(body) ? [] : validate.errors, path).toEqual([])
        return body
      }
      await check('/v2/account', '/v2/account')
      await check('/v2/clock', '/v2/clock')
      await check('/v2/calendar', '/v2/calendar')
      expect(await check('/v2/orders', '/v2/orders?status=all&nested=true')).toHaveLength(3)
      expect(await check('/v2/orders', '/v2/orders?status=all')).toHaveLength(5)
      await check('/v2/orders/{order_id}', `/v2/orders/${orderId}`)
      await check('/v2/orders/{order_id}', `/v2/orders/${spreadId}`)
      expect(await check('/v2/positions', '/v2/positions')).toHaveLength(3)
      await check('/v2/positions/{symbol_or_asset_id}', `/v2/positions/${put(741)}`)
      await check('/v2/options/contracts', '/v2/options/contracts?limit=2')
      await check('/v2/options/contracts/{symbol_or_id}', `/v2/options/contracts/${put(741)}`)
      expect(await check('/v2/account/activities', '/v2/account/activities')).toHaveLength(3)
      await stepTo(sim, '09:30:00', NEXT_DATE)
      expect(await check('/v2/account/activities', '/v2/account/activities?activity_types=OPEXP')).not.toEqual([])
      await check('/v2/orders', '/v2/orders?status=closed&nested=true')
    })

    it('describe an order that was taken and rejected afterwards', async () => {
      const { sim } = await tradedDay()
      await call(sim, 'POST', '/sim/provoke/reject', { as: 'afterwards' })
      const order = { symbol: put(741), qty: '1', side: 'buy', type: 'market', time_in_force: 'day' }
      const { body: posted } = await call(sim, 'POST', '/v2/orders', order)
      const found = await eventually(async () => {
        const { status, body } = await call(sim, 'GET', `/v2/orders/${posted.id}`)
        return body.status === 'rejected' && { status, body }
      })
      const validate = validators('trading-api.json')('/v2/orders/{order_id}', 'get', found.status)
      expect(validate(found.body) ? [] : validate.errors).toEqual([])
    })

    it('describe the answer to a new and to all cancelled orders', async () => {
      const { sim } = await tradedDay()
      const validator = validators('trading-api.json')
      const order = { symbol: put(741), qty: '1', side: 'buy', type: 'market', time_in_force: 'day' }
      const posted = await call(sim, 'POST', '/v2/orders', order)
      const validatePost = validator('/v2/orders', 'post', posted.status)
      expect(validatePost(posted.body) ? [] : validatePost.errors).toEqual([])
      const deleted = await call(sim, 'DELETE', '/v2/orders')
      const validateDelete = validator('/v2/orders', 'delete', deleted.status)
      expect(validateDelete(deleted.body) ? [] : validateDelete.errors).toEqual([])
    })

    it('describe every answer of the market data API', async () => {
      const { sim } = await tradedDay()
      await stepTo(sim, '10:05:00')
      const validator = validators('market-data-api.json')
      const check = async (described: string, path: string): Promise<void> => {
        const { status, body } = await call(sim, 'GET', path)
        const validate = validator(described, 'get', status)
        expect(validate(body) ? [] : validate.errors, path).toEqual([])
      }
      const minutes = `timeframe=1Min&start=${DATE}T13:30:00Z&limit=2`
      await check('/v2/stocks/bars', `/v2/stocks/bars?symbols=SPY&${minutes}`)
      await check('/v2/stocks/{symbol}/bars', `/v2/stocks/SPY/bars?${minutes}`)
      await check('/v2/stocks/bars/latest', '/v2/stocks/bars/latest?symbols=SPY')
      await check('/v2/stocks/quotes/latest', '/v2/stocks/quotes/latest?symbols=SPY')
      await check('/v2/stocks/{symbol}/quotes/latest', '/v2/stocks/SPY/quotes/latest')
      await check('/v2/stocks/snapshots', '/v2/stocks/snapshots?symbols=SPY')
      await check('/v1beta1/options/quotes/latest', `/v1beta1/options/quotes/latest?symbols=${put(741)}`)
      await check('/v1beta1/options/snapshots', `/v1beta1/options/snapshots?symbols=${put(741)}`)
      await check('/v1beta1/options/snapshots/{underlying_symbol}', '/v1beta1/options/snapshots/SPY?limit=2')
      const puts = `/v1beta1/options/bars?symbols=${put(741)},${put(745)}&timeframe=1Min`
      expect((await call(sim, 'GET', puts)).body).toMatchObject({ bars: { [put(741)]: [{ c: 0.31 }] } })
      await check('/v1beta1/options/bars', puts)
      await check('/v1beta1/options/bars', `${puts}&limit=1`)
    })
  },
)
