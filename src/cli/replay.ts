/**
 * `replay`: recorded days through the rules, as a table for people or as JSON lines.
 *
 * Entry point: `runReplay`. Exit status 0 done; 2 bad usage, files that cannot be used (or not be written), or no day
 * in the range. Nothing is printed on `out` unless all of the input was good; memory does not grow with the number of
 * days.
 */
import type { Writable } from 'node:stream'
import { z } from 'zod'
import { fromTypedPath } from '../config/paths.ts'
import { DataFileError } from '../replay/data-file.ts'
import { noCounts, QualityTally, qualityLines } from '../replay/quality.ts'
import { readPackedDays } from '../replay/recorded.ts'
import { ReplayTally } from '../replay/replay.ts'
import { replayDay } from '../replay/replay-day.ts'
import { isCalendarDate } from '../strategy/newyork-time.ts'
import { PROFILE_NAMES, type ProfileName, STRUCTURES, type StrategyConfig } from '../strategy/types.ts'
import { dayLine, dayRow, summaryLine, summaryRows, TABLE_HEAD } from './replay-output.ts'
import { SpoolError, SpooledLines } from './spooled-lines.ts'

const BAD_USAGE = 2

const date = z.string().refine(isCalendarDate, { error: 'expected a date like 2026-07-17' })

const optionsSchema = z
  .object({
    quotes: z.string({ error: 'expected a file of recorded quotes' }).min(1),
    bars: z.string({ error: 'expected a file of one-minute bars' }).min(1),
    profile: z.enum(PROFILE_NAMES).default('25k'),
    structure: z.enum(STRUCTURES).default('short_put'),
    width: z.coerce.number('expected a number of dollars above 0').positive().optional(),
    from: date.optional(),
    to: date.optional(),
    json: z.boolean().default(false),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['from'],
    error: 'expected a date not after --to',
  })

/** As typed: strings, unchecked. Paths are relative to where the command was typed. */
export interface ReplayOptions {
  readonly quotes?: string | undefined
  readonly bars?: string | undefined
  readonly profile?: string | undefined
  readonly structure?: string | undefined
  readonly width?: string | number | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly json?: boolean | undefined
}

interface ReplayContext {
  readonly out: Writable
  readonly err: Writable
  /** The configured numbers of a profile; `width` is used where the options give none. */
  readonly strategyFor: (profile: ProfileName) => Pick<StrategyConfig, 'profile' | 'limits' | 'width'>
}

/** Runs the command; the exit status. */
export async function runReplay(options: ReplayOptions, { out, err, strategyFor }: ReplayContext): Promise<number> {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) err.write(`replay: --${path.join('.')}: ${message}\n`)
    return BAD_USAGE
  }
  const { quotes, bars, from, to, json, structure } = parsed.data
  const { profile, limits, width } = strategyFor(parsed.data.profile)
  const config: StrategyConfig = { profile, limits, structure, width: parsed.data.width ?? width }
  const [lines, tally] = [new SpooledLines(), new ReplayTally(config)]
  const range = { from: from ?? null, to: to ?? null }
  const counts = noCounts()
  const quality = new QualityTally()
  try {
    for await (const day of readPackedDays(fromTypedPath(quotes), fromTypedPath(bars), range, counts)) {
      quality.add(day)
      const result = replayDay(day, config)
      tally.add(result)
      await lines.add(json ? dayLine(result, structure) : dayRow(result))
    }
    const summary = tally.summary()
    if (summary.days === 0) {
      err.write(`replay: ${quotes} has no day from ${from ?? 'its first'} to ${to ?? 'its last'}: choose other dates\n`)
      return BAD_USAGE
    }
    const dataLines = qualityLines(quality.result(counts))
    // A program that reads the results gets nothing else on `out`; what was passed over is said all the same.
    if (json && dataLines.length > 1) err.write(`${dataLines.join('\n')}\n`)
    if (!json) out.write(`${TABLE_HEAD}\n`)
    await lines.copyTo(out)
    const last = json ? [summaryLine(summary)] : ['', ...summaryRows(summary), ...dataLines]
    out.write(`${last.join('\n')}\n`)
    return 0
  } catch (error) {
    if (error instanceof SpoolError) err.write(`replay: ${error.message}\n`)
    else if (error instanceof DataFileError) err.write(`${error.message}\n`)
    else throw error
    return BAD_USAGE
  } finally {
    await lines.remove()
  }
}
