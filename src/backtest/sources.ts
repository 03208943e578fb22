/**
 * Where the days of a backtest come from: recorded books, the seeded market model, or Alpaca's history. Each is read
 * one day at a time, through the cache on disk.
 *
 * Entry points: `recordedDaySource`, `marketDaySource`; Alpaca's stands in `alpaca/`.
 */

import { fileDigest } from '../config/file-digest.ts'
import { contentKey, throughCache } from '../replay/day-cache.ts'
import type { FillModel } from '../replay/fill-model.ts'
import type { PackedDay } from '../replay/packed-day.ts'
import type { ReadCounts } from '../replay/quality.ts'
import { type DateRange, readPackedDays } from '../replay/recorded.ts'
import { type MarketDaysOptions, marketDays, marketModelDigest } from './market-days.ts'

export const SOURCE_KINDS = ['recorded', 'market', 'alpaca'] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]

export interface DaySource {
  readonly kind: SourceKind
  /** What it was, in words: files, seed, feed. */
  readonly label: string
  /** Fill models that its data can answer for: without quotes there is no touch. */
  readonly fills: readonly FillModel[]
  /** How many days there will be, where that is known before reading. */
  readonly daysExpected: number | null
  /** The days in order; may be read again. `counts` is filled by the end. */
  days(counts: ReadCounts): AsyncGenerator<PackedDay>
}

export interface CacheSettings {
  /** Null: nothing is kept. */
  readonly folder: string | null
  readonly unique: string
  readonly say: (note: string) => void
}

const ALL_FILLS = ['touch', 'mid', 'seed'] as const

export async function recordedDaySource(
  files: { readonly quotes: string; readonly bars: string },
  range: DateRange,
  cache: CacheSettings,
): Promise<DaySource> {
  const { quotes, bars } = files
  // Without a cache there is no key to make.
  const digests = cache.folder === null ? [] : await Promise.all([digestOf(quotes), digestOf(bars)])
  const key = contentKey(['recorded', ...digests, range.from ?? null, range.to ?? null])
  return {
    kind: 'recorded',
    label: quotes.split('/').at(-1) ?? quotes,
    fills: ALL_FILLS,
    daysExpected: null,
    days: (counts) =>
      throughCache({ ...cache, key }, counts, (counting) => readPackedDays(quotes, bars, range, counting)),
  }
}

/** A file that cannot be read is the reader's to report, with its reason. */
async function digestOf(file: string): Promise<string> {
  try {
    return await fileDigest(file)
  } catch {
    return 'unreadable'
  }
}

export async function marketDaySource(options: MarketDaysOptions, cache: CacheSettings): Promise<DaySource> {
  const { seed, from, days, bookEvery_s } = options
  const key = contentKey(['market', await marketModelDigest(), seed, from, days, bookEvery_s])
  const make = async function* (): AsyncGenerator<PackedDay> {
    for (const day of marketDays(options)) {
      yield day
      // Making a day is long enough for signals and timers to want their turn.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return {
    kind: 'market',
    label: `market model, seed ${seed}, a book every ${bookEvery_s} s`,
    fills: ALL_FILLS,
    daysExpected: days,
    days: (counts) => throughCache({ ...cache, key }, counts, make),
  }
}
