/** Price shocks on request: how far, how fast, and what they leave alone. */
import { describe, expect, it } from 'vitest'
import type { AlpacaSim } from '../../../src/sim/alpaca/index.ts'
import { QUIET_DAY, recording, startSim, stepTo } from './harness.ts'
import { NOTHING, provoke, provoked } from './provoking.ts'

describe('a price shock', () => {
  const mid = (sim: AlpacaSim): number => {
    const { spot } = sim.market
    if (spot === null) throw new Error('expected a price')
    return (spot.bid + spot.ask) / 2
  }
  /** The undisturbed and the shocked market's mid at the same instant. */
  const shocked = async (pct: number, at = '10:00:00') => {
    const [calm, sim] = [await startSim(), await startSim()]
    await Promise.all([stepTo(calm, at), stepTo(sim, at)])
    expect((await provoke(sim, 'shock', { pct, seconds: 30 })).status).toBe(200)
    return { calm, sim }
  }

  it.each([-1, 2])('of %f %% has moved the price by so much after its seconds, and puts with it', async (pct) => {
    const { calm, sim } = await shocked(pct)
    expect(mid(sim)).toBe(mid(calm))
    expect(await provoked(sim)).toEqual({ ...NOTHING, shock: { pct, until: '2026-07-17T14:00:30.000Z' } })
    const strike = sim.market.strikes.find((one) => one > mid(sim)) ?? 0
    const putBefore = sim.market.book?.puts.get(strike)?.ask ?? 0
    await Promise.all([stepTo(calm, '10:00:15'), stepTo(sim, '10:00:15')])
    expect(mid(sim) / mid(calm)).toBeCloseTo(Math.sqrt(1 + pct / 100), 4)
    await Promise.all([stepTo(calm, '10:00:30'), stepTo(sim, '10:00:30')])
    expect(mid(sim) / mid(calm)).toBeCloseTo(1 + pct / 100, 4)
    const putAfter = sim.market.book?.puts.get(strike)?.ask ?? 0
    expect(putAfter > putBefore).toBe(pct < 0)
    expect(await provoked(sim)).toEqual(NOTHING)
    await Promise.all([stepTo(calm, '15:00:00'), stepTo(sim, '15:00:00')])
    expect(mid(sim) / mid(calm)).toBeCloseTo(1 + pct / 100, 4)
  })

  it('leaves the bars that are out as they were, shows in those to come, and in the next day', async () => {
    const { calm, sim } = await shocked(-3)
    const before = calm.market.barsToday
    expect(sim.market.barsToday).toEqual(before)
    await Promise.all([stepTo(calm, '10:05:00'), stepTo(sim, '10:05:00')])
    expect(sim.market.barsToday.slice(0, before.length)).toEqual(before)
    const last = (of: AlpacaSim) => of.market.barsToday.at(-1)?.c ?? 0
    expect(last(sim) / last(calm)).toBeCloseTo(0.97, 4)
    await Promise.all([stepTo(calm, '09:31:00', '2026-07-20'), stepTo(sim, '09:31:00', '2026-07-20')])
    expect(mid(sim) / mid(calm)).toBeCloseTo(0.97, 4)
  })

  it('is refused where prices are recorded or the market is closed, and without a bound', async () => {
    const recorded = await startSim({ source: recording([QUIET_DAY]) })
    await stepTo(recorded, '10:01:00')
    expect(await provoke(recorded, 'shock', { pct: 1 })).toMatchObject({
      status: 409,
      body: { message: 'these prices are recorded: only a seeded market moves' },
    })
    const closed = await startSim()
    expect(await provoke(closed, 'shock', { pct: 1 })).toMatchObject({ status: 409 })
    for (const body of [{}, { pct: 0 }, { pct: 6 }, { pct: 'down' }, { pct: 1, seconds: 0 }, { pct: 1, at: 3 }]) {
      expect((await provoke(closed, 'shock', body)).status).toBe(400)
    }
  })
})
