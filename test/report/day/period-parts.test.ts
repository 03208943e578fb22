/** What a period says of everything a day's report measures, against the days' raw values. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quantilesOf } from '../../../src/report/day/fields.ts'
import { periodDocumentSchema } from '../../../src/report/day/period-schema.ts'
import { periodRows, periodText } from '../../../src/report/day/period-text.ts'
import { type Change, day, FLAT, periodOf, TRADED, waits } from '../../support/period-days.ts'
import { problemsBy } from '../../support/published-schema.ts'

describe('quantiles of a period', () => {
  test('are of the raw values, not of the days’ own quantiles', () => {
    const days = [
      day('2026-07-13', waits(1000)),
      day('2026-07-14', waits(2000)),
      day('2026-07-15', waits(...Array.from({ length: 8 }, () => 60_000), null)),
    ]
    // The median of the days' medians would be 2 s.
    expect(periodOf(days).execution.timeToFill_ms).toEqual({ count: 10, median: 60_000, p90: 60_000, max: 60_000 })
  })

  test('prop_quantiles: as many values are at most the 90 % one as its name says, and none is above the greatest', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 60 }), (values) => {
        const { count, median, p90, max } = quantilesOf(values)
        const atMost = (bound: number | null): number => values.filter((value) => value <= (bound ?? -1)).length
        expect(count).toBe(values.length)
        expect(atMost(p90)).toBeGreaterThanOrEqual(0.9 * values.length)
        expect(values.filter((value) => value < (p90 ?? 0)).length).toBeLessThan(0.9 * values.length)
        expect(atMost(max)).toBe(values.length)
        expect(atMost(median)).toBeGreaterThanOrEqual(values.length / 2)
      }),
    )
    expect(quantilesOf([])).toEqual({ count: 0, median: null, p90: null, max: null })
  })
})

describe('a period aggregates all that a day measures', () => {
  const costly: Change = ({ costs }) => ({
    costs: { ...costs, actual: { ...costs.actual, commissionCents: 77, slippageCents: 1000, totalCents: 17_250 } },
    pnl: { ...TRADED.pnl, brokerFeesCents: 77 },
    execution: { ...TRADED.execution, slippage: { ...TRADED.execution.slippage, againstTouchCents: 1000 } },
  })
  const blind: Change = ({ costs }) => ({
    costs: { ...costs, actual: { ...costs.actual, spreadCents: null, slippageCents: null, totalCents: null } },
    pnl: { ...TRADED.pnl, ruleCents: null },
    execution: { ...TRADED.execution, slippage: { ...TRADED.execution.slippage, againstTouchCents: null } },
  })
  const days = [
    day('2026-07-13', costly),
    day('2026-07-14', blind),
    day('2026-07-15', () => ({}), FLAT),
    day('2026-07-17', () => ({ status: 'incomplete' })),
  ]
  const period = periodOf(days)

  test('and keeps to its published schema', () => {
    expect(periodDocumentSchema.parse(period)).toEqual(period)
    expect(problemsBy('period-4')(period)).toEqual([])
  })

  test('decisions by reason, on how many days', () => {
    expect(period.decisions).toEqual({
      taken: 16 * 3 + 15,
      byReason: [
        { reason: 'high_vix', count: 48, days: 4 },
        { reason: 'premium_low', count: 12, days: 4 },
        { reason: null, count: 3, days: 3 },
      ],
    })
  })

  test('P&L of each kind against the days’ own targets; a day without a session is $0 against its target', () => {
    const { netPnlCents, pnl, targetDailyCents } = TRADED
    expect(period.counts).toMatchObject({ days: 4, noSession: 1, incomplete: 1 })
    expect(period.pnl).toMatchObject({
      netCents: 2 * netPnlCents,
      grossCents: 2 * pnl.grossCents,
      assumedCommissionCents: 2 * pnl.assumedCommissionCents,
      brokerCents: 2 * pnl.brokerCents,
      ruleCents: null,
      ruleOfKnownCents: pnl.ruleCents,
      ruleDays: 2,
      netOfRuleDaysCents: netPnlCents,
      brokerFeesCents: 77,
      brokerFeesDays: 1,
      targetCents: 4 * targetDailyCents,
      varianceCents: 2 * netPnlCents - 4 * targetDailyCents,
    })
    expect(period.pnl.netCents).toBe(period.pnl.grossCents - period.pnl.assumedCommissionCents)
  })

  test('each part of the costs: what was estimated, what it was, on which days, and what can be proved', () => {
    const { estimated, actual, premiumCents } = TRADED.costs
    expect(period.costs).toMatchObject({ daysTraded: 2, daysKnown: 1, premiumCents: 2 * premiumCents })
    expect(period.costs.parts).toMatchObject([
      {
        ...{ part: 'commission', actualCents: 77, estimatedOfKnownCents: estimated.commissionCents, daysKnown: 1 },
        estimatedCents: 2 * estimated.commissionCents,
      },
      { part: 'spread', actualCents: actual.spreadCents, estimatedOfKnownCents: estimated.spreadCents, daysKnown: 1 },
      { part: 'slippage', actualCents: 1000, estimatedOfKnownCents: estimated.slippageCents, proves: false },
      { part: 'impact', estimatedCents: null, actualCents: null, daysKnown: 0 },
    ])
    expect(period.costs.actualToEstimated).toBeCloseTo(
      ((actual.spreadCents ?? 0) + 1000) / (estimated.spreadCents + estimated.slippageCents),
      4,
    )
    expect(period.costs.parts.at(-1)?.reason).toContain('not measurable on paper')
  })

  test('execution: orders, fills, fill rates, and slippage in dollars and of premium against what is assumed', () => {
    const { execution, costs } = TRADED
    expect(period.execution).toMatchObject({
      sent: 2 * execution.sent,
      filled: 2 * execution.filled,
      unfilled: 0,
      executions: 2 * execution.fills.length,
      entriesDecided: 2,
      entriesFilled: 2,
      entryFillRatePct: 100,
      slippageAgainstMidCents: 2 * (execution.slippage.againstMidCents ?? 0),
      slippageAgainstTouchCents: 1000,
      slippagePct: Math.round((1000 / costs.premiumCents) * 1e6) / 1e4,
      slippageAssumedPct: execution.slippage.assumedPct,
      slippageWithin: true,
      slippageProves: false,
    })
    const [trade] = TRADED.timings.trades
    const held = (trade?.flat_ms ?? 0) - (trade?.firstFill_ms ?? 0)
    expect(period.timings.held_ms).toEqual({ count: 2, median: held, p90: held, max: held })
  })

  test('what is missing is named with its days', () => {
    const of = (field: string) => period.missing.filter((one) => one.field === field)
    expect(of('days')).toEqual([
      { field: 'days', reason: 'no session ran: counted at $0', dates: ['2026-07-16'] },
      { field: 'days', reason: 'a position was open at the close: in no sum of money', dates: ['2026-07-17'] },
    ])
    expect(of('checks')[0]?.dates).toEqual(['2026-07-13', '2026-07-14', '2026-07-15', '2026-07-17'])
  })
})

describe('in the post and in the terminal', () => {
  test('the same lines tell each part, and nothing is empty where nothing was traded', () => {
    const period = periodOf([day('2026-07-15', () => ({}), FLAT)])
    const rows = new Map(periodRows(period).map(({ name, lines }) => [name, lines]))
    expect(rows.get('Costs')).toEqual(['nothing was traded'])
    expect(rows.get('Orders')).toEqual(['none was sent'])
    expect([rows.has('Slippage'), rows.has('Timings'), rows.has('While held')]).toEqual([false, false, false])
    for (const lines of rows.values()) for (const line of lines) expect(line).not.toMatch(/undefined|NaN|null/)
    const text = periodText(period)
    for (const lines of rows.values()) for (const line of lines) expect(text).toContain(line)
  })

  test('tells fills, fill rate, time to fill, slippage against the plan and every part of the costs', () => {
    const rows = new Map(
      periodRows(periodOf([day('2026-07-13', waits(1000, 3000)), day('2026-07-14', waits(60_000))])).map(
        ({ name, lines }) => [name, lines.join('\n')],
      ),
    )
    expect(rows.get('Orders')).toContain('time to fill median 3 s, 90 % within 1 min, most 1 min')
    expect(rows.get('Slippage')).toContain('the plan assumes 0.8 %: not proved on paper')
    for (const part of ['commission', 'spread', 'slippage', 'impact no figure'])
      expect(rows.get('Costs')).toContain(part)
  })
})
