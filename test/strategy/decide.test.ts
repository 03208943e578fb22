import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide } from '../../src/strategy/decide.ts'
import type { ChainRow, Decision, DecisionInput, StrategyConfig } from '../../src/strategy/types.ts'
import {
  abs,
  add,
  compare,
  div,
  mul,
  type Rational,
  rational,
  cents as roundedCents,
  sub,
} from '../support/rational.ts'
import { at, config, decisionInput } from './fixtures.ts'

const spotAt = (price: number) => ({ bid: price, ask: price, t_ms: at('10:00:00') })
const listed = (...strikes: number[]): ChainRow[] => strikes.map((strike) => ({ strike, bid: 1, ask: 1.02 }))

const decideWith = (changes: Partial<DecisionInput>, settings: StrategyConfig = config()): Decision =>
  decide(decisionInput(changes), settings)

function entered(decision: Decision): Extract<Decision, { action: 'enter' }> {
  if (decision.action !== 'enter') throw new Error(`expected an entry, got ${decision.reason}`)
  return decision
}

const reason = (decision: Decision) => (decision.action === 'skip' ? decision.reason : 'enter')

describe('the strike', () => {
  test.each([
    [399.99, 399.99],
    [400, 400],
    [400.01, 400.31],
    [500, 500.3],
    [500.01, 500.51],
    [600.2, 600.7],
  ])('with spot %d the target is %d', (spot, target) => {
    const decision = entered(decideWith({ spot: spotAt(spot), chain: listed(Math.round(target)) }))
    expect(decision.targetStrike).toBe(target)
    expect(decision.spot).toBe(spot)
  })

  test('the spot is the exact mid of its quote', () => {
    const spot = { bid: 600.19, ask: 600.2, t_ms: null }
    const decision = entered(decideWith({ spot, chain: listed(601) }))
    expect(decision.spot).toBe(600.195)
    expect(decision.targetStrike).toBe(600.695)
  })

  test('the nearest listed strike is taken', () => {
    expect(entered(decideWith({ spot: spotAt(600), chain: listed(599, 600, 602) })).strike).toBe(600)
    expect(entered(decideWith({ spot: spotAt(600.01), chain: listed(599, 600, 601) })).strike).toBe(601)
  })

  test('on a tie the lower strike is taken, in whatever order the chain comes', () => {
    // Target 600.5 exactly between the two.
    expect(entered(decideWith({ spot: spotAt(600), chain: listed(601, 600) })).strike).toBe(600)
    expect(entered(decideWith({ spot: spotAt(600), chain: listed(600, 601) })).strike).toBe(600)
  })

  test('a tie in decimals is a tie, although doubles would see none', () => {
    // Both are 0.2 away from 100.01, but the doubles say that the upper one is nearer.
    expect(Math.abs(100.21 - 100.01)).toBeLessThan(Math.abs(99.81 - 100.01))
    expect(entered(decideWith({ spot: spotAt(100.01), chain: listed(100.21, 99.81) })).strike).toBe(99.81)
    expect(entered(decideWith({ spot: spotAt(100.01), chain: listed(99.81, 100.21) })).strike).toBe(99.81)
  })

  test.each([
    ['no bid', { bid: null, ask: 1 }],
    ['a bid of 0', { bid: 0, ask: 1 }],
    ['no ask', { bid: 1, ask: null }],
    ['an ask of 0', { bid: 1, ask: 0 }],
  ])('a strike with %s is passed over', (_name, sides) => {
    const chain = [{ strike: 601, ...sides }, ...listed(605)]
    expect(entered(decideWith({ chain })).strike).toBe(605)
  })

  test('without a usable strike there is no chain', () => {
    expect(reason(decideWith({ chain: [] }))).toBe('no_chain')
    expect(reason(decideWith({ chain: [{ strike: 601, bid: 0, ask: 1 }] }))).toBe('no_chain')
  })
})

describe('premium quality', () => {
  const withQuote = (bid: number, ask: number, settings = config()) =>
    decideWith(
      {
        chain: [
          { strike: 601, bid, ask },
          { strike: 596, bid: 0.01, ask: 0.02 },
        ],
      },
      settings,
    )

  test.each([
    [0.04, 0.05, 'premium_low'], // mid 0.045
    [0.04, 0.06, 'enter'], // mid 0.05 exactly
    [1.99, 2.01, 'enter'], // mid 2.00 exactly
    [1.99, 2.02, 'premium_high'], // mid 2.005
    [1, 1.5, 'enter'], // spread 0.50 exactly
    [1, 1.51, 'spread_wide'],
    [0.01, 4, 'premium_high'], // premium before spread
    [0.6, 1.1, 'enter'], // 0.50 exactly, although 1.1 − 0.6 is more in doubles
  ])('bid %d, ask %d gives %s', (bid, ask, expected) => {
    expect(reason(withQuote(bid, ask))).toBe(expected)
  })

  test('it judges the short put alone, before any hedge', () => {
    // The net credit of 0.02 would be too low; the short put's own premium is fine.
    const chain = [
      { strike: 601, bid: 1, ask: 1.02 },
      { strike: 596, bid: 0.97, ask: 0.98 },
    ]
    expect(entered(decideWith({ chain }, config({ structure: 'put_spread' }))).mid).toBe(0.035)
    expect(reason(withQuote(2.5, 2.52, config({ structure: 'put_spread' })))).toBe('premium_high')
    // Too expensive and without a hedge: the premium is the reason.
    const bare = [{ strike: 601, bid: 2.5, ask: 2.52 }]
    expect(reason(decideWith({ chain: bare }, config({ structure: 'put_spread' })))).toBe('premium_high')
  })
})

