/** The checks right before an order leaves: what each denies, and that its edge is where it is said to be. */
import { describe, expect, test } from 'vitest'
import type { OrderRequest } from '../../src/broker/port.ts'
import { cutOff_ms } from '../../src/session/clockwork.ts'
import type { DenialCode } from '../../src/session/denial.ts'
import {
  CLOSES_PER_MINUTE_MAX,
  denyClosing,
  denyOpening,
  type FreshFacts,
  OPENS_PER_DAY_MAX,
  OPENS_PER_MINUTE_MAX,
  PRICE_BAND,
} from '../../src/session/risk.ts'
import type { MarketView, OrderState, SessionState } from '../../src/session/state.ts'
import { ACCOUNT, at, CHAIN, holdingDesk, newSession, watchingDesk } from '../support/session.ts'

interface Case {
  readonly request: OrderRequest
  readonly state: SessionState
  readonly view: MarketView
  readonly facts: FreshFacts
}

/** What `desk` would send next, with the account's room and the quotes of its legs. */
function sending(desk: ReturnType<typeof watchingDesk>, facts: Pick<FreshFacts, 'optionsBuyingPower' | 'legs'>): Case {
  const fresh = { controlMode: 'ACTIVE', sentLastMinute: 0, positions: [], ...facts } as const
  return { request: desk.sent(), state: desk.state, view: desk.view, facts: fresh }
}

/** An opening that passes every check. */
function goodSpread(): Case {
  const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)
  return sending(desk, {
    optionsBuyingPower: ACCOUNT.optionsBuyingPower,
    legs: [
      { bid: 1.9, ask: 1.94, t_ms: desk.now_ms },
      { bid: 0.2, ask: 0.22, t_ms: desk.now_ms },
    ],
  })
}

function goodPut(): Case {
  const desk = watchingDesk('short_put').spotAt('09:50', 741.15).snapshot(CHAIN)
  const legs = [{ bid: 1.9, ask: 1.94, t_ms: desk.now_ms }]
  return sending(desk, { optionsBuyingPower: '1855000', legs })
}

const codeOf = ({ request, state, view, facts }: Case): DenialCode | null =>
  denyOpening(request, state, view, facts)?.code ?? null

const withFacts = (facts: Partial<FreshFacts>) => (good: Case) => ({ ...good, facts: { ...good.facts, ...facts } })
const withState = (state: Partial<SessionState>) => (good: Case) => ({ ...good, state: { ...good.state, ...state } })
const withRequest = (request: Partial<OrderRequest>) => (good: Case) => ({
  ...good,
  request: { ...good.request, ...request },
})
const atTime = (market_ms: number) => (good: Case) => ({
  ...good,
  view: { ...good.view, now: { ...good.view.now, market_ms } },
  facts: { ...good.facts, legs: good.facts.legs?.map((leg) => leg && { ...leg, t_ms: market_ms }) ?? null },
})
const withSymbol = (symbol: string) => (good: Case) => {
  const [short, long] = good.request.legs
  const legs = long === undefined ? ([{ ...short, symbol }] as const) : ([short, { ...long, symbol }] as const)
  return withRequest({ legs })(good)
}
const SHORT = 'SPY260717P00742000'
const LONG = 'SPY260717P00737000'
const withPosition = (symbol: string, qty: number) => withFacts({ positions: [{ symbol, qty, avgEntryPrice: '1.00' }] })
const withLegAge = (ages_s: readonly (number | null)[]) => (good: Case) => {
  const legs = ages_s.map((age_s) => ({
    bid: 1.9,
    ask: 1.94,
    t_ms: age_s === null ? null : good.view.now.market_ms - age_s * 1000,
  }))
  const [short, long] = legs
  return withFacts({ legs: [short ?? null, long === undefined ? null : { ...long, bid: 0.2, ask: 0.22 }] })(good)
}

const ACTOR = { id: 'u1', name: 'Olivia', via: 'discord' } as const
const LIMIT_S = newSession().strategy.limits.quoteAgeMax_s
const CUT_OFF_MS = cutOff_ms(newSession())
const DAY_LIMIT = newSession().plan.maxDailyLossCents

