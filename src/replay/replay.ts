/** Sums up a run of days: `ReplayTally` as they come, without keeping any; `replay` with each day's result. */

import { centsOf } from '../strategy/exact.ts'
import type { StrategyConfig } from '../strategy/types.ts'
import type { DayResult, ReplaySummary } from './day-result.ts'
import type { PackedDay } from './packed-day.ts'
import type { RecordedDay } from './recorded.ts'
import { replayDay } from './replay-day.ts'

/** Sums up days as they come; money in whole cents inside. */
export class ReplayTally {
  readonly #config: StrategyConfig
  #days = 0
  #entries = 0
  #closed = 0
  #wins = 0
  #losses = 0
  #netCents = 0
  #ruleCents = 0

  constructor(config: StrategyConfig) {
    this.#config = config
  }

  add(day: DayResult): void {
    this.#days++
    if (day.entry !== null) this.#entries++
    if (day.status !== 'traded') return
    this.#closed++
    if (day.netPnl > 0) this.#wins++
    if (day.netPnl < 0) this.#losses++
    this.#netCents += centsOf(day.netPnl)
    this.#ruleCents += centsOf(day.rulePnl)
  }

  summary(): ReplaySummary {
    return {
      profile: this.#config.profile.name,
      structure: this.#config.structure,
      days: this.#days,
      entries: this.#entries,
      closed: this.#closed,
      incomplete: this.#entries - this.#closed,
      noTrade: this.#days - this.#entries,
      wins: this.#wins,
      losses: this.#losses,
      netPnl: this.#netCents / 100,
      rulePnl: this.#ruleCents / 100,
      winRate: this.#closed === 0 ? null : this.#wins / this.#closed,
      executionRate: this.#days === 0 ? null : this.#entries / this.#days,
    }
  }
}

/** Replays all `days` under one configuration. */
export function replay(
  days: Iterable<RecordedDay | PackedDay>,
  config: StrategyConfig,
): { readonly days: DayResult[]; readonly summary: ReplaySummary } {
  const tally = new ReplayTally(config)
  const results: DayResult[] = []
  for (const day of days) {
    const result = replayDay(day, config)
    tally.add(result)
    results.push(result)
  }
  return { days: results, summary: tally.summary() }
}
