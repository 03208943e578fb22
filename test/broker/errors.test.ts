import { errors as sdk } from '@alpacahq/alpaca-trade-api'
import { describe, expect, it } from 'vitest'
import { brokerError, isDuplicateClientOrderId, refusalOf, toBrokerError } from '../../src/broker/errors.ts'
import { ForbiddenHostError } from '../../src/broker/host-guard.ts'

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Promise<sdk.ApiError> =>
  sdk.buildApiError(new Response(JSON.stringify(body), { status, headers }))

describe('broker errors', () => {
  it.each([
    [400, 'refused'],
    [403, 'refused'],
    [422, 'refused'],
    [401, 'unauthorised'],
    [404, 'not_found'],
    [429, 'rate_limited'],
    [408, 'ambiguous'],
    [500, 'ambiguous'],
    [503, 'ambiguous'],
  ] as const)('takes HTTP %i on an order for %s', async (status, kind) => {
    expect(toBrokerError(await answer(status, { code: 1, message: 'm' }), 'changes').kind).toBe(kind)
  })

  it.each([408, 500, 502, 504])('takes HTTP %i on a read for unavailable', async (status) => {
    expect(toBrokerError(await answer(status, {}), 'reads').kind).toBe('unavailable')
  })

  it('takes a bare forbidden for wrong keys, and a coded 403 for a refusal', async () => {
    expect(toBrokerError(await answer(403, { message: 'forbidden.' }), 'reads').kind).toBe('unauthorised')
    expect(toBrokerError(await answer(403, { code: 40310000, message: 'no' }), 'changes')).toMatchObject({
      kind: 'refused',
      code: 40310000,
    })
  })

  it('gives a time to retry after for 429 and 503 only', async () => {
    const wait = { 'Retry-After': '2' }
    expect(toBrokerError(await answer(429, {}, wait), 'changes').retryAfter_ms).toBe(2000)
    expect(toBrokerError(await answer(503, {}, wait), 'reads').retryAfter_ms).toBe(2000)
    expect(toBrokerError(await answer(403, { code: 1 }, wait), 'changes').retryAfter_ms).toBeNull()
    expect(toBrokerError(await answer(422, { code: 1 }, wait), 'changes').retryAfter_ms).toBeNull()
  })

  it('tells network failures on an order from those on a read, and finds the guard behind them', () => {
    const lost = new sdk.FetchError(new Error('fetch failed', { cause: new Error('ECONNRESET') }))
    expect(toBrokerError(lost, 'changes')).toMatchObject({
      kind: 'ambiguous',
      message: expect.stringContaining('ECONNRESET'),
    })
    expect(toBrokerError(lost, 'reads').kind).toBe('unavailable')
    expect(toBrokerError(new sdk.FetchError(new ForbiddenHostError('no')), 'changes').kind).toBe('forbidden_host')
    expect(toBrokerError(new SyntaxError('Unexpected token'), 'changes').kind).toBe('ambiguous')
  })
})

describe('reasons of refusals', () => {
  it.each([
    ['client_order_id must be unique', 'duplicate_client_order_id'],
    [
      'insufficient options buying power for cash-secured put (required: 74700, available: 25000)',
      'insufficient_buying_power',
    ],
    ['insufficient buying power', 'insufficient_buying_power'],
    ['account not eligible to trade uncovered option contracts', 'options_level'],
    ['account not approved for options level 3', 'options_level'],
    ['insufficient qty available for order (requested: 1, available: 0)', 'held_for_orders'],
    ['SPY260717P00747000 expires soon, unable to open new positions', 'expires_soon'],
    ['options market orders are only allowed during market hours', 'market_closed'],
    ['position intent mismatch, inferred: sell_to_open, specified: sell_to_close', 'position_intent'],
    ['something new', 'other'],
  ] as const)('%s → %s', (message, code) => {
    expect(refusalOf(brokerError('refused', message, 40310000))).toBe(code)
  })

  it('are known for refusals only', () => {
    expect(refusalOf(brokerError('ambiguous', 'insufficient buying power'))).toBe('other')
  })

  it('recognise a duplicate id by its message, whatever the code', () => {
    for (const code of [40010001, 42210000, null]) {
      expect(isDuplicateClientOrderId(brokerError('refused', 'client_order_id must be unique (HTTP 422)', code))).toBe(
        true,
      )
    }
  })
})
