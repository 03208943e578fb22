import { describe, expect, test } from 'vitest'
import { runBacktest } from '../../src/backtest/backtest.ts'
import { CancelledError } from '../../src/backtest/pool.ts'
import { runWhatIf, type WhatIfOptions } from '../../src/backtest/what-if.ts'
import { drawWhatIf } from '../../src/backtest/what-if-chart.ts'
import { whatIfSchema } from '../../src/backtest/what-if-document.ts'
import { whatIfLines } from '../../src/backtest/what-if-text.ts'
import { config } from '../strategy/fixtures.ts'
import { FIVE_DAYS, mixedDays, sourceOfDays } from './made-source.ts'

const MIXED = mixedDays(20)

const options = (changes: Partial<WhatIfOptions> = {}): WhatIfOptions => ({
  source: sourceOfDays(MIXED),
  config: config(),
  fills: 'touch',
  stops: [400, 800],
  targets: [0.3, 0.7],
  workers: 1,
  signal: new AbortController().signal,
  onProgress: () => undefined,
  remember: async () => 1,
  ...changes,
})

describe('what if the exits had been others', () => {
  test('every stop with every target, the rule always among them', async () => {
    const result = whatIfSchema.parse(await runWhatIf(options()))
    expect(result.stops).toEqual([400, 800, 1000])
    expect(result.targets).toEqual([0.3, 0.5, 0.7])
    expect(result.cells.map(({ stop, target }) => [stop, target])).toEqual(
      result.stops.flatMap((stop) => result.targets.map((target) => [stop, target])),
    )
    expect(result.cells.filter(({ isRule }) => isRule)).toMatchObject([{ stop: 1000, target: 0.5 }])
    expect(result.variantsTried).toBe(9)
  })

  test('each cell comes to what a backtest with that stop and target comes to', async () => {
    const { cells } = await runWhatIf(options())
    for (const { stop, target, pnlCents, wins } of cells) {
      const set = [`maxLossPerTrade=${stop}`, `profitTargetShare=${target}`]
      const base = { source: sourceOfDays(MIXED), config: config(), fills: 'touch' as const, workers: 1 }
      const signal = new AbortController().signal
      const rest = { sweep: [], signal, onProgress: () => undefined, remember: async () => 1 }
      const { summary } = await runBacktest({ ...base, ...rest, set })
      expect([pnlCents, wins]).toEqual([summary.pnlCents, summary.wins])
    }
  })

  test('the entries are the same in all of them', async () => {
    const { cells } = await runWhatIf(options())
    expect(new Set(cells.map(({ closed, incomplete }) => closed + incomplete)).size).toBe(1)
  })

  test('counts its variants, and deflates the best by all that were ever tried', async () => {
    const told: unknown[] = []
    const remember = async (grid: unknown) => {
      told.push(grid)
      return 5000
    }
    const among = await runWhatIf(options({ remember }))
    const alone = await runWhatIf(options())
    expect(told).toMatchObject([{ set: {}, sweeps: [{ name: 'maxLossPerTrade' }, { name: 'profitTargetShare' }] }])
    expect(among).toMatchObject({ variantsTried: 9, variantsInAll: 5000 })
    expect(among.best?.deflated).toBeLessThanOrEqual(alone.best?.deflated ?? 0)
  })

  test('goes around the configured rule where nothing was asked for', async () => {
    const { stops, targets } = await runWhatIf(options({ stops: null, targets: null }))
    expect(stops).toEqual([400, 600, 800, 1000, 1250, 1500])
    expect(targets).toEqual([0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
  })

  test('refuses a grid that nobody reads, or a fill that the source cannot answer for', async () => {
    const many = Array.from({ length: 12 }, (_, index) => 100 + index)
    await expect(runWhatIf(options({ stops: many }))).rejects.toThrow('stops: expected at most 11 values')
    const source = sourceOfDays(FIVE_DAYS, { fills: ['mid'] })
    await expect(runWhatIf(options({ source }))).rejects.toThrow('it has no quotes')
    const signal = AbortSignal.abort()
    await expect(runWhatIf(options({ signal }))).rejects.toThrow(CancelledError)
  })

  test('says what its source can prove', async () => {
    const proof = async (changes: Partial<WhatIfOptions>) => (await runWhatIf(options(changes))).proof.join('\n')
    expect(await proof({})).toContain('bid and ask of the book that decided')
    expect(await proof({ fills: 'mid' })).toContain('no spread is paid')
    expect(await proof({ source: sourceOfDays(MIXED, { kind: 'market' }) })).toContain('nothing about the real market')
    expect(await proof({ source: sourceOfDays(MIXED, { kind: 'alpaca' }) })).toContain('without quotes')
    expect(await proof({ stops: [1600] })).toContain('The daily limit of $1,500.00 comes before a stop of $1,600.00')
    expect(await proof({})).toContain('20 days are few')
  })

  test('says which days ended with the position open: pairs of exits may then be of different days', async () => {
    const proof = async (stops: readonly number[]) =>
      (await runWhatIf(options({ source: sourceOfDays(FIVE_DAYS), stops, targets: [0.5] }))).proof.join('\n')
    // At $1,500 the loss of the second day is held to its last book; the last day has one book only.
    expect(await proof([1500])).toContain(
      '1 to 2 days, by the pair of exits, ended with the position open and are in no mean: their means are not of the same days.',
    )
    expect(await proof([800])).toContain('1 day ended with the position open and is in no mean.')
    expect((await runWhatIf(options())).proof.join('\n')).not.toContain('position open')
  })

  test('is a table and a picture with words', async () => {
    const result = await runWhatIf(options())
    const lines = whatIfLines(result)
    expect(lines.join('\n')).toMatch(/\$1,000 .*\[[−\d.]+\]/)
    const { png, alt } = await drawWhatIf(result)
    expect(Buffer.from(png.subarray(1, 4)).toString()).toBe('PNG')
    expect(alt).toContain('Mean day of 9 pairs of stop and target')
    expect(alt).toContain('The rule, stop $1,000.00, target 50 %')
  })
})
