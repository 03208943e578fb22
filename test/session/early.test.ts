/** What comes while the broker's side cannot be read. */
import { describe, expect, test } from 'vitest'
import { CONTROL_ACTIVE } from '../../src/session/campaign.ts'
import type { SessionInput } from '../../src/session/input.ts'
import { createEarly, ORDERS_MAX } from '../../src/session/runner/early.ts'
import { brokerOrder, CHAIN, OPERATOR, watchingDesk } from '../support/session.ts'

const request = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN).sent()
const update = (at_ms: number): SessionInput => ({
  kind: 'order',
  order: brokerOrder(request, 'new', 0, null, at_ms),
  execution: null,
})
const control = (seq: number): SessionInput => ({ kind: 'control', control: { ...CONTROL_ACTIVE, seq } })
const stop = (kind: 'drain' | 'operator'): SessionInput => ({ kind: 'stop', request: { actor: OPERATOR, kind } })

describe('what comes before the broker’s side was read', () => {
  test('is kept as it was said last, however often it is said, in the order of that', () => {
    const early = createEarly()
    for (let second = 1; second <= 100_000; second += 1) {
      early.keep(control(second))
      early.keep(stop('drain'))
      early.keep({ kind: 'broker_reach', silent_s: second })
      early.keep({ kind: 'tick' })
    }
    early.keep(stop('operator'))
    expect(early.take()).toEqual([
      control(100_000),
      stop('drain'),
      { kind: 'broker_reach', silent_s: 100_000 },
      stop('operator'),
    ])
    expect(early.take()).toEqual([])
  })

  test('is processed where it was said last', () => {
    const early = createEarly()
    const said = [control(1), stop('drain'), control(2)]
    for (const input of said) early.keep(input)
    expect(early.take()).toEqual([stop('drain'), control(2)])
  })

  test('of answers to orders each that is of another order', () => {
    const early = createEarly()
    const missing = (clientOrderId: string): SessionInput => ({ kind: 'order_missing', clientOrderId })
    for (const id of ['a', 'b', 'a']) early.keep(missing(id))
    expect(early.take()).toEqual([missing('b'), missing('a')])
  })

  test('of order updates each, up to the newest thousand', () => {
    const early = createEarly()
    for (let at_ms = 1; at_ms <= ORDERS_MAX; at_ms += 1) early.keep(update(at_ms))
    expect(early.take()).toHaveLength(ORDERS_MAX)
    for (let at_ms = 1; at_ms <= 3 * ORDERS_MAX; at_ms += 1) early.keep(update(at_ms))
    const kept = early.take()
    expect(kept).toHaveLength(ORDERS_MAX)
    expect([kept.at(0), kept.at(-1)]).toEqual([update(2 * ORDERS_MAX + 1), update(3 * ORDERS_MAX)])
  })
})