describe('an opening', () => {
  test('that is in order passes, as a spread and as a put', () => {
    expect(codeOf(goodSpread())).toBeNull()
    expect(codeOf(goodPut())).toBeNull()
  })

  const DENIED: readonly (readonly [string, DenialCode, (good: Case) => Case])[] = [
    ['with the account paused', 'kill_switch', withFacts({ controlMode: 'REDUCING' })],
    ['with the account halted', 'kill_switch', withFacts({ controlMode: 'HALTED' })],
    ['with the switch unreadable', 'kill_switch_unreadable', withFacts({ controlMode: null })],
    ['of a session that is reducing', 'mode_not_active', withState({ mode: 'REDUCING' })],
    ['of a session that is halted', 'mode_not_active', withState({ mode: 'HALTED' })],
    ['of a session that stops', 'mode_not_active', withState({ stop: { actor: ACTOR, kind: 'operator' } })],
    ['before the open', 'market_closed', atTime(at('09:30') - 1)],
    ['at the cut-off', 'market_closed', atTime(CUT_OFF_MS)],
    ['of another underlying', 'instrument_not_allowed', withSymbol('QQQ260717P00737000')],
    ['of a call', 'instrument_not_allowed', withSymbol('SPY260717C00737000')],
    ['of another day', 'instrument_not_allowed', withSymbol('SPY260720P00737000')],
    ['of shares', 'instrument_not_allowed', withSymbol('SPY')],
    ['of more contracts than the profile has', 'contracts_limit', withRequest({ qty: 26 })],
    ['at the daily loss limit', 'daily_loss_limit', withState({ netPnlCents: -DAY_LIMIT })],
    ['after too many in a minute', 'orders_per_minute', withFacts({ sentLastMinute: OPENS_PER_MINUTE_MAX })],
    ['after too many in a day', 'orders_per_day', withState({ openAttempts: OPENS_PER_DAY_MAX + 1 })],
    ['with quotes that could not be read', 'stale_quote', withFacts({ legs: null })],
    ['with a leg that has no quote', 'stale_quote', withLegAge([0, null])],
    ['with one old leg', 'stale_quote', withLegAge([0, LIMIT_S + 1])],
    ['further from the mid than the band', 'price_outside_band', withRequest({ limitPrice: '1.44' })],
    ['without a limit', 'price_outside_band', withRequest({ limitPrice: null })],
    ['without buying power', 'buying_power', withFacts({ optionsBuyingPower: '8299.99' })],
    ['of a put that somebody holds long', 'opposite_position', withPosition(SHORT, 1)],
    ['of a hedge that somebody holds short', 'opposite_position', withPosition(LONG, -1)],
    ['with positions unreadable', 'positions_unreadable', withFacts({ positions: null })],
    ['with buying power unreadable', 'buying_power_unreadable', withFacts({ optionsBuyingPower: null })],
  ]
  test.each(DENIED)('%s is denied: %s', (_what, code, change) => {
    expect(codeOf(change(goodSpread()))).toBe(code)
  })

  test('is denied with the numbers that decided', () => {
    const numbersOf = (change: (good: Case) => Case) => {
      const { request, state, view, facts } = change(goodSpread())
      return denyOpening(request, state, view, facts)?.numbers
    }
    const { session } = newSession()
    expect(numbersOf(withFacts({ controlMode: 'HALTED' }))).toEqual({ mode: 'HALTED' })
    expect(numbersOf(withState({ mode: 'REDUCING' }))).toEqual({ mode: 'REDUCING' })
    expect(numbersOf(withState({ stop: { actor: ACTOR, kind: 'operator' } }))).toEqual({ mode: 'stopping' })
    expect(numbersOf(withState({ drain: { actor: ACTOR, kind: 'drain' } }))).toEqual({ mode: 'stopping' })
    const closed = { now_ms: CUT_OFF_MS, open_ms: session.open_ms, until_ms: CUT_OFF_MS }
    expect(numbersOf(atTime(CUT_OFF_MS))).toEqual(closed)
    expect(numbersOf(withSymbol('SPY'))).toEqual({ symbol: 'SPY' })
    expect(numbersOf(withRequest({ qty: 26 }))).toEqual({ wanted: 26, limit: 25 })
    const loss = { pnlCents: -DAY_LIMIT, limitCents: -DAY_LIMIT }
    expect(numbersOf(withState({ netPnlCents: -DAY_LIMIT }))).toEqual(loss)
    expect(numbersOf(withFacts({ sentLastMinute: 9 }))).toEqual({ sent: 9, limit: OPENS_PER_MINUTE_MAX })
    expect(numbersOf(withState({ openAttempts: 13 }))).toEqual({ sent: 13, limit: OPENS_PER_DAY_MAX })
    expect(numbersOf(withLegAge([0, LIMIT_S + 1]))).toEqual({ age_s: LIMIT_S + 1, limit_s: LIMIT_S })
    expect(numbersOf(withLegAge([0, null]))).toEqual({ limit_s: LIMIT_S })
    const band = { limit: '1.44', mid: 1.71, band: PRICE_BAND }
    expect(numbersOf(withRequest({ limitPrice: '1.44' }))).toEqual(band)
    expect(numbersOf(withFacts({ optionsBuyingPower: '8299.99' }))).toEqual({ needed: '8300.00', has: '8299.99' })
    expect(numbersOf(withPosition(SHORT, 3))).toEqual({ symbol: SHORT, held: 3 })
  })

  const ALLOWED: readonly (readonly [string, (good: Case) => Case])[] = [
    ['at the open', atTime(at('09:30'))],
    ['just before the cut-off', atTime(CUT_OFF_MS - 1)],
    ['a cent above the daily loss limit', withState({ netPnlCents: 1 - DAY_LIMIT })],
    ['as the last of a minute', withFacts({ sentLastMinute: OPENS_PER_MINUTE_MAX - 1 })],
    ['as the last of a day', withState({ openAttempts: OPENS_PER_DAY_MAX })],
    ['with quotes just young enough', withLegAge([LIMIT_S, LIMIT_S])],
    ['at the edge of the band', withRequest({ limitPrice: (1.71 - PRICE_BAND).toFixed(2) })],
    ['beside the same put sold by somebody else', withPosition(SHORT, -1)],
    ['beside the same hedge of somebody else', withPosition(LONG, 1)],
    ['beside another put held long', withPosition('SPY260717P00741000', 1)],
    // 25 spreads of $5 tie up $12,500 less the credit of $1.68 a share.
    ['with just enough buying power', withFacts({ optionsBuyingPower: '8300' })],
  ]
  test.each(ALLOWED)('%s passes', (_what, change) => {
    expect(codeOf(change(goodSpread()))).toBeNull()
  })

  test('of a put ties up its strike', () => {
    expect(codeOf(withFacts({ optionsBuyingPower: '1854999.99' })(goodPut()))).toBe('buying_power')
  })

  test('counts what is held and what another order may still fill', () => {
    const good = goodSpread()
    const { trade, orders } = good.state
    if (trade === null) throw new Error('expected a trade being entered')
    expect(codeOf(withState({ trade: { ...trade, openedQty: 1 } })(good))).toBe('contracts_limit')
    const [own] = Object.values(orders)
    if (own === undefined) throw new Error('expected the order of the entry')
    const other = { ...own, clientOrderId: 'other', status: 'working', qty: 10, filledQty: 9 } as const
    expect(codeOf(withState({ orders: { other, [own.clientOrderId]: own } })(good))).toBe('contracts_limit')
    const filled = { ...other, filledQty: 10 }
    expect(codeOf(withState({ orders: { filled, [own.clientOrderId]: own } })(good))).toBeNull()
  })
})

