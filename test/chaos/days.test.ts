import { describe, expect, test } from 'vitest'
import { type DayOptions, runDay } from '../../src/chaos/day.ts'
import { countingPlan, killAt, pairPlan } from '../../src/chaos/faults/exact-plans.ts'
import { type FaultPlan, NO_FAULTS } from '../../src/chaos/faults/fault.ts'
import { tradingDay } from '../../src/chaos/run/run-kills.ts'
import { Totals } from '../../src/chaos/run/totals.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/time/units.ts'

const SEED = 'test'
/** A reduced day: an entry window of some minutes, an hour to hold. */
const MINUTES = 112

async function violationsOf(days: readonly DayOptions[]): Promise<string[]> {
  const found: string[] = []
  for (const options of days) {
    const { violation } = await runDay(options)
    if (violation !== null) found.push(`day ${options.day}: ${violation.invariant} ${violation.message}`)
  }
  return found
}

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1)

async function traceOf(options: DayOptions): Promise<string[]> {
  const lines: string[] = []
  await runDay({ ...options, trace: (line) => void lines.push(line) })
  return lines
}

/** Nothing is answered at these sites during this stretch of virtual time. */
const awayAt = (isAway: (site: string, now_ms: number) => boolean): FaultPlan => ({
  draw: (site, now_ms) => (isAway(site, now_ms) ? { kind: 'error', wait_ms: 50, variant: 0 } : null),
})

describe('simulated days', () => {
  test('no invariant is violated, whatever fails', async () => {
    const totals = new Totals()
    for (const day of range(12)) totals.add(await runDay({ seed: SEED, day }))
    expect(totals.violations).toBe(0)
    expect(totals.counts.faults).toBeGreaterThan(200)
    expect(totals.trades).toBeGreaterThan(10)
    expect(totals.decisions / totals.days).toBeGreaterThan(150)
  })

  test('a whole day without faults, without an opening, decides in every minute of its window', async () => {
    for (const day of [7, 8, 10, 16]) {
      const { isUndisturbed, entryDecisions, violation } = await runDay({ seed: SEED, day, plan: NO_FAULTS })
      expect({ day, isUndisturbed, entryDecisions, violation }).toEqual({
        ...{ day, isUndisturbed: true, entryDecisions: 285, violation: null },
      })
    }
  })

  test('the same seed gives the same day, to the last call', async () => {
    const first = await traceOf({ seed: SEED, day: 7, minutes: MINUTES })
    expect(first.length).toBeGreaterThan(500)
    expect(await traceOf({ seed: SEED, day: 7, minutes: MINUTES })).toEqual(first)
    expect(await traceOf({ seed: SEED, day: 8, minutes: MINUTES })).not.toEqual(first)
  })

  test('a kill at calls all over a day', async () => {
    const day = await tradingDay(SEED, MINUTES, 1)
    const plan = countingPlan()
    await runDay({ seed: SEED, day, minutes: MINUTES, plan })
    expect(plan.calls).toBeGreaterThan(500)
    const step = Math.floor(plan.calls / 24)
    const kills = range(24).map((at): DayOptions => {
      const kind = at % 2 === 0 ? 'crash_before' : 'crash_after'
      return { seed: SEED, day, minutes: MINUTES, plan: killAt(at * step, kind) }
    })
    expect(await violationsOf(kills)).toEqual([])
  })

  test('two faults, one after the other, where an order is on its way', async () => {
    const day = await tradingDay(SEED, MINUTES, 1)
    const first = ['lost_answer', 'late', 'crash_after', 'pause'] as const
    const second = ['broker.orderByClientId', 'store.commit', 'broker.positions', 'lease.acquire'] as const
    const pairs = first.flatMap((kind) =>
      second.map((site): DayOptions => {
        const plan = pairPlan({ site: 'broker.submit', kind }, { site, kind: 'error' }, HOUR_MS / 3, 0.2)
        return { seed: SEED, day, minutes: MINUTES, plan }
      }),
    )
    expect(await violationsOf(pairs)).toEqual([])
  })

  test('a store that is away when the day ends loses nothing of it', async () => {
    const day = await tradingDay(SEED, MINUTES, 1)
    const close_ms = (12 + MINUTES) * MINUTE_MS
    const plan = awayAt((site, at_ms) => site === 'store.commit' && at_ms >= close_ms && at_ms < close_ms + 60_000)
    expect(await violationsOf([{ seed: SEED, day, minutes: MINUTES, plan }])).toEqual([])
  })

  test('a broker that is away for half an hour with a position open', async () => {
    const day = await tradingDay(SEED, MINUTES, 1)
    const from_ms = (12 + 25) * MINUTE_MS
    const plan = awayAt(
      (site, at_ms) => site.startsWith('broker.') && at_ms >= from_ms && at_ms < from_ms + HOUR_MS / 2,
    )
    expect(await violationsOf([{ seed: SEED, day, minutes: MINUTES, plan }])).toEqual([])
  })
})
