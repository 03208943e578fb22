import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { occOf, putSymbol } from '../../src/broker/occ.ts'

describe('option symbols', () => {
  it('writes the strike in thousandths, fractions included', () => {
    expect(putSymbol('2026-07-17', 747)).toBe('SPY260717P00747000')
    expect(putSymbol('2026-07-17', 747.5)).toBe('SPY260717P00747500')
    expect(putSymbol('2026-01-02', 0.05)).toBe('SPY260102P00000050')
  })

  it('reads a symbol back', () => {
    expect(occOf('SPY260717P00747500')).toEqual({ root: 'SPY', expiry: '2026-07-17', right: 'put', strike: 747.5 })
    expect(occOf('AAPL241213C00250000')?.right).toBe('call')
  })

  it.each(['SPY', 'SPY260717X00747000', 'SPY261317P00747000', 'spy260717P00747000', 'SPY260717P0747000', ''])(
    'takes %o for no option',
    (symbol) => {
      expect(occOf(symbol)).toBeNull()
    },
  )

  it.each([0, -1, Number.NaN, 747.0005, 100_000, Number.POSITIVE_INFINITY])('refuses %d as a strike', (strike) => {
    expect(() => putSymbol('2026-07-17', strike)).toThrow(/expected a strike/)
  })

  it('refuses a date that does not exist', () => {
    expect(() => putSymbol('2026-02-30', 747)).toThrow(/expected an expiry/)
  })

  it('prop_every_put_symbol_reads_back_to_its_expiry_and_strike', () => {
    const date = fc
      .date({ min: new Date('2020-01-01'), max: new Date('2039-12-31'), noInvalidDate: true })
      .map((value) => value.toISOString().slice(0, 10))
    fc.assert(
      fc.property(date, fc.integer({ min: 1, max: 99_999_999 }), (expiry, thousandths) => {
        const strike = thousandths / 1000
        expect(occOf(putSymbol(expiry, strike))).toEqual({ root: 'SPY', expiry, right: 'put', strike })
      }),
    )
  })
})
