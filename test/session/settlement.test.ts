/** What becomes of a position that was held past the close. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BrokerActivity, BrokerOrder } from '../../src/broker/port.ts'
import type { EventOf, JournalEvent, JournalEventType } from '../../src/session/events.ts'
import { type ExpiryFacts, isUnsettled, settleExpiry } from '../../src/session/settlement.ts'
import type { SessionState } from '../../src/session/state.ts'
import type { Step } from '../../src/session/step.ts'
import { at, brokerOrder, CHAIN, DATE, type Desk, holdingDesk, OPERATOR, watchingDesk } from '../support/session.ts'

const SHORT = 'SPY260717P00742000'
const LONG = 'SPY260717P00737000'

/** Held to the close: no quote for the exit, no order out. */
function leftOpen(desk: Desk): SessionState {
  return desk.tick('16:00').state
}

const facts = (officialClose: number | null, more: Partial<ExpiryFacts> = {}): ExpiryFacts => ({
  orders: [],
  activities: [],
  officialClose,
  ...more,
})

function settled(state: SessionState, known: ExpiryFacts): Step {
  const step = settleExpiry(state, known)
  if (step === null) throw new Error('expected a settlement, got none')
  return step
}

function only<T extends JournalEventType>(events: readonly JournalEvent[], type: T): EventOf<T> {
  const found = events.filter((event): event is EventOf<T> => event.type === type)
  const [first] = found
  if (first === undefined || found.length > 1) throw new Error(`expected one ${type}, got ${found.length}`)
  return first
}

const listed = (type: BrokerActivity['type'], symbol: string, qty: number): BrokerActivity => ({
  id: `${type}-${symbol}`,
  type,
  symbol,
  qty,
  date: DATE,
})

describe('a spread that was held past the close', () => {
  // 25 sold at 1.68: credit $4,200.00, commission 0.65 × 25 × 2 legs = $32.50 at opening, none at the expiry.
  const state = leftOpen(holdingDesk())

  test('is unsettled until the close is known', () => {
    expect(isUnsettled(state)).toBe(true)
    expect(settleExpiry(state, facts(null))).toBeNull()
  })

  test('out of the money it lapses, and the day ends a second time', () => {
    const { state: after, events, effects } = settled(state, facts(742))
    expect(only(events, 'trade_closed')).toMatchObject({
      reason: 'expired',
      exitFill: '0',
      exit_ms: at('16:00'),
      brokerPnlCents: 420_000,
      commissionCents: 3250,
      netPnlCents: 416_750,
      dayNetPnlCents: 416_750,
      settlement: { qty: 25, price: '0', officialClose: '742', assignedQty: 0, by: 'official_close' },
    })
    expect(only(events, 'session_ended')).toMatchObject({
      status: 'traded',
      dayNetPnlCents: 416_750,
      dayBrokerPnlCents: 420_000,
      corrects: { status: 'incomplete', dayNetPnlCents: 0, dayBrokerPnlCents: 0 },
    })
    expect(effects).toEqual([])
    expect(after).toMatchObject({ phase: 'ended', trade: null, mode: 'HALTED', settlementCents: 0 })
    expect(settleExpiry(after, facts(742))).toBeNull()
  })

  test('a cent in the money is assigned; what the hedge is worth counts', () => {
    const cent = only(settled(state, facts(741.9901)).events, 'trade_closed')
    expect(cent).toMatchObject({ reason: 'assigned', exitFill: '0.01', brokerPnlCents: 417_500 })
    const deep = settled(state, facts(735.5))
    // 6.50 less 1.50.
    expect(only(deep.events, 'trade_closed')).toMatchObject({
      reason: 'assigned',
      exitFill: '5',
      brokerPnlCents: (168 - 500) * 2500,
      settlement: { assignedQty: 25 },
    })
    expect(deep.state).toMatchObject({ settlementCents: -1_250_000, mode: 'HALTED' })
  })

  test('a loss beyond the limit of a trade is a breach; the limit of a day that is over holds nothing back', () => {
    const { state: after, events } = settled(state, facts(735.5))
    expect(only(events, 'risk_breach')).toMatchObject({ limit: 'max_loss_per_trade', pnlCents: -833_250 })
    expect(after.breachedDay).toBe(false)
    expect(after.modeReason).toBe(state.modeReason)
  })

  test('what the broker lists goes before the close, also part of it', () => {
    const all = [listed('OPEXP', SHORT, 25), listed('OPEXP', LONG, -25)]
    expect(only(settled(state, facts(null, { activities: all })).events, 'trade_closed')).toMatchObject({
      reason: 'expired',
      settlement: { by: 'activities', officialClose: null },
    })
    const part = [listed('OPASN', SHORT, 10), listed('OPEXP', SHORT, 15), listed('OPEXP', LONG, -25)]
    // Ten taken over at 742 with SPY at 742.30: 30 cents each above their price.
    expect(only(settled(state, facts(742.3, { activities: part })).events, 'trade_closed')).toMatchObject({
      reason: 'assigned',
      exitFill: '-0.12',
      settlement: { assignedQty: 10, by: 'activities' },
    })
    expect(settleExpiry(state, facts(null, { activities: part }))).toBeNull()
    // A list that does not account for all of it says nothing yet.
    const some = [listed('OPEXP', SHORT, 24), listed('OPEXP', LONG, -25)]
    expect(settleExpiry(state, facts(null, { activities: some }))).toBeNull()
  })

  test('a stop that could not be done stays a stopped day', () => {
    const desk = holdingDesk().give({ kind: 'stop', request: { actor: OPERATOR, kind: 'operator' } })
    const { state: after, events } = settled(leftOpen(desk), facts(742))
    expect(only(events, 'session_ended')).toMatchObject({ status: 'stopped', corrects: { status: 'incomplete' } })
    expect(only(events, 'trade_closed')).toMatchObject({ reason: 'expired', alsoFired: ['operator_stop'] })
    expect(after.stop).toMatchObject({ kind: 'operator' })
  })
})

