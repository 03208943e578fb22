import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateExit } from '../../src/strategy/exits.ts'
import {
  EXIT_REASONS,
  type ExitDecision,
  type ExitInput,
  type ExitReason,
  type PositionInput,
} from '../../src/strategy/types.ts'
import { add, compare, mul, type Rational, rational, sub } from '../support/rational.ts'
import { at, config, exitInput, HALF_DAY } from './fixtures.ts'

/** Without costs, so that a boundary is a round number. */
const free = config({
  profile: { ...config().profile, commissionPerContract: 0, bidAskCostPct: 0, slippagePct: 0, contracts: 10 },
})

const see = (position: Partial<PositionInput>, changes: Partial<ExitInput> = {}, settings = config()): ExitDecision =>
  evaluateExit(exitInput(position, changes), settings)

const fired = (decision: ExitDecision): ExitReason[] =>
  decision.action === 'exit' ? [decision.reason, ...decision.alsoFired] : []

describe('the exits', () => {
  test('a position that did not move is held, with its P&Ls', () => {
    expect(see({})).toEqual({ action: 'hold', reason: null, rulePnl: -145.25, netPnl: -82.5 })
  })

  test('the day stops at its maximum loss exactly, the position included', () => {
    const position = { decisionMid: 1, entryFill: 1, contracts: 10, mid: 1.5, close: 1.5 } // −500
    expect(fired(see(position, { day: { netPnl: -999.99 } }, free))).toEqual([])
    expect(fired(see(position, { day: { netPnl: -1000 } }, free))).toEqual(['daily_loss_limit'])
  })

  test('the stop fires below the maximum loss of a trade, not at it', () => {
    const position = { decisionMid: 1, entryFill: 1, contracts: 10 }
    expect(fired(see({ ...position, mid: 2, close: 2 }, {}, free))).toEqual([])
    expect(fired(see({ ...position, mid: 2.0005, close: 2 }, {}, free))).toEqual(['stop_loss'])
    expect(fired(see({ ...position, mid: 2, close: 2.0005 }, {}, free))).toEqual(['stop_loss'])
  })

  test('the stop takes the worse of the two P&Ls, exactly, before any rounding', () => {
    // −1000.0002 is shown as −1000.00 and stops all the same.
    const decision = see({ decisionMid: 1, entryFill: 1, contracts: 10, mid: 1, close: 2.0000002 }, {}, free)
    expect(decision).toEqual({ action: 'exit', reason: 'stop_loss', alsoFired: [], rulePnl: 0, netPnl: -1000 })
  })

  test('the profit target fires above half of the net premium, not at it', () => {
    const position = { decisionMid: 1, entryFill: 1, contracts: 10, close: 0.5 }
    expect(fired(see({ ...position, mid: 0.5 }, {}, free))).toEqual([])
    expect(fired(see({ ...position, mid: 0.4995 }, {}, free))).toEqual(['profit_target'])
  })

  test('the profit target is of the premium after costs, held against rulePnl only', () => {
    // Mid 1.2: gross 3000, costs 145.25, net 2854.75, half 1427.375; rulePnl above it needs a mid under 0.57095.
    expect(fired(see({ mid: 0.571, close: 0.58 }))).toEqual([])
    expect(fired(see({ mid: 0.5709, close: 0.58 }))).toEqual(['profit_target'])
    expect(fired(see({ mid: 0.6, close: 0 }))).toEqual([])
  })

  test.each([
    ['15:09:59', []],
    ['15:10:00', ['session_end']],
    ['15:45:00', ['session_end']],
  ])('on a full day at %s', (time, expected) => {
    expect(fired(see({}, { now_ms: at(time) }))).toEqual(expected)
  })

  test('on a half day the session ends at 12:10', () => {
    const half = (time: string) => fired(see({}, { now_ms: Date.parse(`2026-11-27T${time}-05:00`), session: HALF_DAY }))
    expect(half('12:09:59')).toEqual([])
    expect(half('12:10:00')).toEqual(['session_end'])
  })

  test('the operator can always stop', () => {
    expect(see({}, { operatorStop: true })).toMatchObject({ action: 'exit', reason: 'operator_stop', alsoFired: [] })
  })

  test('the first that holds is the reason, the others are kept in order', () => {
    const everything = { now_ms: at('15:30:00'), operatorStop: true, day: { netPnl: -1000 } }
    // The ask is far away from a mid that is in profit: loss and profit at once.
    expect(fired(see({ mid: 0.5, close: 1.9 }, everything))).toEqual([...EXIT_REASONS])
  })

  test.each([
    ['mid', { mid: null }],
    ['close', { close: null }],
  ])('without a usable %s only the time and the operator decide, and there are no P&Ls', (_name, missing) => {
    const ruined = { decisionMid: 1, entryFill: 0.01, mid: 90, close: 90, ...missing }
    expect(see(ruined)).toEqual({ action: 'hold', reason: null, rulePnl: null, netPnl: null })
    expect(see(ruined, { operatorStop: true, now_ms: at('15:10:00') })).toEqual({
      action: 'exit',
      reason: 'session_end',
      alsoFired: ['operator_stop'],
      rulePnl: null,
      netPnl: null,
    })
  })

  test('what counts is the contracts of the position, not those of the profile', () => {
    expect(see({ contracts: 1, mid: 1.2, close: 1.2, entryFill: 1.2 }).netPnl).toBe(-1.3)
  })

  test('prop_exits_equal_exact_fractions', () => {
    // Quotes on half cents close to where the limits are, so that ties come up.
    const tick = fc.integer({ min: 0, max: 800 }).map((value) => value / 200)
    const dayNet = fc.constantFrom(0, -500, -1000, -250.5)
    const contracts = fc.constantFrom(1, 10, 25)
    const structures = fc.constantFrom('short_put', 'put_spread')
    fc.assert(
      fc.property(
        tick,
        tick,
        tick,
        dayNet,
        contracts,
        structures,
        fc.boolean(),
        (a, b, c, day, n, structure, plain) => {
          const settings = { ...(plain ? free : config()), structure }
          const decision = see(
            { decisionMid: a, entryFill: a, contracts: n, mid: b, close: c },
            { day: { netPnl: day } },
            settings,
          )
          expect(fired(decision)).toEqual(expectedExits(a, b, c, day, n, settings))
        },
      ),
      { numRuns: 1000 },
    )
  })
})

function expectedExits(a: number, b: number, c: number, day: number, n: number, settings: typeof free): ExitReason[] {
  const { commissionPerContract, bidAskCostPct, slippagePct, maxDailyLoss, maxLossPerTrade } = settings.profile
  const lot = rational(100 * n)
  const commission = mul(rational(commissionPerContract), rational(n * (settings.structure === 'put_spread' ? 2 : 1)))
  const gross = mul(rational(a), lot)
  const total = add(commission, mul(mul(gross, add(rational(bidAskCostPct), rational(slippagePct))), rational('0.01')))
  const rule = sub(mul(sub(rational(a), rational(b)), lot), total)
  const net = sub(mul(sub(rational(a), rational(c)), lot), mul(commission, rational(2)))
  const below = (value: Rational, limit: number) => compare(value, rational(limit))
  const reasons: ExitReason[] = []
  if (below(add(net, rational(day)), -maxDailyLoss) <= 0) reasons.push('daily_loss_limit')
  if (below(rule, -maxLossPerTrade) < 0 || below(net, -maxLossPerTrade) < 0) reasons.push('stop_loss')
  if (compare(rule, mul(rational('0.5'), sub(gross, total))) > 0) reasons.push('profit_target')
  return reasons
}
