/**
 * A whole backtest: the variants, then the tear sheet of the one that was asked for, or of the best of a sweep. The
 * number of variants tried goes with the result: the best of many looks good by itself.
 *
 * Entry point: `runBacktest`.
 *
 * 1. The same input gives the same document, whatever the number of threads.
 * 2. Variants are ranked by their daily Sharpe ratio, then by mean, then by their place in the grid.
 */
import type { FillModel } from '../replay/fill-model.ts'
import { type DataQuality, noCounts, QualityTally } from '../replay/quality.ts'
import { replayDay } from '../replay/replay-day.ts'
import { centsOf } from '../strategy/exact.ts'
import type { StrategyConfig } from '../strategy/types.ts'
import { BACKTEST_VERSION, type BacktestDocument } from './document.ts'
import {
  applyOverrides,
  gridOf,
  type Overrides,
  parametersOf,
  parseOverrides,
  parseSweeps,
  type Sweep,
} from './parameters.ts'
import { CancelledError } from './pool.ts'
import type { DaySource } from './sources.ts'
import { type Progress, runVariants } from './sweep.ts'
import { TearSheet } from './tear-sheet.ts'
import type { VariantSummary } from './variant-tally.ts'

export interface BacktestOptions {
  readonly source: DaySource
  /** The configuration that overrides start from. */
  readonly config: StrategyConfig
  readonly fills: FillModel
  /** As typed: `name=value` and `name=from:to:step` or `name=a,b,c`. */
  readonly set: readonly string[]
  readonly sweep: readonly string[]
  /** Null: as many as the machine has processors. */
  readonly workers: number | null
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
  /**
   * Records what was tried, before anything of it is shown; how many different variants were ever tried, with these.
   */
  readonly remember: (grid: TriedGrid) => Promise<number>
}

/** The configuration that changes start from, and the changes. */
export interface TriedGrid {
  readonly config: StrategyConfig
  readonly set: Overrides
  readonly sweeps: readonly Sweep[]
}

interface Ranked {
  readonly overrides: Overrides
  readonly summary: VariantSummary
}

const worth = (value: number | null): number => value ?? Number.NEGATIVE_INFINITY

function rank(variants: readonly Ranked[]): Ranked[] {
  const order = (a: number | null, b: number | null): number => (worth(a) === worth(b) ? 0 : worth(b) - worth(a))
  return variants.toSorted(
    ({ summary: a }, { summary: b }) => order(a.sharpeDaily, b.sharpeDaily) || order(a.meanCents, b.meanCents),
  )
}

interface Sheet {
  readonly sheet: TearSheet
  readonly quality: DataQuality
}

/** What a variant comes to, day by day. Throws as `runBacktest`. */
export async function drawUp(
  options: Pick<BacktestOptions, 'source' | 'fills' | 'signal' | 'onProgress'>,
  config: StrategyConfig,
): Promise<Sheet> {
  const { source, fills, signal, onProgress } = options
  if (!source.fills.includes(fills)) {
    throw new RangeError(
      `expected fills ${source.fills.join(' or ')} on ${source.label}, got ${fills}: it has no quotes`,
    )
  }
  const sheet = new TearSheet(fills)
  const quality = new QualityTally()
  const counts = noCounts()
  let done = 0
  for await (const day of source.days(counts)) {
    if (signal.aborted) throw new CancelledError()
    sheet.add(replayDay(day, config, { fills }))
    quality.add(day)
    onProgress({ done: ++done, total: source.daysExpected })
  }
  return { sheet, quality: quality.result(counts) }
}

async function rankAll(options: BacktestOptions, grid: readonly Overrides[]): Promise<Ranked[]> {
  const configs = grid.map((overrides) => applyOverrides(options.config, overrides))
  const { variants } = await runVariants({ ...options, configs })
  return rank(
    grid.map((overrides, index) => {
      const summary = variants[index]
      if (summary === undefined) throw new Error(`expected a summary of variant ${index}, got none`)
      return { overrides, summary }
    }),
  )
}

/**
 * @throws ParameterError for overrides that cannot be used, CancelledError when `signal` aborts, DataFileError for
 * files that cannot be used, RangeError where the source cannot answer for the fill model.
 */
export async function runBacktest(options: BacktestOptions): Promise<BacktestDocument> {
  const { source, fills, config } = options
  const [set, sweeps] = [parseOverrides(options.set), parseSweeps(options.sweep)]
  const grid = gridOf(set, sweeps)
  const ranked = grid.length === 1 ? null : await rankAll(options, grid)
  const overrides = ranked?.[0]?.overrides ?? grid[0] ?? {}
  const shown = applyOverrides(config, overrides)
  // The second pass over the days is not worth a bar of its own.
  const quiet = ranked === null ? options : { ...options, onProgress: () => undefined }
  const { sheet, quality } = await drawUp(quiet, shown)
  const inAll = Math.max(grid.length, await options.remember({ config, set, sweeps }))
  const figures = sheet.figures(inAll, centsOf(shown.profile.targetDailyPnl))
  const { days } = figures
  return {
    schema: 'phase4d/backtest',
    version: BACKTEST_VERSION,
    source: { kind: source.kind, label: source.label },
    fills,
    profile: shown.profile.name,
    structure: shown.structure,
    parameters: parametersOf(shown),
    overrides,
    variantsTried: grid.length,
    variantsInAll: inAll,
    period: { from: days[0]?.date ?? null, to: days.at(-1)?.date ?? null, days: days.length },
    data: quality,
    ...figures,
    sweep: ranked && {
      ranked: 'daily Sharpe ratio, best first',
      variants: ranked.map((variant) => ({ overrides: variant.overrides, ...variant.summary })),
    },
  }
}