describe('orders nobody had heard of', () => {
  const stopped = holdingDesk().give({ kind: 'stop', request: { actor: OPERATOR, kind: 'operator' } })
  const sent = stopped.sent()
  const state = leftOpen(stopped)

  test('a close that did go out settles it at its fill, and nothing expired', () => {
    const order = brokerOrder(sent, 'filled', 25, '0.50', at('15:59'))
    const { events } = settled(state, facts(null, { orders: [order] }))
    expect(only(events, 'trade_closed')).toMatchObject({
      reason: 'operator_stop',
      exitFill: '0.5',
      netPnlCents: 288_500,
    })
    expect(only(events, 'trade_closed').settlement).toBeUndefined()
    expect(only(events, 'session_ended').status).toBe('stopped')
  })

  test('a close whose price is not known yet is waited for: nothing of it expired', () => {
    const order = brokerOrder(sent, 'filled', 25, null, at('15:59'))
    expect(settleExpiry(state, facts(742, { orders: [order] }))).toBeNull()
  })

  test('filled in part and ended by the broker, the rest expires without another order', () => {
    const order = brokerOrder(sent, 'canceled', 10, '0.50', at('15:59'))
    const { state: after, events } = settled(state, facts(742, { orders: [order] }))
    expect(only(events, 'trade_closed')).toMatchObject({
      reason: 'expired',
      exitFill: '0.2',
      // 0.65 × 2 legs × (25 + 10).
      commissionCents: 4550,
      rulePnlCents: null,
      settlement: { qty: 15 },
    })
    expect(events.filter(({ type }) => type === 'order_intent')).toEqual([])
    expect(Object.values(after.orders).filter(({ status }) => status === 'intent')).toEqual([])
  })

  const legClosed = (symbol: string, side: 'buy' | 'sell', price: string, qty = 25): BrokerOrder => {
    const request = { clientOrderId: `broker-${side}-${price}`, qty, legs: sent.legs, limitPrice: null }
    const legs = [{ symbol, side, filledQty: qty, filledAvgPrice: price }]
    return { ...brokerOrder(request, 'filled', qty, price, at('15:45')), legs }
  }

  test('what the broker liquidated leg by leg is closed at its prices', () => {
    const held = leftOpen(holdingDesk())
    const orders = [legClosed(SHORT, 'buy', '1.10'), legClosed(LONG, 'sell', '0.20')]
    const { events } = settled(held, facts(null, { orders }))
    expect(only(events, 'trade_closed')).toMatchObject({ reason: 'closed_elsewhere', exitFill: '0.9' })
    expect(only(events, 'engine_alert')).toMatchObject({ code: 'position_mismatch', critical: false })
  })

  test('of a leg that others closed alone their price counts, of its partner what it was worth at the close', () => {
    const held = leftOpen(holdingDesk())
    const end = (close: number, ...orders: readonly BrokerOrder[]) => settled(held, facts(close, { orders })).events
    const lapsed = end(745, legClosed(SHORT, 'buy', '1.10'))
    // 25 × 2 legs opened and 25 single ones closed at 0.65 each.
    expect(only(lapsed, 'trade_closed')).toMatchObject({
      exitFill: '1.1',
      brokerPnlCents: (168 - 110) * 2500,
      commissionCents: 4875,
      rulePnlCents: null,
      settlement: { qty: 25, price: '1.1', assignedQty: 0, legsClosed: 25 },
    })
    const [message] = lapsed.flatMap((event) => (event.type === 'engine_alert' ? [event.message] : []))
    expect(message).toContain(`25 of the leg ${SHORT} alone were closed at $1.10`)
    // 6.50 to be paid for each; the cover of all would have been worth 1.50, and of ten was sold for 0.20.
    const uncovered = only(end(735.5, legClosed(LONG, 'sell', '0.20', 10)), 'trade_closed')
    const cents = 168 * 2500 - 650 * 2500 + 20 * 1000 + 150 * 1500
    expect(uncovered).toMatchObject({ reason: 'assigned', brokerPnlCents: cents, settlement: { assignedQty: 25 } })
    // Whole spreads first, at the prices of what was closed first.
    const part = end(745, legClosed(SHORT, 'buy', '1.10'), legClosed(LONG, 'sell', '0.20', 10))
    expect(only(part, 'trade_closed')).toMatchObject({ brokerPnlCents: 168 * 2500 - 110 * 2500 + 20 * 1000 })
  })

  test('a leg that others opened for themselves and closed again is theirs', () => {
    const orders = [legClosed(LONG, 'buy', '0.30', 5), legClosed(LONG, 'sell', '0.20', 5)]
    const { events } = settled(leftOpen(holdingDesk()), facts(735.5, { orders }))
    expect(only(events, 'trade_closed')).toMatchObject({ exitFill: '5', brokerPnlCents: (168 - 500) * 2500 })
    expect(events.some(({ type }) => type === 'engine_alert')).toBe(false)
  })

  test('what was counted while the session ran is counted once, at its own price', () => {
    const leg = (time: string, qty: number, price: string): BrokerOrder => {
      const request = { clientOrderId: `by-hand-${time}`, qty, legs: sent.legs, limitPrice: null }
      const legs = [{ symbol: SHORT, side: 'buy', filledQty: qty, filledAvgPrice: price }] as const
      return { ...brokerOrder(request, 'filled', qty, price, at(time)), legs }
    }
    const [first, second] = [leg('09:50', 10, '0.50'), leg('15:45', 15, '2.00')]
    const positions = [{ symbol: SHORT, qty: -15, avgEntryPrice: '1.90' }]
    const seen = holdingDesk('short_put').reconcile([], positions).reconcile([first], positions)
    expect(seen.state.trade).toMatchObject({ closedQty: 10, closedNotional: '5', estimatedQty: 0 })
    const { events } = settled(leftOpen(seen), facts(null, { orders: [second, first] }))
    expect(only(events, 'trade_closed')).toMatchObject({ exitFill: '1.4', brokerPnlCents: (190 - 140) * 2500 })
  })

  test('an entry whose order the broker never saw, no engine being there until after the close, was none', () => {
    const entering = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)
    const { state: after, events } = settled(leftOpen(entering), facts(null))
    expect(events.map(({ type }) => type)).toEqual(['entry_abandoned', 'session_ended'])
    expect(only(events, 'session_ended')).toMatchObject({ status: 'no_trade', dayNetPnlCents: 0 })
    expect(after).toMatchObject({ phase: 'ended', trade: null, mode: 'HALTED', netPnlCents: 0 })
  })

  test('an entry whose fill is heard of after the close was held past it, and is settled; one not ended yet waits', () => {
    const entering = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)
    const [sent, ended] = [entering.sent(), leftOpen(entering)]
    expect(entering.last('engine_alert').message).toContain('no fill is known')
    const working = brokerOrder(sent, 'partially_filled', 10, '1.68', at('15:59'))
    expect(settleExpiry(ended, facts(742, { orders: [working] }))).toBeNull()
    expect(settleExpiry(ended, facts(742, { orders: [brokerOrder(sent, 'new', 0, null, at('09:50'))] }))).toBeNull()
    expect(settleExpiry(ended, facts(742, { orders: [brokerOrder(sent, 'filled', 25, null, at('15:59'))] }))).toBeNull()
    const filled = brokerOrder(sent, 'filled', 25, '1.68', at('15:59'))
    const { state: after, events } = settled(ended, facts(742, { orders: [filled] }))
    expect(only(events, 'trade_closed')).toMatchObject({ reason: 'expired', netPnlCents: 416_750 })
    expect(only(events, 'session_ended')).toMatchObject({ status: 'traded', entries: 1, dayNetPnlCents: 416_750 })
    expect(after).toMatchObject({ phase: 'ended', trade: null, entries: 1 })
  })
})

describe('a short put alone', () => {
  test('prop_ is worth its intrinsic value at the official close, to the cent', () => {
    const state = leftOpen(holdingDesk('short_put'))
    fc.assert(
      fc.property(fc.integer({ min: 60_000, max: 80_000 }), (cents) => {
        const closed = only(settled(state, facts(cents / 100)).events, 'trade_closed')
        const intrinsic = Math.max(0, 74_200 - cents)
        expect(closed.brokerPnlCents).toBe((190 - intrinsic) * 2500)
        expect(closed.netPnlCents).toBe(closed.brokerPnlCents - 1625)
        expect(closed.reason).toBe(intrinsic > 0 ? 'assigned' : 'expired')
      }),
    )
  })
})
