/** What a period says of everything a day's report measures, against the days' raw values. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildDayDocument } from '../../../src/report/day/day-document.ts'
import { quantilesOf } from '../../../src/report/day/fields.ts'
import { buildPeriod } from '../../../src/report/day/period.ts'
import { type PeriodDocument, periodDocumentSchema } from '../../../src/report/day/period-schema.ts'
import { periodRows, periodText } from '../../../src/report/day/period-text.ts'
import type { Stop } from '../../../src/report/day/risk-schema.ts'
import type { DayDocument } from '../../../src/report/day/schema.ts'
import type { JournalEvent } from '../../../src/session/events.ts'
import { journalEvents, journalOf } from '../../support/journal-samples.ts'
import { problemsBy } from '../../support/published-schema.ts'

type Change = (day: DayDocument) => Partial<DayDocument>
const PAPER = { kind: 'PAPER', label: 'PA1' } as const
const JULY = { from: '2026-07-01', to: '2026-07-31' }

function documentOf(events: readonly JournalEvent[]): DayDocument {
  const made = buildDayDocument(journalOf(events))
  if (made === null) throw new Error('expected a report')
  return made
}

const TRADED = documentOf(journalEvents())
const FLAT = documentOf(
  journalEvents().filter(
    (event) =>
      event.type === 'session_started' ||
      event.type === 'session_ended' ||
      (event.type === 'decision' && event.action === 'skip'),
  ),
)

function periodOf(days: readonly DayDocument[]): PeriodDocument {
  const period = buildPeriod(days, JULY)
  if (period === null) throw new Error('expected a period')
  return period
}

const day = (date: string, change: Change = () => ({}), of: DayDocument = TRADED): DayDocument => ({
  ...{ ...of, source: PAPER, date },
  ...change(of),
})

/** Order by order, how long each took to be filled; null: it was not. */
const waits =
  (...times_ms: readonly (number | null)[]): Change =>
  ({ execution }) => {
    const [order] = execution.orders
    if (order === undefined) throw new Error('expected an order')
    const orders = times_ms.map((timeToFill_ms) => ({ ...order, timeToFill_ms }))
    return { execution: { ...execution, orders, timeToFill_ms: { median: 1, max: 1 } } }
  }

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

