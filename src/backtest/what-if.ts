/**
 * What if the exits had been others: every stop of a list with every target of another over the same days, beside the
 * rule as it is configured. Entries are the same in all of them.
 *
 * Entry points: `runWhatIf`, `exitValues` (how exits are written).
 *
 * 1. The configured stop and target are always in the grid, whatever was asked for.
 * 2. Nothing is recommended: the best of a grid is the best on these days, and is shown deflated by all that was ever
 *    tried.
 */
import type { FillModel } from '../replay/fill-model.ts'
import { centsOf } from '../strategy/exact.ts'
import type { StrategyConfig } from '../strategy/types.ts'
import { drawUp, type TriedGrid } from './backtest.ts'
import { applyOverrides, gridOf, ParameterError, parseSweeps, type Sweep } from './parameters.ts'
import type { DaySource } from './sources.ts'
import { type Progress, runVariants } from './sweep.ts'
import type { VariantSummary } from './variant-tally.ts'
import { WHAT_IF_VERSION, type WhatIfCell, type WhatIfDocument } from './what-if-document.ts'
import { proofOf } from './what-if-proof.ts'

/** More rows or columns are no table anybody reads. */
const EXITS_MAX = 12
/** Of the configured stop, and shares of the premium, where nothing was asked for. */
const STOP_FACTORS = [0.4, 0.6, 0.8, 1, 1.25, 1.5]
const TARGETS = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

export interface WhatIfOptions {
  readonly source: DaySource
  readonly config: StrategyConfig
  readonly fills: FillModel
  /** Dollars of loss a trade, and shares of the net premium; null: around what is configured. */
  readonly stops: readonly number[] | null
  readonly targets: readonly number[] | null
  readonly workers: number | null
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
  readonly remember: (grid: TriedGrid) => Promise<number>
}

function axis(what: string, asked: readonly number[], configured: number): number[] {
  const values = [...new Set([...asked, configured])].sort((a, b) => a - b)
  if (values.length <= EXITS_MAX) return values
  throw new ParameterError(`${what}: expected at most ${EXITS_MAX - 1} values beside the rule's, got ${asked.length}`)
}

/** `a,b,c` or `from:to:step`; null where nothing was asked for. Throws `ParameterError`. */
export function exitValues(
  name: 'maxLossPerTrade' | 'profitTargetShare',
  typed: string | undefined | null,
): number[] | null {
  const [sweep] = typed === undefined || typed === null ? [] : parseSweeps([`${name}=${typed}`])
  return sweep === undefined ? null : [...sweep.values]
}

/** The exits to try, in rising order, the configured ones among them. Throws `ParameterError`. */
export function exitsOf(options: Pick<WhatIfOptions, 'config' | 'stops' | 'targets'>): [stops: Sweep, targets: Sweep] {
  const { maxLossPerTrade } = options.config.profile
  const { profitTargetShare } = options.config.limits
  const stops = options.stops ?? STOP_FACTORS.map((factor) => Math.round(maxLossPerTrade * factor))
  const targets = options.targets ?? TARGETS
  return [
    { name: 'maxLossPerTrade', values: axis('stops', stops, maxLossPerTrade) },
    { name: 'profitTargetShare', values: axis('targets', targets, profitTargetShare) },
  ]
}

function cellOf(config: StrategyConfig, base: StrategyConfig, summary: VariantSummary): WhatIfCell {
  const { maxLossPerTrade: stop } = config.profile
  const { profitTargetShare: target } = config.limits
  const isRule = stop === base.profile.maxLossPerTrade && target === base.limits.profitTargetShare
  return { stop, target, isRule, ...summary }
}

/** By daily Sharpe ratio, then by P&L, then the first. */
function bestOf(cells: readonly WhatIfCell[]): WhatIfCell | null {
  const worth = ({ sharpeDaily }: WhatIfCell): number => sharpeDaily ?? Number.NEGATIVE_INFINITY
  return cells.reduce<WhatIfCell | null>((best, cell) => {
    if (best === null || worth(cell) > worth(best)) return cell
    return worth(cell) === worth(best) && cell.pnlCents > best.pnlCents ? cell : best
  }, null)
}

/**
 * @throws ParameterError for exits that cannot be used, CancelledError when `signal` aborts, DataFileError for files
 * that cannot be used, RangeError where the source cannot answer for the fill model.
 */
export async function runWhatIf(options: WhatIfOptions): Promise<WhatIfDocument> {
  const { source, config, fills } = options
  const sweeps = exitsOf(options)
  const configs = gridOf({}, sweeps).map((overrides) => applyOverrides(config, overrides))
  const { variants, quality } = await runVariants({ ...options, configs })
  const cells = configs.map((variant, index) => {
    const summary = variants[index]
    if (summary === undefined) throw new Error(`expected a summary of variant ${index}, got none`)
    return cellOf(variant, config, summary)
  })
  const best = bestOf(cells)
  const index = best === null ? -1 : cells.indexOf(best)
  const { sheet } = await drawUp({ ...options, onProgress: () => undefined }, configs[index] ?? config)
  const inAll = Math.max(configs.length, await options.remember({ config, set: {}, sweeps }))
  const { sharpe, days } = sheet.figures(inAll, centsOf(config.profile.targetDailyPnl))
  return {
    schema: 'phase4d/what-if',
    version: WHAT_IF_VERSION,
    source: { kind: source.kind, label: source.label },
    fills,
    profile: config.profile.name,
    structure: config.structure,
    period: { from: days[0]?.date ?? null, to: days.at(-1)?.date ?? null, days: days.length },
    stops: [...sweeps[0].values],
    targets: [...sweeps[1].values],
    cells,
    variantsTried: configs.length,
    variantsInAll: inAll,
    best: best && { stop: best.stop, target: best.target, deflated: sharpe?.deflated ?? null },
    data: quality,
    proof: proofOf({ source, fills, config, stops: sweeps[0].values, quality, cells }),
  }
}