describe('the structure', () => {
  const spread = config({ structure: 'put_spread' })

  test('a put alone sells at its bid and has no hedge', () => {
    expect(decideWith({})).toEqual({
      action: 'enter',
      strike: 601,
      hedgeStrike: null,
      mid: 1.21,
      sellPrice: 1.2,
      costs: { commission: 16.25, spread: 105.88, slippage: 24.2, total: 146.33 },
      targetStrike: 600.7,
      spot: 600.2,
      vixEstimate: expect.any(Number),
      rangePct: expect.closeTo(0.0333, 3),
    })
  })

  test('a spread buys the put its width below, for mids and touches of both', () => {
    const decision = entered(decideWith({}, spread))
    expect(decision.hedgeStrike).toBe(596)
    expect(decision.mid).toBe(1.05) // 1.21 − 0.16
    expect(decision.sellPrice).toBe(1.03) // 1.20 − 0.17
    expect(decision.costs.commission).toBe(32.5) // two legs
  })

  test('the width is configuration', () => {
    expect(entered(decideWith({}, { ...spread, width: 6 })).hedgeStrike).toBe(595)
    expect(reason(decideWith({}, { ...spread, width: 7 }))).toBe('no_hedge')
  })

  test.each([
    ['is not listed', null, 'no_hedge'],
    ['has no bid', { bid: null, ask: 0.17 }, 'no_hedge'],
    ['has no ask', { bid: 0.15, ask: null }, 'no_hedge'],
    ['has an ask of 0', { bid: 0, ask: 0 }, 'no_hedge'],
    ['has a bid of 0, which is a price', { bid: 0, ask: 0.01 }, 'enter'],
    ['costs what the short put brings', { bid: 1.19, ask: 1.2 }, 'no_hedge'],
    ['costs a cent less', { bid: 1.18, ask: 1.19 }, 'enter'],
    ['costs more', { bid: 1.3, ask: 1.31 }, 'no_hedge'],
  ])('a long put that %s', (_name, sides, expected) => {
    const short = { strike: 601, bid: 1.2, ask: 1.22 }
    const chain = sides === null ? [short] : [short, { strike: 596, ...sides }]
    expect(reason(decideWith({ chain }, spread))).toBe(expected)
  })
})

describe('decide as a whole', () => {
  // Tight quotes of plausible premiums nearly always, so that many of the chains are entered on.
  const cents = fc.integer({ min: 0, max: 210 })
  const halfTicks = fc.integer({ min: 0, max: 52 })
  const missing = fc.constantFrom(...Array.from({ length: 10 }, () => 'none' as const), 'bid', 'ask')
  const row = fc
    .record({ strike: fc.integer({ min: 590, max: 610 }), bid: cents, spread: halfTicks, missing })
    .map(({ strike, bid, spread, missing: side }) => ({
      strike,
      bid: side === 'bid' ? null : bid / 100,
      ask: side === 'ask' ? null : (bid + spread) / 100,
    }))
  const chains = fc.uniqueArray(row, { selector: ({ strike }) => strike, minLength: 15, maxLength: 21 })
  const spots = fc.integer({ min: 59_500, max: 60_500 }).map((value) => value / 100)

  test('prop_the_order_of_bars_and_chain_does_not_matter', () => {
    fc.assert(
      fc.property(chains, spots, fc.constantFrom('short_put', 'put_spread'), (chain, spot, structure) => {
        const input = decisionInput({ chain, spot: spotAt(spot) })
        const reversed = { ...input, chain: [...chain].reverse(), bars: [...input.bars].reverse() }
        expect(decide(reversed, config({ structure }))).toEqual(decide(input, config({ structure })))
      }),
    )
  })

  test('prop_what_it_enters_equals_exact_fractions', () => {
    let entries = 0
    const distance = (strike: number, target: Rational) => abs(sub(rational(strike), target))
    fc.assert(
      fc.property(chains, spots, (chain, spot) => {
        const decision = decideWith({ chain, spot: spotAt(spot) }, config({ structure: 'put_spread' }))
        if (decision.action !== 'enter') return
        entries++
        const target = add(rational(spot), rational(0.5))
        for (const { strike, bid, ask } of chain) {
          if (!bid || !ask) continue
          const order = compare(distance(strike, target), distance(decision.strike, target))
          expect(order > 0 || (order === 0 && strike >= decision.strike)).toBe(true)
        }
        const mids = [decision.strike, decision.hedgeStrike].map((strike) => {
          const { bid, ask } = chain.find((each) => each.strike === strike) ?? { bid: null, ask: null }
          return div(add(rational(bid ?? Number.NaN), rational(ask ?? Number.NaN)), rational(2))
        })
        const mid = sub(mids[0] as Rational, mids[1] as Rational)
        expect(compare(rational(decision.mid), mid)).toBe(0)
        const gross = mul(mid, rational(2500))
        expect(decision.costs.spread).toBe(roundedCents(mul(gross, rational(0.035))) / 100)
        const total = add(rational(32.5), mul(gross, rational(0.043)))
        expect(decision.costs.total).toBe(roundedCents(total) / 100)
      }),
      { numRuns: 300 },
    )
    expect(entries).toBeGreaterThan(30)
  })
})