describe('risk, books and checks of a period', () => {
  const stop: Omit<Stop, 'toFlat_ms' | 'overshootCents'> = {
    tradeId: 't',
    reason: 'session_end',
    alsoFired: ['stop_loss'],
    trigger_ms: 0,
    triggerCents: -100_100,
    limit: 'max_loss_per_trade',
    limitCents: 100_000,
    flat_ms: 4000,
    finalCents: -103_000,
    overshootAtTriggerCents: 100,
  }
  const reached =
    (...of: readonly { readonly toFlat_ms: number | null; readonly overshootCents: number | null }[]): Change =>
    ({ risk }) => {
      const stops = of.map((one) => ({ ...stop, ...one }))
      return { risk: { ...risk, stops, stopSummary: { ...risk.stopSummary, reached: of.length, obeyed: 0 } } }
    }
  const breach = (date: string, count: number): DayDocument =>
    day(date, ({ risk }) => ({
      risk: {
        ...risk,
        breaches: Array.from({ length: count }, (_, at) => ({
          limit: at === 0 ? ('max_loss_per_trade' as const) : ('max_daily_loss' as const),
          ...{ at_ms: 1, pnlCents: -160_000, limitCents: 100_000 },
        })),
      },
    }))

  test('stop effectiveness is of every exit where a stop’s condition held, whatever the exit was named', () => {
    const days = [
      day('2026-07-13', reached({ toFlat_ms: 1000, overshootCents: 500 })),
      day(
        '2026-07-14',
        reached(
          { toFlat_ms: 9000, overshootCents: 3000 },
          { toFlat_ms: 8000, overshootCents: 0 },
          { toFlat_ms: null, overshootCents: null },
        ),
      ),
    ]
    const { risk } = periodOf(days)
    expect(risk).toMatchObject({ stopsReached: 4, stopsObeyed: 0, maxOvershootCents: 3000 })
    expect(risk.stopToFlat_ms).toEqual({ count: 3, median: 8000, p90: 9000, max: 9000 })
    expect(risk.stopOvershootCents).toEqual({ count: 3, median: 500, p90: 3000, max: 3000 })
    expect(risk.stops.map(({ date, reason }) => `${date} ${reason}`)).toHaveLength(4)
  })

  test('one loss beyond both limits is one breach, named with its day; excursions name the worst and the best', () => {
    const deep: Change = ({ risk }) => ({
      risk: { ...risk, excursions: risk.excursions.map((one) => ({ ...one, adverseCents: -99_999 })) },
    })
    const { risk, performance } = periodOf([breach('2026-07-13', 2), day('2026-07-14', deep), day('2026-07-15')])
    expect(risk).toMatchObject({ breaches: 2, breachesCounted: 1, leftOpen: [] })
    expect(new Set(risk.breachList.map(({ date }) => date))).toEqual(new Set(['2026-07-13']))
    expect(risk.excursions).toMatchObject({ trades: 3, worst: { cents: -99_999, date: '2026-07-14' } })
    expect(risk.excursions.medianAdverseCents).toBe(TRADED.risk.excursions[0]?.adverseCents)
    const condition = performance.light.conditions.find(({ name }) => name === 'risk')
    expect(condition).toMatchObject({ colour: 'yellow', value: 1 })
    expect(condition?.evidence).toMatch(/: exactly one is yellow, none would be green and more red$/)
  })

  test('differences that cancel out are not agreement', () => {
    const apart =
      (differenceCents: number, brokerDifferenceCents: number | null): Change =>
      ({ reconciliation }) => ({
        reconciliation: {
          ...reconciliation,
          ...{ differenceCents, brokerDifferenceCents },
          differencesTold: [{ at_ms: 1, code: 'late_fill', message: 'x' }],
        },
      })
    const days = [
      day('2026-07-13', apart(500, 0)),
      day('2026-07-14', apart(-500, 40)),
      day('2026-07-15', apart(0, null)),
    ]
    const period = periodOf(days)
    expect(period.reconciliation).toEqual({
      ...{ trades: 3, differenceCents: 0, apartCents: 1000, daysApart: ['2026-07-13', '2026-07-14'] },
      told: [{ code: 'late_fill', count: 3, days: 3 }],
      ...{ brokerDays: 2, brokerDifferenceCents: 40, brokerApartCents: 40, brokerDaysApart: ['2026-07-14'] },
    })
    expect(periodText(period)).toContain('fills $10.00 apart in all: 2026-07-13, 2026-07-14')
  })

  test('parity is n of n over the days that were run again; the others are named with the reason', () => {
    const parity =
      (reproduced: number, complete: boolean): Change =>
      () => ({
        checks: {
          parity: {
            ...{ decisions: 17, reproduced, entries: 16, exits: 1, journalDecisions: 16, complete, mismatches: [] },
          },
          replay: { status: 'unsettled', reason: 'the desk was paused', netPnlCents: null, difference: null },
          reason: null,
        },
      })
    const days = [
      day('2026-07-13', parity(17, true)),
      day('2026-07-14', parity(16, true)),
      day('2026-07-15', parity(17, false)),
      day('2026-07-16'),
    ]
    const period = periodOf(days)
    expect(period.checks).toMatchObject({
      ...{ decisions: 51, reproduced: 50, daysChecked: 3, daysComplete: 2 },
      ...{ daysNotReproduced: ['2026-07-14'], notChecked: [{ date: '2026-07-16' }] },
    })
    expect(period.checks.notReplayed.map(({ reason }) => reason).slice(0, 3)).toEqual(
      Array.from({ length: 3 }, () => 'the desk was paused'),
    )
    const text = periodText(period)
    expect(text).toContain('50 of 51 entry and exit decisions reproduced, on 3 of 4 days, 2 of them with every entry')
    expect(text).toContain('not reproduced: 2026-07-14')
    expect(text).toContain('2026-07-13, 2026-07-14, 2026-07-15: the desk was paused')
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
