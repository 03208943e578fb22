/**
 * The options by which `backtest` and `lookahead` are told where their days come from.
 *
 * Entry points: `dayOptionsShape` (what is admissible), `sourceOf`.
 */
import type { Writable } from 'node:stream'
import { z } from 'zod'
import {
  type CacheSettings,
  type DaySource,
  marketDaySource,
  recordedDaySource,
  SOURCE_KINDS,
} from '../backtest/sources.ts'
import type { WallClock } from '../config/clock.ts'
import { fromTypedPath } from '../config/paths.ts'
import { isCalendarDate } from '../strategy/newyork-time.ts'
import type { ProfileName, StrategyConfig, Structure } from '../strategy/types.ts'
import { UsageError } from './usage.ts'

const date = z.string().refine(isCalendarDate, { error: 'expected a date like 2026-07-17' })
const MARKET_FROM = '2026-01-02'
const MARKET_DAYS = 250
const DAYS_MAX = 20_000

export const dayOptionsShape = {
  source: z.enum(SOURCE_KINDS, { error: `expected one of ${SOURCE_KINDS.join(', ')}` }).optional(),
  quotes: z.string().min(1).optional(),
  bars: z.string().min(1).optional(),
  seed: z
    .string()
    .regex(/^[\w.-]{1,40}$/, { error: 'expected up to 40 letters, digits, dots or dashes' })
    .optional(),
  days: z.coerce.number('expected a number of days').int().min(1).max(DAYS_MAX).optional(),
  from: date.optional(),
  to: date.optional(),
} as const

type ParsedDayOptions = z.output<z.ZodObject<typeof dayOptionsShape>>

/** As typed, unchecked. */
export interface DayOptions {
  readonly source?: string | undefined
  readonly quotes?: string | undefined
  readonly bars?: string | undefined
  readonly seed?: string | undefined
  readonly days?: string | number | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

interface SourceContext {
  readonly cache: CacheSettings
  /** Alpaca's history; throws `UsageError` where no account is configured. */
  readonly alpaca: (range: { readonly from: string; readonly to: string }) => Promise<DaySource>
}

/** What every study of days is given by its process. */
export interface StudyContext extends SourceContext {
  readonly out: Writable
  readonly err: Writable & { readonly isTTY?: boolean }
  readonly strategyFor: (profile: ProfileName) => Pick<StrategyConfig, 'profile' | 'limits' | 'width'>
  /** What the desk trades: for a study that names no structure. */
  readonly structureFor: (profile: ProfileName) => Promise<Structure>
  readonly clock: WallClock
  /** Aborts when the operator presses Ctrl+C. */
  readonly signal: AbortSignal
}

function kindOf({ source, quotes, seed }: ParsedDayOptions): 'recorded' | 'market' | 'alpaca' {
  if (source !== undefined) return source
  if (quotes !== undefined) return 'recorded'
  if (seed !== undefined) return 'market'
  throw new UsageError('expected --quotes and --bars, or --seed, or --source alpaca with --from and --to')
}

function refuse(options: ParsedDayOptions, kind: string, names: readonly (keyof ParsedDayOptions)[]): void {
  const given = names.filter((name) => options[name] !== undefined)
  if (given.length > 0) throw new UsageError(`--${given.join(', --')}: not an option of --source ${kind}`)
}

/** @throws UsageError where the options do not fit together. */
export async function sourceOf(options: ParsedDayOptions, context: SourceContext): Promise<DaySource> {
  const { quotes, bars, from, to } = options
  if (from !== undefined && to !== undefined && from > to)
    throw new UsageError('--from: expected a date not after --to')
  const kind = kindOf(options)
  if (kind === 'recorded') {
    refuse(options, kind, ['seed', 'days'])
    if (quotes === undefined || bars === undefined) throw new UsageError('expected both --quotes and --bars')
    const files = { quotes: fromTypedPath(quotes), bars: fromTypedPath(bars) }
    return recordedDaySource(files, { from: from ?? null, to: to ?? null }, context.cache)
  }
  if (kind === 'market') {
    refuse(options, kind, ['quotes', 'bars', 'to'])
    const run = { seed: options.seed ?? '1', from: from ?? MARKET_FROM, days: options.days ?? MARKET_DAYS }
    return marketDaySource({ ...run, bookEvery_s: 60 }, context.cache)
  }
  refuse(options, kind, ['quotes', 'bars', 'seed', 'days'])
  if (from === undefined || to === undefined) throw new UsageError('expected --from and --to with --source alpaca')
  return context.alpaca({ from, to })
}
