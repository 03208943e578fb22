/**
 * `lookahead`: takes every decision again with its future cut off and scrambled, and reports those that change.
 *
 * Entry points: `runLookaheadCommand`, `lookaheadLines`. Exit status 0 nothing changes; 1 something does, or no day, or
 * cancelled; 2 bad usage, or files that cannot be used.
 */
import { z } from 'zod'
import { type LookaheadDocument, runLookahead } from '../backtest/lookahead/lookahead.ts'
import { FILL_MODELS } from '../replay/fill-model.ts'
import { qualityLines } from '../replay/quality.ts'
import { PROFILE_NAMES, STRUCTURES, type Structure } from '../strategy/types.ts'
import { explain } from './backtest.ts'
import { type DayOptions, dayOptionsShape, type StudyContext, sourceOf } from './day-options.ts'
import { ProgressBar } from './progress-bar.ts'
import { EXIT, refuse } from './usage.ts'

const LEAKS_SHOWN = 20
const MARKET_DAYS = 20

const optionsSchema = z.object({
  ...dayOptionsShape,
  fills: z.enum(FILL_MODELS, { error: `expected one of ${FILL_MODELS.join(', ')}` }).optional(),
  profile: z.enum(PROFILE_NAMES).default('25k'),
  structure: z.enum(STRUCTURES).optional(),
  json: z.boolean().default(false),
})

/** As typed, unchecked. */
export interface LookaheadCommandOptions extends DayOptions {
  readonly fills?: string | undefined
  readonly profile?: string | undefined
  readonly structure?: string | undefined
  readonly json?: boolean | undefined
}

export interface LookaheadContext extends StudyContext {
  /** Tells the desk what came of it; a line about that. */
  readonly rememberLookahead: (result: LookaheadDocument, structure: Structure) => Promise<string>
}

export async function runLookaheadCommand(typed: LookaheadCommandOptions, context: LookaheadContext): Promise<number> {
  const { out, err, clock, signal } = context
  const parsed = optionsSchema.safeParse(typed)
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) err.write(`lookahead: --${path.join('.')}: ${message}\n`)
    return EXIT.usage
  }
  const options = {
    ...parsed.data,
    ...(parsed.data.seed === undefined ? {} : { days: parsed.data.days ?? MARKET_DAYS }),
  }
  const structure = options.structure ?? (await context.structureFor(options.profile))
  const config = { ...context.strategyFor(options.profile), structure }
  const bar = new ProgressBar(err, 'days', clock)
  let result: LookaheadDocument
  try {
    const source = await sourceOf(options, context)
    const fills = options.fills ?? source.fills[0] ?? 'touch'
    const onProgress = (progress: { done: number; total: number | null }): void => bar.update(progress)
    result = await runLookahead({ source, config, fills, seed: options.seed ?? '1', signal, onProgress })
  } catch (error) {
    bar.end()
    return explain(error, { ...context, json: options.json })
  }
  bar.end()
  if (result.days === 0) {
    const why = 'no day in the range: choose other dates'
    return refuse({ ...context, json: options.json }, 'no_data', why)
  }
  const remembered = await context.rememberLookahead(result, structure)
  out.write(options.json ? `${JSON.stringify(result)}\n` : `${[...lookaheadLines(result), remembered].join('\n')}\n`)
  return result.leaks > 0 ? EXIT.no : EXIT.done
}

/** What came of it, for people; the first leaks only, and how many more there are. */
export function lookaheadLines(result: LookaheadDocument): string[] {
  const { days, decisions, trials, leaks, listed, notListed, planted } = result
  const found = planted.filter(({ foundOn }) => foundOn !== null).length
  const shown = Math.min(listed.length, LEAKS_SHOWN)
  const json = notListed > 0 ? `--json lists the first ${listed.length}` : '--json lists all'
  return [
    `${result.source.label}: ${days} days, ${decisions} decisions, all taken again at each book, with the data cut after it and with its future scrambled (${trials} trials)`,
    leaks === 0 ? 'no decision changes' : `${leaks} trials changed a decision`,
    ...listed
      .slice(0, LEAKS_SHOWN)
      .flatMap(({ date, time, kind, trial, decided, changedTo, saw }) => [
        `  ${date} ${time} ${kind}, ${trial}: ${JSON.stringify(decided)}`,
        `    became ${JSON.stringify(changedTo)}; it saw ${JSON.stringify(saw)}`,
      ]),
    ...(leaks > shown ? [`  and ${leaks - shown} more, not listed here (${json})`] : []),
    `of ${planted.length} leaks planted on purpose the check finds ${found} on these days`,
    ...planted.map(
      ({ name, words, foundOn }) => `  ${name} (${words}): ${foundOn === null ? 'not found' : `found on ${foundOn}`}`,
    ),
    ...qualityLines(result.data),
  ]
}
