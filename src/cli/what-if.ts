/**
 * `what-if`: every stop with every target over the same days, beside the rule; as a table, JSON and a heat map.
 *
 * Entry point: `runWhatIfCommand`. Exit status 0 done; 1 cancelled, or no day; 2 bad usage, or files that cannot be
 * used.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { TriedGrid } from '../backtest/backtest.ts'
import { exitValues, runWhatIf } from '../backtest/what-if.ts'
import type { WhatIfDocument } from '../backtest/what-if-document.ts'
import { whatIfLines } from '../backtest/what-if-text.ts'
import { fromTypedPath } from '../config/paths.ts'
import { FILL_MODELS } from '../replay/fill-model.ts'
import { PROFILE_NAMES, STRUCTURES } from '../strategy/types.ts'
import { type BacktestContext, explain } from './backtest.ts'
import { type DayOptions, dayOptionsShape, sourceOf } from './day-options.ts'
import { ProgressBar } from './progress-bar.ts'
import { EXIT, refuse } from './usage.ts'

const optionsSchema = z.object({
  ...dayOptionsShape,
  fills: z.enum(FILL_MODELS, { error: `expected one of ${FILL_MODELS.join(', ')}` }),
  profile: z.enum(PROFILE_NAMES).default('25k'),
  structure: z.enum(STRUCTURES).optional(),
  stops: z.string().min(1).optional(),
  targets: z.string().min(1).optional(),
  out: z.string().min(1).optional(),
  json: z.boolean().default(false),
})

/** As typed, unchecked. */
interface WhatIfCommandOptions extends DayOptions {
  readonly fills?: string | undefined
  readonly profile?: string | undefined
  readonly structure?: string | undefined
  readonly stops?: string | undefined
  readonly targets?: string | undefined
  readonly out?: string | undefined
  readonly json?: boolean | undefined
}

export async function runWhatIfCommand(typed: WhatIfCommandOptions, context: BacktestContext): Promise<number> {
  const { err, signal } = context
  const parsed = optionsSchema.safeParse(typed)
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) err.write(`what-if: --${path.join('.')}: ${message}\n`)
    return EXIT.usage
  }
  const options = parsed.data
  const to = { ...context, json: options.json }
  const structure = options.structure ?? (await context.structureFor(options.profile))
  const config = { ...context.strategyFor(options.profile), structure }
  const bar = new ProgressBar(err, 'variant-days', context.clock)
  let result: WhatIfDocument
  try {
    const source = await sourceOf(options, context)
    const { fills } = options
    result = await runWhatIf({
      source,
      config,
      fills,
      stops: exitValues('maxLossPerTrade', options.stops),
      targets: exitValues('profitTargetShare', options.targets),
      workers: null,
      signal,
      onProgress: (progress) => bar.update(progress),
      remember: (grid: TriedGrid) =>
        context.remember({ kind: 'what_if', source: { kind: source.kind, label: source.label }, fills, ...grid }),
    })
  } catch (error) {
    bar.end()
    return explain(error, to)
  }
  bar.end()
  if (result.period.days === 0) return refuse(to, 'no_data', 'no day in the range: choose other dates')
  if (options.out !== undefined) await writeFiles(fromTypedPath(options.out), result)
  context.out.write(options.json ? `${JSON.stringify(result)}\n` : `${whatIfLines(result).join('\n')}\n`)
  return EXIT.done
}

async function writeFiles(folder: string, result: WhatIfDocument): Promise<void> {
  const { drawWhatIf } = await import('../backtest/what-if-chart.ts')
  const { png, alt } = await drawWhatIf(result)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'what-if.json'), `${JSON.stringify(result)}\n`)
  await writeFile(join(folder, 'what-if.png'), png)
  await writeFile(join(folder, 'what-if.txt'), `${alt}\n`)
}
