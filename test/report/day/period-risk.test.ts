/** Risk, books and checks of several days, against the days' raw values. */
import { describe, expect, test } from 'vitest'
import { periodText } from '../../../src/report/day/period-text.ts'
import type { Stop } from '../../../src/report/day/risk-schema.ts'
import type { DayDocument } from '../../../src/report/day/schema.ts'
import { type Change, day, periodOf, TRADED } from '../../support/period-days.ts'

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
