/**
 * The look-ahead check over the days of a source, with the proof that it would have found something.
 *
 * Entry point: `runLookahead`; the result's shape is `lookaheadSchema`.
 */
import { z } from 'zod'
import { sequence } from '../../config/prng.ts'
import { FILL_MODELS, type FillModel } from '../../replay/fill-model.ts'
import type { PackedDay } from '../../replay/packed-day.ts'
import { dataQualitySchema, noCounts, QualityTally } from '../../replay/quality.ts'
import type { StrategyConfig } from '../../strategy/types.ts'
import { CancelledError } from '../pool.ts'
import { type DaySource, SOURCE_KINDS } from '../sources.ts'
import type { Progress } from '../sweep.ts'
import { checkDay, type Leak, rulesTrader, TRIALS, type Trader } from './check.ts'
import { PLANTED } from './planted.ts'

/** So that memory stays bounded where everything leaks; all are counted. */
const LEAKS_LISTED_MAX = 10_000
const count = z.int().nonnegative()
const bar = z.object({ o: z.number(), h: z.number(), l: z.number(), c: z.number() })

export const lookaheadSchema = z.object({
  schema: z.literal('phase4d/lookahead'),
  version: z.literal(1),
  source: z.object({ kind: z.enum(SOURCE_KINDS), label: z.string() }),
  fills: z.enum(FILL_MODELS),
  days: count,
  decisions: count,
  /**
   * Each book of each day twice, with the data cut after it and with its future scrambled: what is decided up to it.
   */
  trials: count,
  /** Trials in which something changed; all are `listed` but the last `notListed`. */
  leaks: count,
  notListed: count,
  listed: z.array(
    z.object({
      date: z.string(),
      time: z.string(),
      kind: z.enum(['entry', 'exit']),
      trial: z.enum(TRIALS),
      decided: z.unknown(),
      changedTo: z.unknown(),
      saw: z.object({
        spot: z.number(),
        rows: count,
        barsCompleted: count,
        nextSpot: z.number().nullable(),
        barUnderWay: bar.nullable(),
      }),
    }),
  ),
  /** Leaks planted on purpose and whether the check found them on these days. */
  planted: z.array(z.object({ name: z.string(), words: z.string(), foundOn: z.string().nullable() })),
  data: dataQualitySchema,
})
export type LookaheadDocument = z.infer<typeof lookaheadSchema>

interface LookaheadOptions {
  readonly source: DaySource
  readonly config: StrategyConfig
  readonly fills: FillModel
  /** Of what the future is replaced by. */
  readonly seed: string
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
  /** What is checked; the rules by default. */
  readonly trader?: Trader
}

/** The first day on which each planted leak is found. */
class PlantedSearch {
  readonly #found = new Map<string, string>()
  readonly #trader: Trader

  constructor(trader: Trader) {
    this.#trader = trader
  }

  look(day: PackedDay, uniform: () => number): void {
    for (const leak of PLANTED) {
      if (this.#found.has(leak.name)) continue
      const { leaks } = checkDay(day, leak.of(this.#trader), uniform, 1)
      if (leaks.length > 0) this.#found.set(leak.name, day.date)
    }
  }

  result(): LookaheadDocument['planted'] {
    return PLANTED.map(({ name, words }) => ({ name, words, foundOn: this.#found.get(name) ?? null }))
  }
}

/** @throws CancelledError when `signal` aborts, DataFileError for files that cannot be used. */
export async function runLookahead(options: LookaheadOptions): Promise<LookaheadDocument> {
  const { source, config, fills, seed, signal, onProgress } = options
  const trader = options.trader ?? rulesTrader(config, fills)
  const planted = new PlantedSearch(rulesTrader(config, fills))
  const quality = new QualityTally()
  const counts = noCounts()
  const listed: Leak[] = []
  const sums = { days: 0, decisions: 0, trials: 0, leaks: 0 }
  for await (const day of source.days(counts)) {
    if (signal.aborted) throw new CancelledError()
    const random = sequence(`${seed}/${day.date}`)
    const check = checkDay(day, trader, () => random.uniform())
    planted.look(day, () => random.uniform())
    quality.add(day)
    sums.days++
    sums.decisions += check.decisions
    sums.trials += check.trials
    sums.leaks += check.leaks.length
    listed.push(...check.leaks.slice(0, LEAKS_LISTED_MAX - listed.length))
    onProgress({ done: sums.days, total: source.daysExpected })
    await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    schema: 'phase4d/lookahead',
    version: 1,
    source: { kind: source.kind, label: source.label },
    fills,
    ...sums,
    notListed: sums.leaks - listed.length,
    listed,
    planted: planted.result(),
    data: quality.result(counts),
  }
}
