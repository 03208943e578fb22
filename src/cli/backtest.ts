/**
 * `backtest`: the rules over recorded days, the market model's or Alpaca's, with overrides and sweeps; a tear sheet as
 * text, JSON and PNG.
 *
 * Entry point: `runBacktestCommand`. Exit status 0 done; 1 cancelled, or no day; 2 bad usage, or files that cannot be
 * used. Progress goes to `err`, and nothing is printed on `out` unless all went well.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { z } from 'zod'
import { HistoryError } from '../backtest/alpaca/history-error.ts'
import { runBacktest, type TriedGrid } from '../backtest/backtest.ts'
import type { BacktestDocument } from '../backtest/document.ts'
import { ParameterError } from '../backtest/parameters.ts'
import { CancelledError, WORKERS_MAX } from '../backtest/pool.ts'
import type { DaySource } from '../backtest/sources.ts'
import type { TriedRunFacts } from '../backtest/tried-variants.ts'
import { fromTypedPath } from '../config/paths.ts'
import { DataFileError } from '../replay/data-file.ts'
import { FILL_MODELS } from '../replay/fill-model.ts'
import { PROFILE_NAMES, STRUCTURES } from '../strategy/types.ts'
import { backtestLines } from './backtest-text.ts'
import { type DayOptions, dayOptionsShape, type StudyContext, sourceOf } from './day-options.ts'
import { ProgressBar } from './progress-bar.ts'
import { EXIT, refuse, UsageError } from './usage.ts'

const texts = z.array(z.string()).default([])

const optionsSchema = z.object({
  ...dayOptionsShape,
  fills: z.enum(FILL_MODELS, { error: `expected one of ${FILL_MODELS.join(', ')}` }),
  profile: z.enum(PROFILE_NAMES).default('25k'),
  structure: z.enum(STRUCTURES).optional(),
  width: z.coerce.number('expected a number of dollars above 0').positive().optional(),
  set: texts,
  sweep: texts,
  workers: z.coerce.number('expected a number of threads').int().min(1).max(WORKERS_MAX).optional(),
  out: z.string().min(1).optional(),
  json: z.boolean().default(false),
})

/** As typed, unchecked. */
export interface BacktestCommandOptions extends DayOptions {
  readonly fills?: string | undefined
  readonly profile?: string | undefined
  readonly structure?: string | undefined
  readonly width?: string | number | undefined
  readonly set?: readonly string[] | undefined
  readonly sweep?: readonly string[] | undefined
  readonly workers?: string | number | undefined
  readonly out?: string | undefined
  readonly json?: boolean | undefined
}

/** Keeps a run among those that were ever made; how many variants that makes. */
export type RememberRun = (run: Omit<TriedRunFacts, 'id' | 'at_ms' | 'actor'>) => Promise<number>

export interface BacktestContext extends StudyContext {
  readonly remember: RememberRun
}

export async function runBacktestCommand(typed: BacktestCommandOptions, context: BacktestContext): Promise<number> {
  const { err } = context
  const parsed = optionsSchema.safeParse(typed)
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) err.write(`backtest: --${path.join('.')}: ${message}\n`)
    return EXIT.usage
  }
  const options = parsed.data
  const { profile, limits, width } = context.strategyFor(options.profile)
  const structure = options.structure ?? (await context.structureFor(options.profile))
  const config = { profile, limits, structure, width: options.width ?? width }
  const bar = new ProgressBar(err, options.sweep.length > 0 ? 'variant-days' : 'days', context.clock)
  let source: DaySource
  let result: BacktestDocument
  try {
    source = await sourceOf(options, context)
    const { fills, set, sweep } = options
    const { signal } = context
    const { kind, label } = source
    const workers = options.workers ?? null
    const onProgress = (progress: { done: number; total: number | null }): void => bar.update(progress)
    const remember = (grid: TriedGrid): Promise<number> =>
      context.remember({ kind: 'backtest', source: { kind, label }, fills, ...grid })
    result = await runBacktest({ source, config, fills, set, sweep, workers, signal, onProgress, remember })
  } catch (error) {
    bar.end()
    return explain(error, { ...context, json: options.json })
  }
  bar.end()
  if (result.period.days === 0) {
    const why = `${source.label} has no day in the range: choose other dates`
    return refuse({ ...context, json: options.json }, 'no_data', why)
  }
  if (options.out !== undefined) await writeFiles(fromTypedPath(options.out), result, err)
  context.out.write(options.json ? `${JSON.stringify(result)}\n` : `${backtestLines(result).join('\n')}\n`)
  return EXIT.done
}

/** The exit status for what can be expected to go wrong; bugs go on. */
export function explain(error: unknown, to: Parameters<typeof refuse>[0]): number {
  if (error instanceof CancelledError) return refuse(to, 'cancelled', 'cancelled: nothing is kept')
  if (error instanceof HistoryError) return refuse(to, 'history_unavailable', error.message)
  const isInput =
    error instanceof ParameterError ||
    error instanceof DataFileError ||
    error instanceof RangeError ||
    error instanceof UsageError
  if (!isInput) throw error
  to.err.write(`${error.message}\n`)
  return EXIT.usage
}

async function writeFiles(folder: string, result: BacktestDocument, err: Writable): Promise<void> {
  const { drawTearSheet } = await import('../backtest/tear-sheet-chart.ts')
  const pictures = await drawTearSheet(result)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'backtest.json'), `${JSON.stringify(result)}\n`)
  for (const { name, png } of pictures) await writeFile(join(folder, name), png)
  const words = pictures.map(({ name, alt }) => `${name}: ${alt}\n`)
  await writeFile(join(folder, 'tear-sheet.txt'), words.join('\n'))
  const names = ['backtest.json', ...pictures.map(({ name }) => name), 'tear-sheet.txt']
  err.write(`written to ${folder}: ${names.join(', ')}\n`)
}
