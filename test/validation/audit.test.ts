import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { auditBaseline, correlation } from '../../src/validation/audit/audit.ts'
import { auditChart } from '../../src/validation/audit/audit-chart.ts'
import { auditMarkdown, auditSummary } from '../../src/validation/audit/audit-text.ts'
import { impliedCosts } from '../../src/validation/audit/implied-costs.ts'
import { CLOSES, madeTrade, ROWS, sessions, settled, TRADES } from './audit-table.ts'

const audit = (overrides = {}) => auditBaseline({ trades: TRADES, closes: CLOSES, sessions, ...overrides })

describe('the audit of a published baseline', () => {
  test('finds the costs the table charged, and the trade that does not follow them', () => {
    expect(impliedCosts(TRADES)).toEqual({ perContract: 1, pctOfPremium: 2, explained: 4 })
    expect(
      audit()
        .trades.filter(({ explained }) => !explained)
        .map(({ date }) => date),
    ).toEqual(['2023-05-05'])
  })

  test('settles every trade at the official close by the same costs', () => {
    const found = audit()
    const expected = ROWS.map(({ strike, premium, official }) => settled(strike, premium, official) * 100)
    expect(found.trades.map(({ resettledPnlCents }) => resettledPnlCents)).toEqual(expected)
    expect(found.resettled.totalCents).toBe(expected.reduce((sum, cents) => sum + cents, 0))
    expect(found.closeDiffers).toBe(1)
    expect(found.lostToCloseCents).toBe(-130_000)
    // 0.35 sold, 2.00 to pay back, $17 of costs: $1,667 lost where $1,000 were published.
    expect(found.lostToOtherCents).toBe(-66_700)
  })

  test('divides by the trading days of the period, not by those with a trade', () => {
    const found = audit({ from: '2023-05-01', to: '2023-05-09' })
    expect(found.tradingDays).toBe(7)
    expect(found.published.perDayCents).toBeCloseTo(found.published.totalCents / 7, 9)
    expect(audit().tradingDays).toBe(6)
  })

  test('says which trades lie outside the period, and refuses a period without any', () => {
    expect(audit({ from: '2023-05-04' }).tradesOutside).toBe(2)
    expect(() => audit({ from: '2023-06-01', to: '2023-06-30' })).toThrow(/expected trades from 2023-06-01/)
  })

  test('refuses a trade whose official close is not known, with its line', () => {
    const closes = new Map(CLOSES)
    closes.delete('2023-05-04')
    expect(() => audit({ closes })).toThrow(expect.objectContaining({ line: 4 }))
  })

  test('lists sessions without a close where no trade needs one', () => {
    expect(audit().missingCloses).toEqual(['2023-05-03'])
  })

  test('without costs that explain the table each trade keeps its own deduction', () => {
    const noisy = TRADES.map((trade, index) => ({
      ...trade,
      publishedPnlCents: trade.publishedPnlCents + 1000 * index ** 2,
    }))
    const found = audit({ trades: noisy })
    expect(found.costs).toBeNull()
    expect(found.resettled.totalCents - found.published.totalCents).toBe(-130_000)
    expect(auditSummary(found).join('\n')).toContain('each trade keeps what its own row deducted')
  })

  test('prop_figures follow their input: another official close moves only its own trade, by the value of the put', () => {
    const closes = fc.array(fc.integer({ min: 40_000, max: 42_500 }), {
      minLength: ROWS.length,
      maxLength: ROWS.length,
    })
    fc.assert(
      fc.property(closes, (cents) => {
        const found = audit({ closes: new Map(ROWS.map(({ date }, index) => [date, (cents[index] ?? 0) / 100])) })
        for (const [index, { strike, premium }] of ROWS.entries()) {
          const expected = Math.round(settled(strike, premium, (cents[index] ?? 0) / 100) * 100)
          expect(found.trades[index]?.resettledPnlCents).toBe(expected)
        }
        const total = found.trades.reduce((sum, trade) => sum + trade.resettledPnlCents, 0)
        expect(found.resettled.totalCents).toBe(total)
      }),
      { numRuns: 50 },
    )
  })

  test('prop_any rates of costs are found back from the table they made', () => {
    const rates = fc.record({ mills: fc.integer({ min: 0, max: 3000 }), tenths: fc.integer({ min: 0, max: 150 }) })
    fc.assert(
      fc.property(rates, ({ mills, tenths }) => {
        const trades = [31, 77, 125, 5, 190].map((premiumCents, index) => {
          const contracts = 1 + (index % 3)
          const thousandths = contracts * (premiumCents * 100 * (1000 - tenths) - mills * 100)
          // Half a cent is rounded one way or the other: it proves nothing of the rates.
          fc.pre(Math.abs(thousandths % 1000) !== 500)
          const premium = premiumCents / 100
          const row = madeTrade({ date: '2023-05-01', strike: 400, premium, close: 401, official: 401 }, 2)
          return { ...row, contracts, publishedPnlCents: Math.round(thousandths / 1000) }
        })
        expect(impliedCosts(trades)?.explained).toBe(trades.length)
      }),
      { numRuns: 50 },
    )
  })

  test('correlation is 1 of a line, −1 of its mirror, and nothing of a constant', () => {
    expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12)
    expect(correlation([1, 2, 3], [6, 4, 2])).toBeCloseTo(-1, 12)
    expect(correlation([1, 2, 3], [5, 5, 5])).toBeNull()
  })
})

describe('an audit shown', () => {
  test('as Markdown has its headline, the sums and a row a trade', () => {
    const found = audit()
    const text = auditMarkdown(found)
    expect(text).toContain('5 trades over 6 trading days, 2023-05-01 to 2023-05-08')
    expect(text.match(/^\| 2023-/gm)).toHaveLength(5)
    expect(text).toContain('4 of 5 published figures to the cent')
  })

  test('as a chart runs over every trading day and ends at the sums', () => {
    const found = audit()
    const chart = auditChart(found, sessions(found.from, found.to))
    expect(chart.dates).toHaveLength(6)
    const sums = chart.lines.map(({ dailyCents }) => dailyCents.reduce((sum, cents) => sum + cents, 0))
    expect(sums).toEqual([found.published.totalCents, found.resettled.totalCents])
  })
})