describe('a close', () => {
  const closing = () => {
    const desk = holdingDesk().quote('09:51', [4.5, 4.54], [0.2, 0.22])
    return { request: desk.sent(), state: desk.state }
  }

  test('of what is held passes, whatever the mode', () => {
    const { request, state } = closing()
    expect(request.qty).toBe(25)
    expect(denyClosing(request, { ...state, mode: 'HALTED' }, 0)).toBeNull()
  })

  test('of more than is held is denied with both numbers', () => {
    const { request, state } = closing()
    expect(denyClosing({ ...request, qty: 26 }, state, 0)).toEqual({
      code: 'close_exceeds_position',
      numbers: { wanted: 26, held: 25 },
    })
    if (state.trade === null) throw new Error('expected a position')
    const partly = { ...state, trade: { ...state.trade, closedQty: 10 } }
    expect(denyClosing(request, partly, 0)?.code).toBe('close_exceeds_position')
  })

  test('of what another close may still take is denied, and counts no fill twice', () => {
    const { request, state } = closing()
    const [id, first] = Object.entries(state.orders).find(([, { purpose }]) => purpose === 'close') ?? []
    if (id === undefined || first === undefined || state.trade === null) throw new Error('expected a close')
    const second = { ...request, clientOrderId: 'p4d-25k-20260717-close-2' }
    const withFirst = (change: Partial<OrderState>, closedQty = 0) => {
      const trade = state.trade === null ? null : { ...state.trade, closedQty }
      return { ...state, trade, orders: { ...state.orders, [id]: { ...first, ...change } } }
    }
    const denied = (held: number) => ({ code: 'close_exceeds_position', numbers: { wanted: 25, held } })
    expect(denyClosing(second, withFirst({ status: 'working', qty: 10 }), 0)).toEqual(denied(15))
    expect(denyClosing({ ...second, qty: 15 }, withFirst({ status: 'cancelling', qty: 10 }), 0)).toBeNull()
    const filled = withFirst({ status: 'working', qty: 10, filledQty: 4 }, 4)
    expect(denyClosing({ ...second, qty: 15 }, filled, 0)).toBeNull()
    expect(denyClosing({ ...second, qty: 16 }, filled, 0)?.numbers.held).toBe(15)
    expect(denyClosing(second, withFirst({ status: 'ended' }), 0)).toBeNull()
    // One leg alone takes nothing of the whole spreads.
    expect(denyClosing(second, withFirst({ status: 'working', leg: 'SPY260717P00742000' }), 0)).toBeNull()
  })

  test('of something else than what is held is denied', () => {
    const { request, state } = closing()
    const [short, long] = request.legs
    if (long === undefined) throw new Error('expected a spread')
    const legs = [short, { ...long, symbol: 'SPY260717P00736000' }] as const
    expect(denyClosing({ ...request, legs }, state, 0)?.code).toBe('close_exceeds_position')
  })

  test('waits for the next minute only after far more of them than any plan needs', () => {
    const { request, state } = closing()
    expect(denyClosing(request, state, CLOSES_PER_MINUTE_MAX - 1)).toBeNull()
    expect(denyClosing(request, state, CLOSES_PER_MINUTE_MAX)).toEqual({
      code: 'orders_per_minute',
      numbers: { sent: CLOSES_PER_MINUTE_MAX, limit: CLOSES_PER_MINUTE_MAX },
    })
  })
})
