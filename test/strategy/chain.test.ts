import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findStrike, packChain } from '../../src/strategy/chain.ts'
import { exact } from '../../src/strategy/exact.ts'
import { nearestStrike } from '../../src/strategy/strike.ts'
import type { ChainRow } from '../../src/strategy/types.ts'

const side = fc.constantFrom(null, 0, 0.01, 1.2)
const chains = fc
  .uniqueArray(
    fc.integer({ min: 7400, max: 7500 }).map((tenths) => tenths / 10),
    { maxLength: 30 },
  )
  .chain((strikes) =>
    fc.tuple(...strikes.map((strike) => fc.record({ strike: fc.constant(strike), bid: side, ask: side }))),
  )

/** The rule as it is written: sort by exact distance, then by strike. */
function expected(rows: readonly ChainRow[], target: number): number | null {
  const tradable = rows.filter(({ bid, ask }) => bid !== null && ask !== null && bid > 0 && ask > 0)
  const distance = (strike: number) => exact(strike).minus(target).abs()
  const sorted = tradable.toSorted((a, b) => distance(a.strike).cmp(distance(b.strike)) || a.strike - b.strike)
  return sorted[0]?.strike ?? null
}

describe('a chain in columns', () => {
  test('finds a strike with its sides as they were, or null', () => {
    const rows = [
      { strike: 742, bid: 0, ask: null },
      { strike: 741.5, bid: null, ask: 2 },
    ]
    for (const row of rows) expect(findStrike(packChain(rows), row.strike)).toEqual(row)
    expect(findStrike(packChain(rows), 741)).toBeNull()
    expect(findStrike(packChain([]), 742)).toBeNull()
  })

  test('looks at nothing outside its part of the columns', () => {
    const columns = packChain([740, 741, 742].map((strike) => ({ strike, bid: 1, ask: 1.1 })))
    const part = { ...columns, from: 1, to: 2 }
    expect(findStrike(part, 740)).toBeNull()
    expect(findStrike(part, 742)).toBeNull()
    expect(nearestStrike(part, 739)?.strike).toBe(741)
  })

  test('prop_nearest_is_the_first_of_the_sorted_chain', () => {
    const targets = fc.integer({ min: 74_000, max: 75_000 }).map((cents) => cents / 100)
    fc.assert(
      fc.property(chains, targets, (rows, target) => {
        expect(nearestStrike(packChain(rows), target)?.strike ?? null).toBe(expected(rows, target))
      }),
      { numRuns: 500 },
    )
  })
})
