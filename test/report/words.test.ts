import { expect, test } from 'vitest'
import { settlementWords } from '../../src/report/words.ts'

test('what became of a position held past the close names the legs that others closed', () => {
  const settled = { qty: 25, price: '1.1', officialClose: '745', assignedQty: 0, by: 'official_close' } as const
  const words = settlementWords(settled)
  expect(words).toBe('25 held past the close: lapsed, settled at $1.10 a share, SPY’s official close $745.00')
  expect(settlementWords({ ...settled, legsClosed: 1 })).toBe(`${words}, with 1 leg that others closed`)
})
