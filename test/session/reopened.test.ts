/** A session that has ended, and the broker has more of its openings than its books. */
import { describe, expect, test } from 'vitest'
import { lateOpening, reopened } from '../../src/session/reopened.ts'
import type { OrderState, SessionState } from '../../src/session/state.ts'
import { at, brokerOrder, CHAIN, OPERATOR, watchingDesk } from '../support/session.ts'

const entering = () => watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)
const STOP = { actor: OPERATOR, kind: 'operator' } as const

/** Given up without a word of the broker on its opening. */
function ended(): SessionState {
  const { state } = entering()
  const orders = Object.entries(state.orders).map(([id, order]) => [id, { ...order, status: 'ended' }] as const)
  return { ...state, orders: Object.fromEntries(orders), phase: 'ended', trade: null, givenUp: state.trade, stop: STOP }
}
const atBroker = (status: 'new' | 'filled' | 'canceled', filledQty: number) =>
  brokerOrder(entering().sent(), status, filledQty, filledQty === 0 ? null : '1.68', at('09:51'))

describe('an ended session', () => {
  test.each([
    ['works', atBroker('new', 0), true],
    ['was filled', atBroker('filled', 25), true],
    ['was filled in part', atBroker('canceled', 3), true],
    ['came to nothing', atBroker('canceled', 0), false],
    ["is somebody else's", { ...atBroker('filled', 25), clientOrderId: 'by-hand' }, false],
    ['is a close', { ...atBroker('filled', 25), clientOrderId: 'p4d-25k-20260717-close-1' }, false],
  ] as const)('whose opening %s: late is %3$s', (_what, order, isLate) => {
    expect(lateOpening(ended(), [order])).toEqual(isLate ? order : null)
  })

  test('has nothing late in fills that it has counted, nor has a session that goes on', () => {
    const state = ended()
    const counted = Object.entries(state.orders).map(([id, order]) => [id, { ...order, filledQty: 25 }] as const)
    expect(lateOpening({ ...state, orders: Object.fromEntries(counted) }, [atBroker('filled', 25)])).toBeNull()
    expect(lateOpening({ ...state, phase: 'watching' }, [atBroker('filled', 25)])).toBeNull()
  })

  test('waits for its last opening again as before it gave it up, its stop kept', () => {
    const before = entering().state
    expect(reopened(ended())).toEqual({ ...before, stop: STOP, givenUp: null })
  })

  test('that nobody stopped opens nothing more either, and what is left runs to its own exit', () => {
    expect(reopened({ ...ended(), stop: null })).toMatchObject({ stop: null, drain: { kind: 'drain' } })
  })

  test('forgets openings of other entries that the broker never showed: what comes of them is adopted as found', () => {
    const state = ended()
    const [first] = Object.values(state.orders) as [OrderState]
    const later: OrderState = { ...first, clientOrderId: 'p4d-25k-20260717-open-2', attempt: 2, orderId: 'b2' }
    const open = reopened({ ...state, orders: { ...state.orders, [later.clientOrderId]: later } })
    expect(open).toMatchObject({ phase: 'done', trade: null, orders: { [later.clientOrderId]: later } })
    expect(Object.keys(open.orders)).toEqual([later.clientOrderId])
  })
})
