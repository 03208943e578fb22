import { describe, expect, test } from 'vitest'
import { type BacktestOptions, runBacktest } from '../../src/backtest/backtest.ts'
import { backtestSchema } from '../../src/backtest/document.ts'
import { CancelledError } from '../../src/backtest/pool.ts'
import { shownSharpe } from '../../src/backtest/sharpe-shown.ts'
import { runVariants } from '../../src/backtest/sweep.ts'
import { drawTearSheet, tearSheetCharts } from '../../src/backtest/tear-sheet-chart.ts'
import { VariantTally } from '../../src/backtest/variant-tally.ts'
import { replay } from '../../src/replay/replay.ts'
import { config } from '../strategy/fixtures.ts'
import { FIVE_DAYS, mixedDays, sourceOfDays } from './made-source.ts'

/** More than one portion of days. */
const MIXED = mixedDays(70)

const options = (changes: Partial<BacktestOptions> = {}): BacktestOptions => ({
  source: sourceOfDays(FIVE_DAYS),
  config: config(),
  fills: 'touch',
  set: [],
  sweep: [],
  workers: 1,
  signal: new AbortController().signal,
  onProgress: () => undefined,
  remember: async () => 1,
  ...changes,
})

describe('a backtest', () => {
  test('comes to what the replay of the same days comes to', async () => {
    const result = backtestSchema.parse(await runBacktest(options()))
    const { summary } = replay(FIVE_DAYS, config())
    expect(result.summary).toMatchObject({
      entries: summary.entries,
      closed: summary.closed,
      incomplete: summary.incomplete,
      noTrade: summary.noTrade,
      wins: summary.wins,
      losses: summary.losses,
      winRate: summary.winRate,
      executionRate: summary.executionRate,
      pnlCents: Math.round(summary.netPnl * 100),
      netPnlCents: Math.round(summary.netPnl * 100),
      rulePnlCents: Math.round(summary.rulePnl * 100),
    })
    expect(result).toMatchObject({
      variantsTried: 1,
      sweep: null,
      period: { from: '2026-07-13', to: '2026-07-17', days: 5 },
    })
  })

  test('is deflated by every variant that was ever tried, and says what it tried before it shows anything', async () => {
    const told: unknown[] = []
    const source = sourceOfDays(MIXED)
    const alone = await runBacktest(options({ source }))
    const among = await runBacktest(
      options({
        source,
        set: ['vixMax=24'],
        remember: async ({ set, sweeps }) => {
          told.push({ set, sweeps })
          return 1000
        },
      }),
    )
    expect(told).toEqual([{ set: { vixMax: 24 }, sweeps: [] }])
    expect(among).toMatchObject({ variantsTried: 1, variantsInAll: 1000, summary: alone.summary })
    expect(among.sharpe?.deflated).toBeLessThan(alone.sharpe?.deflated ?? 0)
    await expect(
      runBacktest(options({ remember: () => Promise.reject(new Error('the disk is full')) })),
    ).rejects.toThrow('the disk is full')
  })

  test('has its tear sheet: equity, drawdown, exits, hours, volatility, worst day, skips', async () => {
    const result = await runBacktest(options())
    // +1,917.50; −1,082.50 (stopped); −1,832.50 (daily limit); nothing; open.
    expect(result.days.map(({ pnlCents }) => pnlCents)).toEqual([191_750, -108_250, -183_250, 0, null])
    expect(result.days.map(({ equityCents }) => equityCents)).toEqual([191_750, 83_500, -99_750, -99_750, -99_750])
    expect(result.drawdown).toEqual({ maxCents: 291_500, from: '2026-07-13', to: '2026-07-15' })
    expect(result.worstDay).toEqual({ date: '2026-07-15', pnlCents: -183_250 })
    expect(result.bestDay).toEqual({ date: '2026-07-13', pnlCents: 191_750 })
    expect(result.byExit.map(({ reason, trades }) => [reason, trades])).toEqual([
      ['daily_loss_limit', 1],
      ['stop_loss', 1],
      ['profit_target', 1],
    ])
    expect(result.byHour).toEqual([
      { hour: 9, trades: 1, wins: 1, pnlCents: 191_750 },
      { hour: 10, trades: 2, wins: 0, pnlCents: -291_500 },
    ])
    expect(result.byVix.reduce((sum, { trades }) => sum + trades, 0)).toBe(3)
    expect(result.distribution.reduce((sum, { trades }) => sum + trades, 0)).toBe(3)
    expect(result.skips).toEqual({ premium_high: 1 })
    expect(result.data).toMatchObject({ days: 5, books: 8 })
  })

  test('counts by the fill model that was chosen', async () => {
    const pnl = async (fills: 'touch' | 'mid' | 'seed') => (await runBacktest(options({ fills }))).summary.pnlCents
    const [touch, middle, seed] = [await pnl('touch'), await pnl('mid'), await pnl('seed')]
    expect(middle).toBeGreaterThan(touch)
    const seeded = await runBacktest(options({ fills: 'seed' }))
    expect(seed).toBe(seeded.summary.rulePnlCents)
  })

  test('refuses a fill model that its data cannot answer for', async () => {
    const source = sourceOfDays(FIVE_DAYS, { fills: ['mid', 'seed'] })
    await expect(runBacktest(options({ source }))).rejects.toThrow(/expected fills mid or seed.*it has no quotes/)
    await expect(runBacktest(options({ source, sweep: ['vixMax=20,25'] }))).rejects.toThrow(/it has no quotes/)
  })

  test('a sweep shows its best variant, ranks all, and carries how many there were', async () => {
    const result = backtestSchema.parse(
      await runBacktest(options({ source: sourceOfDays(MIXED), sweep: ['profitTargetShare=0.1:0.9:0.2'] })),
    )
    expect(result.variantsTried).toBe(5)
    const ratios = result.sweep?.variants.map(({ sharpeDaily }) => sharpeDaily ?? Number.NEGATIVE_INFINITY) ?? []
    expect(ratios).toEqual(ratios.toSorted((a, b) => b - a))
    expect(result.overrides).toEqual(result.sweep?.variants[0]?.overrides)
    expect(result.parameters.profitTargetShare).toBe(result.overrides.profitTargetShare)
    expect(result.sweep?.variants[0]?.pnlCents).toBe(result.summary.pnlCents)
    expect(result.sweep?.variants[0]?.maxDrawdownCents).toBe(result.drawdown.maxCents)
    const { sharpe } = result
    expect(sharpe?.daily).toBeCloseTo(result.sweep?.variants[0]?.sharpeDaily ?? Number.NaN, 9)
    // The same figures as the only variant: its chance is not discounted for others.
    const [name, value] = Object.entries(result.overrides)[0] ?? ['', 0]
    const alone = await runBacktest(options({ source: sourceOfDays(MIXED), set: [`${name}=${value}`] }))
    expect(alone.summary).toEqual(result.summary)
    expect(sharpe?.deflated).toBeLessThan(alone.sharpe?.deflated ?? 0)
  })

  test('is the same whatever the number of threads', async () => {
    const run = (workers: number) =>
      runBacktest(
        options({
          workers,
          source: sourceOfDays(MIXED),
          sweep: ['profitTargetShare=0.3:0.7:0.1', 'maxLossPerTrade=500:2000:250'],
        }),
      )
    const one = await run(1)
    expect(one.variantsTried).toBe(35)
    expect(await run(3)).toEqual(one)
  })

  test('tells how far it is', async () => {
    const seen: { done: number; total: number | null }[] = []
    await runBacktest(options({ sweep: ['vixMax=11:30:1'], onProgress: (progress) => seen.push(progress) }))
    expect(seen.at(-1)).toEqual({ done: 100, total: 100 })
    expect(seen.length).toBeGreaterThan(1)
  })

  test.each([1, 2])('ends at once when it is cancelled, with %s threads', async (workers) => {
    const abort = new AbortController()
    const running = runBacktest(
      options({
        workers,
        source: sourceOfDays(MIXED),
        sweep: ['profitTargetShare=0.01:0.9:0.01'],
        signal: abort.signal,
        onProgress: () => abort.abort(),
      }),
    )
    await expect(running).rejects.toThrow(CancelledError)
  })

  test('without days it has no figures', async () => {
    const result = backtestSchema.parse(await runBacktest(options({ source: sourceOfDays([]) })))
    expect(result).toMatchObject({ worstDay: null, sharpe: null, period: { from: null, days: 0 } })
  })

  test('its pictures are PNGs with words, none taller than a phone', async () => {
    for (const days of [FIVE_DAYS, []]) {
      const pictures = await drawTearSheet(await runBacktest(options({ source: sourceOfDays(days) })))
      // Without a trade there is nothing to divide.
      expect(pictures).toHaveLength(days.length === 0 ? 1 : 3)
      for (const { png, alt } of pictures) {
        expect(Buffer.from(png.subarray(1, 4)).toString()).toBe('PNG')
        const size = new DataView(png.buffer, png.byteOffset)
        const [width, height] = [size.getUint32(16), size.getUint32(20)]
        expect(width).toBe(1080)
        expect(height).toBeLessThanOrEqual(1350)
        expect(alt).toContain('made days')
        expect(alt.length).toBeLessThanOrEqual(1024)
      }
    }
  })

  test('shows no Sharpe ratio of a few days, and says why; of enough it does', async () => {
    const few = await runBacktest(options())
    expect(few.sharpe).not.toBeNull()
    expect(shownSharpe(few)).toEqual({ facts: null, why: 'not shown: 4 days say nothing of it, 20 are the least' })
    const [equity] = tearSheetCharts(few)
    expect(equity?.alt).toContain('Sharpe ratio not shown: 4 days')
    const enough = { ...few, period: { ...few.period, days: 20 + few.summary.incomplete } }
    expect(shownSharpe(enough)).toEqual({ facts: few.sharpe, why: null })
    expect(shownSharpe({ ...enough, sharpe: null }).why).toContain('nothing varies')
  })
})

describe('variants', () => {
  test('are summed up in portions as in one', async () => {
    const days = MIXED
    const configs = [config(), config({ structure: 'put_spread' })]
    const { variants } = await runVariants({ ...options(), source: sourceOfDays(days), configs })
    const { summary } = replay(days, config())
    expect(variants[0]).toMatchObject({
      days: 70,
      closed: summary.closed,
      wins: summary.wins,
      pnlCents: Math.round(summary.netPnl * 100),
    })
  })

  test('have no ratio where nothing varies', () => {
    const tally = new VariantTally()
    expect(tally.summary()).toMatchObject({ meanCents: null, sharpeDaily: null, worstDayCents: null })
    tally.add(Float64Array.of(100, 100, 100))
    expect(tally.summary()).toMatchObject({ meanCents: 100, sharpeDaily: null, worstDayCents: 100 })
  })
})
