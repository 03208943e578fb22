/** What of a campaign's net P&L is assumed stands beside it, wherever the verdict is told. */
import { expect, test } from 'vitest'
import { assessmentDocument, assessmentText } from '../../src/validation/assessment.ts'
import { netCommissionLine, netCommissionOf } from '../../src/validation/costs/net-commission.ts'
import { amounts, clean, provenDays } from './assessed-days.ts'

const day = (assumedCommissionCents: number | null, feesCents: number | null, isTraded = true) => ({
  evidence: { ...clean, assumedCommissionCents, feesCents },
  trades: isTraded ? [{ netPnlCents: 0 }] : [],
})

test('sums the assumed commission of days with a trade, and what the broker charged where it is known', () => {
  const found = netCommissionOf([day(6500, 125), day(3250, null), day(0, 0, false), { evidence: null, trades: [] }])
  expect(found).toEqual({ assumedCents: 9750, chargedCents: 125, chargedDays: 1 })
  expect(netCommissionLine(found)).toBe(
    'Net P&L is after $97.50 of assumed commission in all; the broker charged $1.25 on 1 day with a trade',
  )
  expect(netCommissionLine(netCommissionOf([day(6500, null)]))).toContain('what the broker charged is not known')
})

test('the verdict says so in its text and in its file', () => {
  const made = provenDays(amounts(5))
  expect(assessmentText(made)).toContain('Net P&L is after $325.00 of assumed commission in all')
  expect(assessmentDocument(made)).toMatchObject({ commission: { assumedCents: 32_500, chargedCents: 0 } })
})
