/**
 * Runs variants over the days of a source, some days at a time: memory holds a handful of days and one tally a variant,
 * however long the period is.
 *
 * Entry point: `runVariants`.
 */
import type { FillModel } from '../replay/fill-model.ts'
import type { PackedDay } from '../replay/packed-day.ts'
import { type DataQuality, noCounts, QualityTally } from '../replay/quality.ts'
import type { StrategyConfig } from '../strategy/types.ts'
import { CancelledError, openPool, type Pool } from './pool.ts'
import type { DaySource } from './sources.ts'
import { type VariantSummary, VariantTally } from './variant-tally.ts'

const DAYS_AT_A_TIME = 64

export interface Progress {
  /** Variant-days done. */
  readonly done: number
  /** Variant-days in all; null where the number of days is not known yet. */
  readonly total: number | null
}

interface SweepOptions {
  readonly source: DaySource
  readonly configs: readonly StrategyConfig[]
  readonly fills: FillModel
  readonly workers: number | null
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

interface SweepResult {
  /** One a variant, in their order. */
  readonly variants: readonly VariantSummary[]
  readonly quality: DataQuality
  readonly workers: number
}

/** @throws CancelledError when `signal` aborts; RangeError where the source's data cannot answer for the fill model. */
export async function runVariants(options: SweepOptions): Promise<SweepResult> {
  const { source, configs, fills, signal, onProgress } = options
  if (!source.fills.includes(fills)) {
    throw new RangeError(
      `expected fills ${source.fills.join(' or ')} on ${source.label}, got ${fills}: it has no quotes`,
    )
  }
  const daysExpected = source.daysExpected ?? (await countDays(source, signal))
  const pool = openPool({ configs, fills, workers: options.workers, daysExpected })
  const tallies = configs.map(() => new VariantTally())
  const quality = new QualityTally()
  const counts = noCounts()
  const total = daysExpected * configs.length
  let done = 0
  const replayChunk = async (days: readonly PackedDay[]): Promise<void> => {
    const results = await pool.replay(days, signal, (variants) => {
      done += variants * days.length
      onProgress({ done, total })
    })
    tallies.forEach((tally, index) => {
      const result = results[index]
      if (result === undefined) throw new Error(`expected a result of variant ${index}, got none`)
      tally.add(result)
    })
  }
  try {
    for await (const days of chunksOf(source.days(counts), signal)) {
      for (const day of days) quality.add(day)
      await replayChunk(days)
    }
  } finally {
    await closeQuietly(pool)
  }
  return { variants: tallies.map((tally) => tally.summary()), quality: quality.result(counts), workers: pool.workers }
}

/** Reads the days once more, from the cache mostly: little beside a sweep, which can then say how far it is. */
async function countDays(source: DaySource, signal: AbortSignal): Promise<number> {
  let days = 0
  for await (const _ of source.days(noCounts())) {
    if (signal.aborted) throw new CancelledError()
    days++
  }
  return days
}

async function closeQuietly(pool: Pool): Promise<void> {
  await pool.close().catch(() => undefined)
}

async function* chunksOf(days: AsyncGenerator<PackedDay>, signal: AbortSignal): AsyncGenerator<PackedDay[]> {
  let chunk: PackedDay[] = []
  for await (const day of days) {
    if (signal.aborted) throw new CancelledError()
    chunk.push(day)
    if (chunk.length < DAYS_AT_A_TIME) continue
    yield chunk
    chunk = []
  }
  if (signal.aborted) throw new CancelledError()
  if (chunk.length > 0) yield chunk
}
